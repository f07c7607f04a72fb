from collections import defaultdict

from odoo import api, models


class SaleOrderLine(models.Model):
    """Exclude what came back or was settled by a return from what is left to invoice."""

    _inherit = "sale.order.line"

    def _lower_ordered_quantity(self, quantity):
        """Lower the ordered quantity of a line invoiced as ordered by what came back.

        Otherwise the order would ask to invoice again what was just credited.

        :param quantity: returned quantity, in the unit of measure of the line
        :return: quantity by which the line was lowered: never below what is delivered and invoiced
        """
        self.ensure_one()
        if self.product_id.invoice_policy != "order" or self.state != "sale":
            return 0.0
        most = self.product_uom_qty - max(self.qty_invoiced, self.qty_delivered)
        excess = min(quantity, most)
        # Units of a dozen leave fractions: ignore less than half a unit.
        if self.product_uom_id._compute_quantity(abs(most - quantity), self.product_id.uom_id, round=False) < 0.5 and (
            self.product_uom_id != self.product_id.uom_id
        ):
            excess = most
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

    def _is_waivable(self):
        """Return whether a return may have settled what Odoo would invoice of this line.

        No amount may be read here: Odoo reads invoiced quantities to compute prices.

        :rtype: bool
        """
        self.ensure_one()
        return self.rma_is_returned or self.is_delivery or bool(self.invoice_lines.rma_lowering_id)

    def _get_qty_waived(self):
        """Return the quantity that Odoo would invoice though a return settled it.

        :return: quantity in the unit of measure of the line; below zero where the order was lowered for a credit note
            that was canceled since
        """
        self.ensure_one()
        # Discounts and shipping that a return refunded are not invoiced again.
        waived = self._get_qty_lowering_credited()
        if self.is_delivery:
            # Whoever sells need not see the return.
            for credit in self.sudo().invoice_lines:
                move = credit.move_id
                if move.rma_id and move.move_type == "out_refund" and move.state != "cancel":
                    waived += credit.product_uom_id._compute_quantity(credit.quantity, self.product_uom_id, round=False)
        kept = 0.0
        items = self._get_rma_items().filtered(lambda item: not item.is_taken_over)
        for line in items:
            # Nobody waived what was credited, and was sent back to the customer by hand: it is invoiced again.
            settled = line._get_qty_credited() + line.qty_uninvoiced - line._get_qty_taken_again()
            if self.product_id.invoice_policy == "order":
                quantity = settled - line.qty_unordered
            else:
                quantity = max(0.0, settled - line.qty_received)
            kept += line.product_uom_id._compute_quantity(quantity, self.product_uom_id, round=False)
        if kept > 0:
            # Nor what was credited for goods that never came, and charged again.
            kept = max(0.0, kept - self._get_qty_charged_again(items))
        return self.product_uom_id.round(waived + kept)

    def _get_qty_charged_again(self, items):
        """Return how much of this line was credited by returns, and charged again by reversing the credit note.

        :param items: `rma.order.line` records of this line
        :return: quantity in the unit of measure of the line
        """
        self.ensure_one()
        # Whoever sells need not see credit notes.
        reversals = items.sudo().credit_line_ids.move_id.reversal_move_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        return sum(
            part.product_uom_id._compute_quantity(part.quantity, self.product_uom_id, round=False)
            for part in reversals.invoice_line_ids & self.sudo().invoice_lines
        )

    def _get_qty_pending(self):
        """Return the returned quantity of this line that is not credited yet.

        :return: quantity in the unit of measure of the line
        """
        self.ensure_one()
        if self.product_id.invoice_policy == "order":
            return 0.0
        return sum(
            line.product_uom_id._compute_quantity(line._get_qty_pending(), self.product_uom_id, round=False)
            for line in self._get_rma_items()
        )

    def _prepare_qty_delivered(self):
        """Sum the returns in another unit before rounding, because Odoo rounds each transfer separately."""
        quantities = super()._prepare_qty_delivered()
        # Who reads quantities of an order need have no access to its transfers.
        for line in self.sudo().filtered(
            lambda line: line.rma_is_returned and line.qty_delivered_method == "stock_move"
        ):
            if line.product_uom_id == line.product_id.uom_id or line.product_id not in line.move_ids.product_id:
                continue
            quantities[line] += line._get_rounded_away(line._get_outgoing_incoming_moves()[1])
        return quantities

    def _get_rounded_away(self, moves):
        """Return the excess of transfers rounded separately over their rounded sum, in the unit of this line.

        :param moves: `stock.move` records
        :rtype: float
        """
        self.ensure_one()
        unit = self.product_uom_id
        by_unit = defaultdict(float)
        each = 0.0
        for move in moves.filtered(lambda move: move.state == "done"):
            by_unit[move.product_uom] += move.quantity
            each += move.product_uom._compute_quantity(move.quantity, unit, rounding_method="HALF-UP")
        together = sum(
            moved._compute_quantity(quantity, unit, rounding_method="HALF-UP") for moved, quantity in by_unit.items()
        )
        return each - together

    def _prepare_qty_invoiced(self):
        """Count what returns credited in another unit to the nearest, as what came back is counted. Odoo rounds each
        line up, and would then ask for an invoice of the difference."""
        quantities = super()._prepare_qty_invoiced()
        # Who reads quantities of an order need see neither its returns, nor what they credited.
        for line in self.sudo():
            by_unit = defaultdict(float)
            # As of a date, where Odoo counts as of one.
            invoiced = line._get_invoice_lines().filtered(lambda part: part.parent_state != "cancel")
            for credit in line._get_rma_items().credit_line_ids & invoiced:
                unit = credit.product_uom_id
                if unit != line.product_uom_id:
                    quantities[line] += unit._compute_quantity(credit.quantity, line.product_uom_id)
                    by_unit[unit] += credit.quantity
            # All together: 7 and 4 and 1 are a dozen, though their parts of it are not.
            for unit, quantity in by_unit.items():
                quantities[line] -= unit._compute_quantity(quantity, line.product_uom_id, rounding_method="HALF-UP")
            # A credit note gives back a part of the amount of a discount, which is not a quantity of its own.
            parts = invoiced.filtered("rma_lowering_id")
            if parts:
                quantities[line] += sum(parts.mapped("quantity")) - line._get_qty_lowering_credited()
        return quantities

    @api.depends(
        "rma_line_ids.qty_refunded",
        "rma_line_ids.qty_uninvoiced",
        "rma_line_ids.qty_received",
        "rma_line_ids.qty_undone",
        "rma_line_ids.qty_unordered",
        "rma_line_ids.is_taken_over",
        "rma_settlement_id.exchange_delivery",
    )
    def _compute_qty_to_invoice(self):
        super()._compute_qty_to_invoice()
        # What replaces a returned product is invoiced before it is shipped, to be set off against the credit.
        for line in self.filtered("rma_settlement_id")._filter_exchanges():
            if line.state == "sale":
                line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced
        for line in self:
            waived = line.state == "sale" and line._is_waivable() and line._get_qty_waived()
            if waived:
                line.qty_to_invoice -= waived
            if line.state == "sale" and line.qty_to_invoice < 0 and line.rma_is_returned:
                line.qty_to_invoice = min(0.0, line.qty_to_invoice + line._get_qty_pending())

    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        settled = self.filtered(
            lambda line: (
                line.state not in ("draft", "sent")
                and line.invoice_status == "no"
                and (
                    (line.qty_invoiced and line.rma_is_returned)
                    or ((line.is_delivery or line.invoice_lines.rma_lowering_id) and line._get_qty_waived())
                )
            )
        )
        for line in settled:
            if line.product_uom_id.compare(line.qty_invoiced + line._get_qty_waived(), line.product_uom_qty) >= 0:
                line.invoice_status = "invoiced"

    @api.depends("qty_to_invoice")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        for line in self:
            waived = line.state == "sale" and line._is_waivable() and line._get_qty_waived()
            if waived:
                line.untaxed_amount_to_invoice -= waived * line.price_reduce_taxexcl

    @api.depends("qty_to_invoice")
    def _compute_amount_to_invoice(self):
        super()._compute_amount_to_invoice()
        for line in self:
            waived = line.state == "sale" and line._is_waivable() and line._get_qty_waived()
            if waived:
                line.amount_to_invoice -= waived * line.price_reduce_taxinc
