from odoo import api, fields, models
from odoo.fields import Domain


class StockLot(models.Model):
    """Count the returns of a lot or serial number, asked for or received."""

    _inherit = "stock.lot"

    rma_count = fields.Integer(string="Returns", compute="_compute_rma_count", groups="rma_management.group_rma_user")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_rma_count(self):
        for lot in self:
            lot.rma_count = len(lot._get_rma_orders())

    def _get_rma_orders(self):
        """Return the returns of these lots that the current user sees.

        :return: `rma.order` records
        """
        # Which lots a receipt has is known to whoever sees the return.
        of_lot = Domain("move_line_ids", "any!", Domain("lot_id", "in", self.ids))
        received = Domain("move_ids", "any!", Domain("rma_role", "=", "receipt") & of_lot)
        asked = Domain("lot_ids", "any!", Domain("id", "in", self.ids))
        return self.env["rma.order"].search(Domain("line_ids", "any", received | asked))

    def action_view_rma(self):
        """Open the returns of these lots.

        :return: window action
        """
        return self.env["rma.order"]._get_list_action([("id", "in", self._get_rma_orders().ids)])
