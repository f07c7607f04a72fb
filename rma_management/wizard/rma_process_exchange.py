from odoo import api, fields, models


class RmaProcess(models.TransientModel):
    """What an exchange leaves to pay, and to whom."""

    _inherit = "rma.process"

    amount_difference = fields.Monetary(
        string="Customer Pays",
        compute="_compute_amount_difference",
        help="The replacements, less what is refunded, taxes included.",
    )
    amount_left = fields.Monetary(
        string="Left to Pay Back",
        compute="_compute_amount_difference",
        help="What the replacements leave of the refund, taxes included.",
    )

    @api.depends("amount_total_refund", "amount_replacement")
    def _compute_amount_difference(self):
        for wizard in self:
            difference = wizard.currency_id.round(wizard.amount_replacement - wizard.amount_total_refund)
            wizard.amount_difference = max(0.0, difference)
            wizard.amount_left = max(0.0, -difference)
