from odoo import models
from odoo.tools import format_amount


class AccountMove(models.Model):
    """Tell customers what became of the money of a credit note: how much, to where, and when."""

    _inherit = "account.move"

    def _get_money_events(self):
        """Return what became of the money of these posted credit notes.

        :return: list of (date, sentence), the oldest first
        """
        events = []
        for note in self:
            for partial in note.line_ids.matched_debit_ids:
                counterpart = partial.debit_move_id.move_id
                amount = format_amount(note.env, partial.credit_amount_currency, note.currency_id)
                use = note._get_use_of_credit(counterpart)
                events.append((partial.max_date, note.rma_id._describe_use_of_credit(use, counterpart, amount)))
            if not note.currency_id.is_zero(note.amount_residual):
                events.append(note._get_open_money_event())
        return sorted(events)

    def _get_open_money_event(self):
        """Return what becomes of the money of this credit note that nothing is reconciled with.

        :return: (date, sentence)
        """
        self.ensure_one()
        amount = format_amount(self.env, self.amount_residual, self.currency_id)
        payment = self.matched_payment_ids[:1]
        if self.payment_state in ("in_payment", "paid") and payment:
            return payment.date, self.rma_id._describe_payment(payment, amount)
        return self.invoice_date, self.env._("%s credited to you, and not paid back yet", amount)
