from collections import defaultdict

from odoo import api, fields, models
from odoo.addons.sale_stock.models.sale_order_line import SaleOrderLine as SaleStockOrderLine


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    rma_line_id = fields.Many2one(
        "rma.order.line",
        string="Replaces Return",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The returned product that this line replaces.",
    )
    rma_line_ids = fields.One2many("rma.order.line", "sale_line_id", string="Return Lines")
    qty_returnable = fields.Float(
        string="Returnable",
        compute="_compute_qty_returnable",
        # Everybody who sees the order may see what can be returned of it, with or without rights in the warehouse.
        compute_sudo=True,
        digits="Product Unit",
        help="Delivered, less what was returned and what open returns reserve.",
    )

    @api.depends("qty_delivered", "rma_line_ids.state", "rma_line_ids.product_uom_qty")
    def _compute_qty_returnable(self):
        returnable = self._get_qty_returnable()
        for line in self:
            line.qty_returnable = returnable[line]

    def _get_rma_components(self):
        """Tell what leaves the warehouse for one unit of this line. A bridge overrides it for kits.

        :return: {product: quantity in its own unit of measure}
        """
        self.ensure_one()
        return {self.product_id: self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)}

    def _get_rma_deliveries(self):
        """Find what reached the customers: delivered for the line, as its replacement, or back from repair.

        :return: {line: done `stock.move` records, the newest first}
        """
        deliveries = defaultdict(self.env["stock.move"].browse)
        for move in self.env["stock.move"].search(
            [
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
                "|",
                ("sale_line_id", "in", self.ids),
                ("rma_line_id.sale_line_id", "in", self.ids),
            ],
            order="date desc, id desc",
        ):
            deliveries[move.sale_line_id or move.rma_line_id.sale_line_id] |= move
        return deliveries

    def _get_qty_returnable(self, ignored_lines=None):
        """Tell what can still be returned of each line, in the unit of measure of the line.

        :param ignored_lines: `rma.order.line` records whose own reservation does not count
        :return: {line: quantity}
        """
        stored = self._origin.filtered(lambda line: line.product_id.type == "consu")
        deliveries = stored._get_rma_deliveries()
        all_deliveries = self.env["stock.move"].union(*deliveries.values())
        left = all_deliveries._get_qty_returnable()
        reserved = self.env["rma.order.line"]._get_qty_reserved(stored, ignored_lines)
        quantities = {}
        for line in stored:
            available = defaultdict(float)
            for move in deliveries[line]:
                available[move.product_id] += left[move]
            quantities[line] = max(
                0.0,
                line.product_uom_id.round(
                    min(
                        (
                            (available[product] / quantity)
                            for product, quantity in line._get_rma_components().items()
                            if quantity
                        ),
                        default=0.0,
                    )
                    - reserved[line],
                    rounding_method="DOWN",
                ),
            )
        return {line: quantities.get(line._origin, 0.0) for line in self}

    def _update_line_quantity(self, values):
        """Let the order drop below what is delivered where the customer keeps what is refunded, or sends it later."""
        if self.env.context.get("rma_lower_ordered"):
            # Past the check of sale_stock, which asks for a return: this is one.
            return super(SaleStockOrderLine, self)._update_line_quantity(values)
        return super()._update_line_quantity(values)

    def _lower_ordered_quantity(self, quantities):
        """Order less of what is invoiced as ordered, by what came back.

        Otherwise the order would ask to invoice again what was just credited.

        :param quantities: {line: returned quantity in its unit of measure}
        """
        lines = self.filtered(lambda line: line.product_id.invoice_policy == "order" and line.state == "sale")
        if not lines:
            return
        locked = lines.order_id.filtered("locked")
        locked.locked = False
        for line in lines:
            excess = min(quantities[line], line.product_uom_qty - line.qty_invoiced)
            if line.product_uom_id.compare(excess, 0) > 0:
                # The goods are already back: nothing has to be procured or sent back for it.
                line.with_context(skip_procurement=True, rma_lower_ordered=True).product_uom_qty -= excess
        locked.locked = True
