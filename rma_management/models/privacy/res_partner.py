from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql


class ResPartner(models.Model):
    """Protect and anonymize customers with returns."""

    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rma(self):
        # Users who delete contacts may not see their returns.
        returns = self.env["rma.order"].sudo().with_context(active_test=False)
        domain = Domain("partner_id", "in", self.ids) | Domain("partner_shipping_id", "in", self.ids)
        if found := returns.search(domain, limit=1):
            customer = self & (found.partner_id | found.partner_shipping_id)
            raise UserError(
                self.env._(
                    "%(customer)s has returns, such as %(return)s, and cannot be deleted. Archive the contact instead; "
                    "a returns manager can anonymize its closed returns.",
                    **{"customer": customer[:1].display_name, "return": found.name},
                )
            )

    def action_anonymize_rma(self):
        """Anonymize all returns and withdrawals of these customers and their contacts.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when one of the returns is not closed, or one of the withdrawals not settled
        """
        returns = self.env["rma.order"].with_context(active_test=False)
        contacts = self.with_context(active_test=False).search([("id", "child_of", self.commercial_partner_id.ids)])
        returns.search([("partner_id", "in", contacts.ids), ("date_anonymized", "=", False)]).action_anonymize()
        # What was declared may name no order that exists.
        declared = Domain("sale_order_id.partner_id", "in", contacts.ids) | Domain.OR(
            Domain("email", "=ilike", escape_psql(email)) for email in set(contacts.mapped("email_normalized")) if email
        )
        self.env["rma.withdrawal"].search(declared & Domain("date_anonymized", "=", False)).action_anonymize()
        return True
