from odoo import api, fields, models


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
        help="The ticket that this card was given for.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"ticket_id"}
