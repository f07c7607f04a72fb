from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_bonus_account_id = fields.Many2one(
        "account.account",
        string="Store Credit Bonus Account",
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income', 'income_other'))]",
        help="The cost of bonuses on store credit. If empty, the expense account of the product used to redeem the "
        "eWallet or gift card.",
    )

    def _get_rma_bonus_account(self, program):
        """Return the account of the cost of bonuses.

        :param program: `loyalty.program` of the card
        :return: `account.account` record
        :raise UserError: when there is none
        """
        self.ensure_one()
        product = program.payment_program_discount_product_id.with_company(self)
        account = self.rma_bonus_account_id or product.product_tmpl_id.get_product_accounts()["expense"]
        if not account:
            raise UserError(self.env._("Choose the store credit bonus account in the Returns settings, under Refunds."))
        return account
