from odoo import fields, models


class ResCompany(models.Model):
    """How long customers get at their returns by a link."""

    _inherit = "res.company"

    rma_link_days = fields.Integer(
        string="Links End after",
        default=180,
        help="So many days after a return was closed, the link in the customer's mails opens it no more. 0: never.",
    )

    _rma_link_days_positive = models.Constraint(
        "CHECK(rma_link_days >= 0)", "The days after which links end must be zero or more."
    )
