from odoo import api, models


class RmaResolutionReturnOnly(models.AbstractModel):
    """Return only: the goods come back, and nothing is given for them."""

    _name = "rma.resolution.return_only"
    _inherit = "rma.resolution"
    _description = "Resolution: Return Only"

    _is_offered = False
    _needs_goods = True

    @api.model
    def _get_depends(self):
        return ["qty_nothing", "inspection_ids.quantity", "inspection_ids.refund_percent"]

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return the quantity for which nothing is given, decided by staff or by the inspection."""
        return line.qty_nothing + line._get_qty_worthless()

    @api.model
    def _get_qty_due(self, line):
        return 0.0

    @api.model
    def _settle(self, quantities):
        """Create no document, because nothing is given."""
