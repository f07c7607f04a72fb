from odoo import models


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    def _prepare_receipt_picking_values(self, order, moves):
        """Expect the goods on the day on which they are picked up."""
        values = super()._prepare_receipt_picking_values(order, moves)
        if order._has_pickup_to_come():
            values["scheduled_date"] = order._get_receipt_moment()
        return values
