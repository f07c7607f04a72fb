from odoo import api, fields, models
from odoo.tools import format_date


class HelpdeskTicketReturnDelivery(models.TransientModel):
    """A delivery to choose. Agents who have no rights in the warehouse read its number and date here."""

    _name = "helpdesk.ticket.return.delivery"
    _description = "Delivery to Return"

    wizard_id = fields.Many2one("helpdesk.ticket.return", required=True, ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name", compute_sudo=True)

    @api.depends("picking_id")
    def _compute_name(self):
        for delivery in self:
            picking = delivery.picking_id
            parts = [picking.name, format_date(self.env, picking.date_done), picking.sale_id.name]
            delivery.name = " · ".join(part for part in parts if part)
