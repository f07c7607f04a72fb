from odoo import api, fields, models


class RmaOrder(models.Model):
    """Tell staff and customers of the bonus on store credit."""

    _inherit = "rma.order"

    amount_bonus = fields.Monetary(
        string="Store Credit Bonus",
        compute="_compute_amount_bonus",
        compute_sudo=True,
        help="Given on top of the credit, by the return policy.",
    )

    @api.depends("refund_ids.rma_bonus_points", "currency_id")
    def _compute_amount_bonus(self):
        # Returns staff see the amount without access to accounting.
        for order in self:
            order.amount_bonus = sum(
                note.currency_id._convert(
                    note._get_bonus_amount(), order.currency_id, order.company_id, note.invoice_date
                )
                for note in order.refund_ids
                if note.rma_bonus_points
            )

    def _get_money_told(self):
        told = super()._get_money_told()
        if self.currency_id.is_zero(self.amount_bonus):
            return told
        return [*told, (self.env._("Bonus on your store credit:"), self.amount_bonus)]
