from odoo import models


class RmaOrderLine(models.Model):
    _name = "rma.order.line"
    _inherit = ["rma.order.line", "helpdesk.ticket.document"]

    def _get_ticket_paths(self):
        return ["order_id.ticket_ids"]
