from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


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
        """Anonymize all returns of these customers and their contacts.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when one of the returns is not closed
        """
        returns = self.env["rma.order"].with_context(active_test=False)
        customers = self.commercial_partner_id
        returns.search([("partner_id", "child_of", customers.ids), ("date_anonymized", "=", False)]).action_anonymize()
        return True
