from odoo import fields, models


class RmaOrder(models.Model):
    _inherit = "rma.order"

    withdrawal_id = fields.Many2one(
        "rma.withdrawal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The declaration by which the customer withdrew from the contract.",
    )
