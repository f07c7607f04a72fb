from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_store_credit_account_id = fields.Many2one(
        "account.account",
        string="Store Credit Account",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
        help="The account for store credit owed to customers. If empty, the income account of the product used to "
        "redeem the eWallet or gift card.",
    )

    rma_tender_order = fields.Selection(
        [("proportion", "In proportion"), ("card", "Card first"), ("money", "Money first")],
        string="Paid by Card and Money",
        required=True,
        default="proportion",
        help="How a refund is divided if a gift card or eWallet paid part of the order.",
    )

    def _get_loyalty_today(self):
        """Return the date used to check the validity of programs and cards of this company.

        :rtype: date
        """
        self.ensure_one()
        # Users who give a coupon need no access to the settings.
        company = self.sudo()
        parameters = company.env["ir.config_parameter"]
        tz = company.partner_id.tz or parameters.get_param("loyalty.timezone", "UTC")
        return fields.Date.context_today(company.with_context(tz=tz))

    def _get_rma_store_credit_journals(self):
        """Return the journals of store credit: the first one for miscellaneous operations.

        :return: {company: `account.journal` record}
        :raise UserError: when a company has none
        """
        journals = {}
        for company in self:
            journal = self.env["account.journal"].search(
                [*self.env["account.journal"]._check_company_domain(company), ("type", "=", "general")], limit=1
            )
            if not journal:
                raise UserError(
                    self.env._(
                        "%s has no journal for miscellaneous operations. Create one to record store credit.",
                        company.display_name,
                    )
                )
            journals[company] = journal
        return journals
