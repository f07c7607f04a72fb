from odoo import api, fields, models


class LoyaltyCard(models.Model):
    _name = "loyalty.card"
    _inherit = ["rma.sealed.mixin", "loyalty.card"]

    rma_id = fields.Many2one(
        "rma.order",
        string="Return",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The return that this card was given for.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_id"}
