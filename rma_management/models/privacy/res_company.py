from odoo import fields, models


class ResCompany(models.Model):
    """Set how long photos of returns are kept."""

    _inherit = "res.company"

    rma_photo_days = fields.Integer(
        string="Delete Photos After",
        help="Days after a return is closed until its photos are deleted. If 0, they are kept.",
    )

    _rma_photo_days_positive = models.Constraint(
        "CHECK(rma_photo_days >= 0)", "The number of days after which photos are deleted must be zero or more."
    )
