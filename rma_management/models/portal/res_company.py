from odoo import fields, models


class ResCompany(models.Model):
    """Set how long customers can open their returns with a link."""

    _inherit = "res.company"

    rma_link_days = fields.Integer(
        string="Links Expire After",
        default=180,
        help="Days after a return is closed until the link in the customer's emails stops working. If 0, never.",
    )

    _rma_link_days_positive = models.Constraint(
        "CHECK(rma_link_days >= 0)", "The number of days after which links expire must be zero or more."
    )
