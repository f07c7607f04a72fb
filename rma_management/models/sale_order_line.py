from collections import defaultdict

from odoo import api, fields, models


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

    def _get_products_returnable(self, ignored_lines=None):
        """Tell what can still be returned of what left the warehouse for each line: the product, or the parts of a kit.

        :param ignored_lines: `rma.order.line` records whose own reservation does not count
        :return: {line: {product: quantity in its unit of measure}}
        """
        deliveries = self._get_rma_deliveries()
        all_deliveries = self.env["stock.move"].union(*deliveries.values())
        left = all_deliveries._get_qty_returnable()
        reserved = self.env["rma.order.line"]._get_products_reserved(self, ignored_lines)
        returnable = {}
        for line in self:
            available = returnable[line] = defaultdict(float)
            for move in deliveries[line]:
                available[move.product_id] += left[move]
            for product, quantity in reserved[line].items():
                available[product] -= quantity
        return returnable

    def _get_qty_returnable(self, ignored_lines=None):
        """Tell what can still be returned of each line, in the unit of measure of the line.

        :param ignored_lines: `rma.order.line` records whose own reservation does not count
        :return: {line: quantity}
        """
        stored = self._origin.filtered(lambda line: line.product_id.type == "consu")
        quantities = {}
        for line, available in stored._get_products_returnable(ignored_lines).items():
            components = line._get_rma_components()
            whole = min(
                (available[product] / quantity for product, quantity in components.items() if quantity), default=0.0
            )
            quantities[line] = max(0.0, line._round_qty_returnable(whole, components))
        return {line: quantities.get(line._origin, 0.0) for line in self}

    def _round_qty_returnable(self, quantity, components):
        """Round what can be returned down to what can be asked for. A bridge asks for whole kits.

        :param quantity: float, in the unit of measure of the line
        :param components: as given by `_get_rma_components`
        :rtype: float
        """
        self.ensure_one()
        return self.product_uom_id.round(quantity, rounding_method="DOWN")

    def _lower_ordered_quantity(self, quantity):
        """Order less of what is invoiced as ordered, by what came back.

        Otherwise the order would ask to invoice again what was just credited.

        :param quantity: returned quantity, in the unit of measure of the line
        :return: quantity by which the line was lowered: never below what is delivered and invoiced
        """
        self.ensure_one()
        if self.product_id.invoice_policy != "order" or self.state != "sale":
            return 0.0
        excess = min(quantity, self.product_uom_qty - max(self.qty_invoiced, self.qty_delivered))
        if self.product_uom_id.compare(excess, 0) <= 0:
            return 0.0
        locked = self.order_id.locked
        if locked:
            self.order_id.locked = False
        # The goods are already back: nothing has to be procured or sent back for it.
        self.with_context(skip_procurement=True).product_uom_qty -= excess
        if locked:
            self.order_id.locked = True
        return excess

    def _get_qty_waived(self):
        """Tell what Odoo would invoice though a return settled it: the customer keeps it, or it is still on its way.

        :return: quantity in the unit of measure of the line; below zero where the order was lowered for a credit note
            that was cancelled since
        """
        self.ensure_one()
        waived = 0.0
        if self.is_delivery:
            # Shipping that a return gave back is not asked for again.
            for credit in self.invoice_lines:
                move = credit.move_id
                if move.rma_id and move.move_type == "out_refund" and move.state != "cancel":
                    waived += credit.product_uom_id._compute_quantity(credit.quantity, self.product_uom_id, round=False)
        for line in self.rma_line_ids:
            settled = line._get_qty_credited() + line.qty_uninvoiced
            if self.product_id.invoice_policy == "order":
                quantity = settled - line.qty_unordered
            else:
                quantity = max(0.0, settled - line.qty_received)
            waived += line.product_uom_id._compute_quantity(quantity, self.product_uom_id, round=False)
        return self.product_uom_id.round(waived)

    def _get_qty_pending(self):
        """Tell what came back of this line and is not credited: a return decides about it, not the next invoice.

        :return: quantity in the unit of measure of the line
        """
        self.ensure_one()
        if self.product_id.invoice_policy == "order":
            return 0.0
        return sum(
            line.product_uom_id._compute_quantity(line._get_qty_pending(), self.product_uom_id, round=False)
            for line in self.rma_line_ids
        )

    def _prepare_qty_invoiced(self):
        """Count what returns credited in another unit to the nearest, as deliveries are. Odoo rounds it up, and would
        then ask for an invoice of the difference."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            for credit in line.rma_line_ids.credit_line_ids.filtered(lambda credit: credit.parent_state != "cancel"):
                unit = credit.product_uom_id
                if unit != line.product_uom_id:
                    quantities[line] += unit._compute_quantity(credit.quantity, line.product_uom_id)
                    quantities[line] -= unit._compute_quantity(
                        credit.quantity, line.product_uom_id, rounding_method="HALF-UP"
                    )
        return quantities

    @api.depends(
        "rma_line_ids.qty_refunded",
        "rma_line_ids.qty_uninvoiced",
        "rma_line_ids.qty_received",
        "rma_line_ids.qty_unordered",
    )
    def _compute_qty_to_invoice(self):
        super()._compute_qty_to_invoice()
        for line in self:
            waived = line.state == "sale" and (line.rma_line_ids or line.is_delivery) and line._get_qty_waived()
            if waived:
                line.qty_to_invoice -= waived
            if line.state == "sale" and line.qty_to_invoice < 0 and line.rma_line_ids:
                line.qty_to_invoice = min(0.0, line.qty_to_invoice + line._get_qty_pending())

    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        settled = self.filtered(
            lambda line: (
                line.invoice_status == "no"
                and ((line.qty_invoiced and line.rma_line_ids) or (line.is_delivery and line._get_qty_waived()))
            )
        )
        for line in settled:
            if line.product_uom_id.compare(line.qty_invoiced + line._get_qty_waived(), line.product_uom_qty) >= 0:
                line.invoice_status = "invoiced"

    @api.depends("qty_to_invoice")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        for line in self:
            waived = line.state == "sale" and (line.rma_line_ids or line.is_delivery) and line._get_qty_waived()
            if waived:
                line.untaxed_amount_to_invoice -= waived * line.price_reduce_taxexcl

    @api.depends("qty_to_invoice")
    def _compute_amount_to_invoice(self):
        super()._compute_amount_to_invoice()
        for line in self:
            waived = line.state == "sale" and (line.rma_line_ids or line.is_delivery) and line._get_qty_waived()
            if waived:
                line.amount_to_invoice -= waived * line.price_reduce_taxinc
