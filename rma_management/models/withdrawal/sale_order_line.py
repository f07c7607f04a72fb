from odoo import models


class SaleOrderLine(models.Model):
    """Withdraw from what was not delivered yet, and prepare the return of what was."""

    _inherit = "sale.order.line"

    def _filter_withdrawable(self):
        """Return the lines that a customer can withdraw from: goods and services, without shipping and discounts.

        :return: `sale.order.line` records
        """
        return self._filter_return_items().filtered(
            lambda line: not line._is_lowering() and line.product_uom_id.compare(line.product_uom_qty, 0) > 0
        )

    def _get_qty_undelivered(self):
        """Return what is still to be delivered, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        return max(0.0, self.product_uom_qty - self.qty_delivered - self._get_qty_came_back())

    def _get_qty_came_back(self):
        """Return what was delivered once and is no longer counted as delivered, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: move.state == "done" and move.to_refund and move.location_id.usage == "customer"
        )
        return sum(move.product_uom._compute_quantity(move.quantity, self.product_uom_id) for move in moves)

    def _stop_delivery(self, quantity):
        """Lower the ordered quantity by what the customer withdrew from before it was delivered. Odoo lowers the open
        delivery by as much.

        :param quantity: float, in the unit of measure of the line, at most what is undelivered
        """
        self.ensure_one()
        order = self.order_id
        locked = order.locked
        if locked:
            order.locked = False
        self.product_uom_qty -= quantity
        if locked:
            order.locked = True

    def _prepare_withdrawn_line_values(self, quantity, reason, operation_type):
        """Prepare the return of what was delivered.

        :param quantity: float, in the unit of measure of the line
        :param reason: `rma.return.reason` record
        :param operation_type: `rma.operation.type` record
        :return: values of `rma.order.line`
        """
        self.ensure_one()
        unit = self.returnable_uom_id
        return self._prepare_rma_line_values(
            unit.round(self.product_uom_id._compute_quantity(quantity, unit, round=False)),
            product_uom_id=unit.id,
            reason_id=reason.id,
            operation_type_id=operation_type.id,
        )

    def _get_qty_withdrawable(self):
        """Return what was delivered and can come back, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        unit = self.returnable_uom_id
        return unit._compute_quantity(self.qty_returnable, self.product_uom_id, round=False) if unit else 0.0
