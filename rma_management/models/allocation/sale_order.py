from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_open_down_payment(self):
        """Return the invoiced down payments that no invoice has deducted, taxes included.

        :return: float, in the currency of the order
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.is_downpayment and not line.display_type)
        return sum(
            -line.move_id.direction_sign * line.price_total
            for line in lines.invoice_lines
            if line.parent_state == "posted"
        )
