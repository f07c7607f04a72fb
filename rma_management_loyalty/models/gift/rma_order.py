from odoo import models
from odoo.tools import format_amount


class RmaOrder(models.Model):
    """Tell the receiver of a gift what they were given, and nothing of the credit note, which is the buyer's."""

    _inherit = "rma.order"

    def _get_money_events(self):
        events = super()._get_money_events()
        if not self.is_gift or self.currency_id.is_zero(self.amount_store_credit):
            return events
        posted = self.refund_ids.filtered(lambda note: note.state == "posted" and note._get_store_credit_amount())
        amount = format_amount(self.env, self.amount_store_credit, self.currency_id)
        return [*events, (max(posted.mapped("invoice_date")), self.env._("%s given as store credit", amount))]
