from collections import defaultdict

from odoo import models


class SaleOrderLine(models.Model):
    """Compute the price actually paid, less the share of order-level discounts."""

    _inherit = "sale.order.line"

    def _is_lowering(self):
        """Return whether this line lowers the order as a whole: a discount, a reward, a negative line by hand.

        :rtype: bool
        """
        self.ensure_one()
        return (
            not self.display_type
            and not self.is_downpayment
            and self.price_subtotal < 0
            # Goods of a quantity below zero are taken back, which lowers nothing else.
            and (self.product_uom_qty > 0 or self.product_id.type == "service")
        )

    def _is_tender(self):
        """Return whether this line is a payment for the order. A bridge extends it to its cards.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _get_price_paid(self):
        """Return the price actually paid for a unit, before taxes, less its share of order discounts.

        :return: {line: float in the currency of the order}
        """
        lowered = defaultdict(float)
        for order in self.order_id:
            for discount in order.order_line.filtered(lambda line: line._is_lowering() and not line._is_tender()):
                shares = self.env["rma.lowering"]._get_shares(discount, order.order_line)
                for line, share in shares.items():
                    lowered[line] += share * discount.price_subtotal
        return {
            line: line.price_reduce_taxexcl
            + (lowered[line] / line.product_uom_qty if line.product_uom_qty and line in lowered else 0.0)
            for line in self
        }

    def _get_qty_lowering_credited(self):
        """Return how much of this discount the credit notes of returns gave back, as its quantity.

        :rtype: float
        """
        self.ensure_one()
        credited = 0.0
        # Whoever sells need not see what a credit note of a return lowers. As of a date, where Odoo counts as of one.
        for credit in self.sudo()._get_invoice_lines().filtered("rma_lowering_id"):
            whole = credit.rma_lowering_id
            if credit.parent_state != "cancel" and whole.price_subtotal:
                credited += whole.quantity * credit.price_subtotal / whole.price_subtotal
        return self.product_uom_id.round(credited)
