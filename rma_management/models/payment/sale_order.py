from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_excess_down_payment(self):
        """Return by how much open down payments are more than what the order has still to invoice, taxes included.

        :return: float, in the currency of the order
        """
        self.ensure_one()
        paid = self._get_open_down_payment()
        if self.currency_id.compare_amounts(paid, 0) <= 0:
            return 0.0
        left = 0.0
        for line in self.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment):
            back = sum(
                returned.product_uom_id._compute_quantity(
                    returned.qty_uninvoiced - returned.qty_unordered, line.product_uom_id, round=False
                )
                for returned in line._get_rma_items()
            )
            left += line.price_reduce_taxinc * max(0.0, line.product_uom_qty - line.qty_invoiced - back)
        return max(0.0, self.currency_id.round(paid - left))
