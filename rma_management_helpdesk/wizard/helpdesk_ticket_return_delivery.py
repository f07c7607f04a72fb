from odoo import api, fields, models
from odoo.tools import format_date


class HelpdeskTicketReturnDelivery(models.TransientModel):
    """Show the number and date of a delivery to agents without access to Inventory."""

    _name = "helpdesk.ticket.return.delivery"
    _inherit = "rma.window.mixin"
    _description = "Delivery to Return"

    wizard_id = fields.Many2one("helpdesk.ticket.return", required=True, ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name", compute_sudo=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "picking_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "picking_id":
            return super()._may_link(name, records)
        # Agents have no access to Inventory; only the deliveries of their ticket's customer are shown.
        customers = [(picking.sale_id.partner_id or picking.partner_id) for picking in records.sudo()]
        return self.env["helpdesk.ticket"]._works_for(
            self.env["res.partner"].union(*customers).commercial_partner_id, "return"
        )

    @api.depends("picking_id")
    def _compute_name(self):
        for delivery in self:
            picking = delivery.picking_id
            parts = [picking.name, format_date(self.env, picking.date_done), picking.sale_id.name]
            delivery.name = " · ".join(part for part in parts if part)
