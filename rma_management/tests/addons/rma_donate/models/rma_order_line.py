from odoo import models


class RmaOrderLine(models.Model):
    """The reference and the reason of the customer stand on the credit note, in fields of their own."""

    _inherit = "rma.order.line"

    def _prepare_refund_values(self, order, invoice, allocations):
        values = super()._prepare_refund_values(order, invoice, allocations)
        return {**values, "donate_customer_reference": order.customer_reference}

    def _prepare_refund_line_values(self, allocation):
        values = super()._prepare_refund_line_values(allocation)
        return {**values, "donate_reason_id": allocation["line"].reason_id.id}
