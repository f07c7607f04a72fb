from odoo import fields, models


class RmaGrade(models.Model):
    """Define the condition of inspected goods, and what follows from it."""

    _name = "rma.grade"
    _inherit = "rma.disposition.mixin"
    _description = "Inspection Grade"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Name of the grade, as shown on inspections.")
    sequence = fields.Integer(default=10, help="The first grade is the default.")
    active = fields.Boolean(default=True, help="If unchecked, the grade is hidden; existing results keep it.")
    color = fields.Integer(help="Color of the tag.")
    description = fields.Char(translate=True, help="Describes the condition of goods with this grade.")
    disposition = fields.Selection(
        required=True,
        default="restock",
        help="Default for goods of this grade. It can be changed on each inspection.",
    )
    refund_percent = fields.Float(
        string="Share of the Refund (%)",
        default=100.0,
        digits=(5, 2),
        help="The percentage of the price that is refunded. If 0, the customer gets nothing for these goods.",
    )

    _refund_percent_in_range = models.Constraint(
        "CHECK(refund_percent BETWEEN 0 AND 100)", "The refund must be a percentage from 0 to 100."
    )
