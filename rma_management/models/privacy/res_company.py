from odoo import fields, models


class ResCompany(models.Model):
    """How long photos of returns are kept."""

    _inherit = "res.company"

    rma_photo_days = fields.Integer(
        string="Photos Deleted after",
        help="So many days after a return was closed, its photos are deleted. 0: they are kept.",
    )

    _rma_photo_days_positive = models.Constraint(
        "CHECK(rma_photo_days >= 0)", "The days after which photos are deleted must be zero or more."
    )
