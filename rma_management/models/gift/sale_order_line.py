from odoo import models


class SaleOrderLine(models.Model):
    """Send what replaces a gift to its receiver; it is sold to the buyer, who paid for the gift."""

    _inherit = "sale.order.line"

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        # Whoever confirms the order need not see the return.
        rma = self.sudo().rma_line_id.order_id
        if rma.is_gift:
            values["partner_id"] = rma.partner_shipping_id.id
        return values
