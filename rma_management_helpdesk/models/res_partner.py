from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # By these the rule on orders finds the customers that an agent has tickets of.
    commercial_ticket_ids = fields.One2many(
        "helpdesk.ticket", "commercial_partner_id", string="Tickets of the Company", copy=False
    )
