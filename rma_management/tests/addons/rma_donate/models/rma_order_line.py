from odoo import models


class RmaOrderLine(models.Model):
    """The reference and the reason of the customer stand on the credit note."""

    _inherit = "rma.order.line"

    def _prepare_refund_values(self, order, invoice, allocations):
        values = super()._prepare_refund_values(order, invoice, allocations)
        return {**values, "narration": order.customer_reference}

    def _prepare_refund_line_values(self, allocation):
        values = super()._prepare_refund_line_values(allocation)
        reason = allocation["line"].reason_id
        return {**values, "name": f"{values['name']} ({reason.name})"} if reason else values
