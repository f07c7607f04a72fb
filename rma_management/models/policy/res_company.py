from odoo import fields, models


class ResCompany(models.Model):
    """Set the day whose return policy counts."""

    _inherit = "res.company"

    rma_policy_date = fields.Selection(
        [("request", "The day of the request"), ("delivery", "The day of the delivery")],
        string="Policy Of",
        required=True,
        default="request",
        help="The day whose return policy decides about an item: that of the request, or that of the delivery.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "rma_policy_date" in vals:
            # Which rules the server keeps depends on it.
            self.env.registry.clear_cache()
        return res
