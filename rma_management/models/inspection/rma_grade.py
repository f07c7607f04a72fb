from odoo import fields, models


class RmaGrade(models.Model):
    """What an inspection finds: the condition of goods, and what follows from it."""

    _name = "rma.grade"
    _inherit = "rma.disposition.mixin"
    _description = "Inspection Grade"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Char(translate=True, help="What goods of this grade look like.")
    disposition = fields.Selection(
        required=True,
        default="restock",
        help="Proposed for goods of this grade; each inspection may say otherwise.",
    )
    refund_percent = fields.Float(
        string="Share of the Refund (%)",
        default=100.0,
        digits=(5, 2),
        help="How much of the price is refunded. At 0 the customer gets nothing for these goods.",
    )

    _refund_percent_in_range = models.Constraint(
        "CHECK(refund_percent BETWEEN 0 AND 100)", "The refund is a percentage from 0 to 100."
    )
