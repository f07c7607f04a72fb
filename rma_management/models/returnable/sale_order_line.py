from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_is_zero


class SaleOrderLine(models.Model):
    """Compute what can still be returned of an order line, refusals, and the values of return lines."""

    _inherit = "sale.order.line"

    qty_returnable = fields.Float(
        string="Returnable",
        compute="_compute_qty_returnable",
        # All users who see the order see what can be returned of it, with or without access to Inventory.
        compute_sudo=True,
        digits="Product Unit",
        help="Delivered, minus what was returned and what open returns reserve.",
    )
    returnable_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit of Returns",
        compute="_compute_qty_returnable",
        compute_sudo=True,
        help="The unit of the order line, or the unit of the product if the remaining quantity would "
        "otherwise be a fraction.",
    )

    @api.depends("qty_delivered", "rma_line_ids.state", "rma_line_ids.product_uom_qty")
    def _compute_qty_returnable(self):
        returnable = self._get_qty_returnable()
        for line in self:
            line.returnable_uom_id, line.qty_returnable = line._get_exact_returnable(returnable[line])

    def _get_exact_returnable(self, quantity):
        """Return the unit in which all that is left can be returned: seven units, not 0.58 of a dozen.

        :param quantity: float, in the unit of measure of the line, not rounded
        :return: `uom.uom` record, and the quantity in it
        """
        self.ensure_one()
        unit = self.product_uom_id
        product_unit = self.product_id.uom_id
        rounded = self._round_qty_returnable(quantity, self._get_rma_components()) if quantity else 0.0
        if rounded and unit != product_unit and not float_is_zero(quantity - rounded, precision_digits=6):
            exact = unit._compute_quantity(quantity, product_unit, round=False)
            if float_is_zero(exact - product_unit.round(exact), precision_digits=6):
                return product_unit, product_unit.round(exact)
        return unit, rounded

    def _get_rma_components(self):
        """Return the components of one unit of this line. A bridge overrides it for kits.

        :return: {product: quantity in its own unit of measure}
        """
        self.ensure_one()
        return {self.product_id: self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)}

    def _get_rma_deliveries(self):
        """Return the done deliveries to the customer: sold, replacements, or back from repair.

        :return: {line: done `stock.move` records, the newest first}
        """
        moves = self.env["stock.move"]
        arrived = Domain("state", "=", "done") & Domain("location_dest_id.usage", "=", "customer")
        # Two queries, each by an index: what sold a line, or returned it, as alternatives would scan all moves.
        found = moves.search(arrived & Domain("sale_line_id", "in", self.ids))
        items = self._get_rma_items()
        if items:
            found |= moves.search(arrived & Domain("rma_line_id", "in", items.ids))
        deliveries = defaultdict(moves.browse)
        for move in found.sorted(lambda move: (move.date, move.id), reverse=True):
            deliveries[move.sale_line_id or move.rma_line_id.sale_line_id] |= move
        return deliveries

    def _get_products_returnable(self, ignored_lines=None):
        """Return what can still be returned for each line: the product, or the parts of a kit.

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
        """Return what can still be returned of each line, in the unit of measure of the line: of kits whole ones, of
        anything else what is left, not rounded.

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
            if line.product_id not in components:
                whole = line._round_qty_returnable(whole, components)
            quantities[line] = max(0.0, whole)
        return {line: quantities.get(line._origin, 0.0) for line in self}

    def _round_qty_returnable(self, quantity, components):
        """Return the returnable quantity rounded down. A bridge rounds to whole kits.

        :param quantity: float, in the unit of measure of the line
        :param components: as given by `_get_rma_components`
        :rtype: float
        """
        self.ensure_one()
        return self.product_uom_id.round(quantity, rounding_method="DOWN")

    # === Refusals ===

    def _get_return_refusal(self, quantity=0.0, **details):
        """Return why this cannot be returned: the first hard limit or policy refusal that applies.

        :param quantity: float, in the unit of measure of the line
        :param details: see `_get_policy_refusal`
        :return: sentence, empty if allowed
        """
        return self._get_quantity_refusal(quantity) or self._get_policy_refusal(quantity, **details)

    def _get_quantity_refusal(self, quantity=0.0):
        """Return why this quantity cannot be returned. These limits cannot be overridden.

        :param quantity: float, in the unit of measure that it is returned in
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if self.product_id.type != "consu":
            return self.env._("This is a service. There is nothing to send back.")
        if self.returnable_uom_id.compare(self.qty_returnable, 0) <= 0:
            return (
                self.env._("It was already returned, or is part of an open return.")
                if self.rma_is_returned or self.move_ids.returned_move_ids
                else self.env._("It has not been delivered yet.")
            )
        if self.returnable_uom_id.compare(quantity, self.qty_returnable) > 0:
            return self.env._(
                "Only %(quantity)s %(unit)s of %(product)s can be sent back.",
                quantity=self.returnable_uom_id._format_rma_quantity(self.qty_returnable),
                unit=self.returnable_uom_id.name,
                product=self.product_id.name,
            )
        return ""

    def _get_policy_refusal(self, quantity=0.0, product=None, **details):
        """Return why the return policy does not take this back. Every door asks: website, help desk, staff, and each
        line again when its return is requested and approved. An addon with a rule of its own overrides this method.

        The customer reads the sentence. A returns manager may override it, with a reason that is kept.

        :param quantity: float, in the unit of measure of the order line; of `product` where that is a part of it
        :param product: `product.product` that comes back, where it is not simply that of the order line: a part of a
            kit, or goods that no order sold; then these records are empty
        :param details: what the door knows by then, as `reason` (`rma.return.reason`) and `operation_type`
            (`rma.operation.type`), and what `_prepare_policy_item` lists; pass them on to `super()`
        :return: sentence, empty if allowed
        """
        return self._get_policy_verdict(quantity, product=product, **details).refusal

    # === Lines of returns ===

    def _prepare_rma_line_values(self, quantity, product=None, move=None, **values):
        """Prepare a returned product for every door: website, help desk, staff, and lines made by hand or by RPC.
        Override it to carry a field of the order to its returns.

        :param quantity: float, in the unit of measure of the order line; of `product` where that is another one
        :param product: `product.product` where it is not that of the order line: a part of a kit
        :param move: delivered `stock.move` that it comes back from, where that is known. Of a delivery without an
            order, these records are empty.
        :param values: what the door knows besides; what is empty is left to the defaults of the returned product
        :return: values of `rma.order.line`
        """
        product = product or (move and move.product_id) or self.product_id
        unit = self.product_uom_id if product == self.product_id else product.uom_id
        known = {"sale_line_id": self.id, "move_id": move and move.id, **values}
        return {
            "product_id": product.id,
            "product_uom_id": unit.id,
            "product_uom_qty": quantity,
            **{name: value for name, value in known.items() if value},
        }
