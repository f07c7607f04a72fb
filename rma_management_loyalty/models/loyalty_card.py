from odoo import fields, models


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    rma_id = fields.Many2one(
        "rma.order",
        string="Return",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The return that this card was given for.",
    )
