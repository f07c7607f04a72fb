from odoo import models


class AccountMoveLine(models.Model):
    """Compute the cost of goods on credit notes from the goods that came back, or will."""

    _inherit = "account.move.line"

    def _get_cogs_value(self):
        """Return the cost of a unit, so that stock and its account rise by the same amount.

        Odoo reads the cost of the invoice. The goods that came back may have cost something else, may be credited in
        another unit, and what the customer keeps enters no stock.
        """
        if self.move_id.move_type != "out_refund" or not self.rma_line_id:
            return super()._get_cogs_value()
        quantity = self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        # Accountants need not see returns.
        if self.rma_line_id.sudo().operation_type_id.receipt_policy == "none" or not quantity:
            return 0.0
        return self._get_returned_cost(quantity) / quantity

    def _get_returned_cost(self, quantity):
        """Return the cost of goods that this line credits: its part of the receipts, the last line taking the rest.

        :param quantity: float, in the unit of measure of the product
        :return: float, in the currency of the company
        """
        self.ensure_one()
        product = self.product_id
        # Accountants may not have access to every return and its transfers.
        line = self.rma_line_id.sudo()
        receipts = line._get_receipts().filtered(lambda move: move.product_id == product)
        received = sum(move._get_valued_qty() for move in receipts)
        value = sum(receipts.mapped("value"))
        booked = line.credit_line_ids.filtered(lambda credit: credit.parent_state == "posted" and credit != self)
        before = sum(
            credit.product_uom_id._compute_quantity(credit.quantity, product.uom_id, round=False)
            for credit in booked
            if credit.product_id == product
        )
        credited = before + quantity
        if product.uom_id.compare(credited, received) > 0:
            # Goods not yet received are valued as when they were delivered.
            origins = line._get_open_receipts().origin_returned_move_id or line._get_origin_moves()
            value += (credited - received) * origins._get_price_unit()
        elif received:
            value *= credited / received
        return value - line._get_booked_cost(booked)
