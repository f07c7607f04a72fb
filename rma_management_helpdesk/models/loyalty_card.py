from odoo import fields, models


class LoyaltyCard(models.Model):
    _name = "loyalty.card"
    _inherit = ["loyalty.card", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
