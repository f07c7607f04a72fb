from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("rma_line_ids.qty_store_credit")
    def _compute_qty_to_invoice(self):
        return super()._compute_qty_to_invoice()

    def _get_qty_ordered_and_credited(self):
        """Return how much was ordered before returns lowered it, and how much of that returns have credited.

        :return: two floats, in the unit of measure of the line
        """
        self.ensure_one()
        ordered, credited = self.product_uom_qty, 0.0
        for line in self._get_rma_items():
            posted = line._get_valid_credits().filtered(lambda credit: credit.parent_state == "posted")
            unit = line.product_uom_id
            came_back = line._count_credits(posted) + line.qty_uninvoiced
            credited += unit._compute_quantity(came_back, self.product_uom_id, round=False)
            ordered += unit._compute_quantity(line.qty_unordered, self.product_uom_id, round=False)
        return ordered, credited

    def _get_price_of(self, quantity):
        """Return what a quantity of this line costs, taxes included.

        :param quantity: float, in the unit of measure of the line
        :rtype: float
        """
        self.ensure_one()
        return self.tax_ids.compute_all(
            self.price_unit * (1 - self.discount / 100),
            currency=self.currency_id,
            quantity=quantity,
            product=self.product_id,
            partner=self.order_id.partner_id,
        )["total_included"]

    def _is_tender(self):
        return super()._is_tender() or self.reward_id.program_id.is_payment_program
