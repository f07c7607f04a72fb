from odoo import api, fields, models


class SaleOrder(models.Model):
    """Show the column of returned quantities only on orders of which something came back."""

    _inherit = "sale.order"

    rma_has_returned = fields.Boolean(string="Came Back", compute="_compute_rma_has_returned")

    @api.depends("order_line.rma_qty_returned")
    def _compute_rma_has_returned(self):
        for order in self:
            order.rma_has_returned = any(order.order_line.mapped("rma_qty_returned"))
