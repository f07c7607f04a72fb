from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Show how much of a line came back."""

    _inherit = "sale.order.line"

    rma_qty_returned = fields.Float(
        string="Quantity Returned",
        compute="_compute_rma_qty_returned",
        # All users who see the order see what came back of it, with or without access to returns.
        compute_sudo=True,
        digits="Product Unit",
        help="Received by returns, in the unit of the order line.",
    )

    @api.depends("rma_line_ids.qty_received", "rma_line_ids.product_uom_id", "product_uom_id", "product_id")
    def _compute_rma_qty_returned(self):
        for line in self:
            # Parts of a kit are no quantity of the kit.
            returned = line._get_rma_items().filtered(lambda item, line=line: item.product_id == line.product_id)
            line.rma_qty_returned = sum(
                item.product_uom_id._compute_quantity(item.qty_received, line.product_uom_id, round=False)
                for item in returned
            )
