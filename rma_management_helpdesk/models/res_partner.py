from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Used by the record rule on orders to find the customers of an agent's tickets.
    commercial_ticket_ids = fields.One2many(
        "helpdesk.ticket", "commercial_partner_id", string="Tickets of the Company", copy=False
    )
