from odoo import fields, models


class ResCompany(models.Model):
    """Configure what the return slip says."""

    _inherit = "res.company"

    rma_send_days = fields.Integer(
        string="Days to Send Goods",
        default=14,
        help="Days after the approval in which the customer has to send the goods. The slip and the website tell the "
        "date. If 0, they tell none.",
    )
    _rma_send_days_positive = models.Constraint(
        "CHECK(rma_send_days >= 0)", "The days to send goods must be 0 or more."
    )
