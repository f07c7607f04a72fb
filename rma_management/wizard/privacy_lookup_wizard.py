from odoo import models


class PrivacyLookupWizard(models.TransientModel):
    """Find a person in returns: as customer, as receiver, or by the address that a guest entered."""

    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        # Items are anonymized with their return or withdrawal.
        return super()._get_query_models_blacklist() + ["rma.order.line", "rma.withdrawal.line"]
