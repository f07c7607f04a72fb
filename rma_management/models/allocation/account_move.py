from collections import defaultdict

from odoo import models
from odoo.fields import Domain


class AccountMove(models.Model):
    """What credit notes took from an invoice without saying from which line of it."""

    _inherit = "account.move"

    def _get_unattributed_credits(self):
        """Sum what was credited of invoices by lines that point to none of their lines, taxes included.

        :return: {invoice: total in its currency}
        """
        totals = defaultdict(float)
        for note in self.search(
            Domain("move_type", "=", "out_refund")
            & Domain("state", "in", ("draft", "posted"))
            & Domain("reversed_entry_id", "in", self.ids)
        ):
            totals[note.reversed_entry_id] += note._get_unattributed_total()
        for partial in self.line_ids.matched_credit_ids:
            note = partial.credit_move_id.move_id
            if note.move_type == "out_refund" and not note.reversed_entry_id and not note.rma_id:
                invoice = partial.debit_move_id.move_id
                totals[invoice] += min(partial.debit_amount_currency, note._get_unattributed_total())
        return totals

    def _get_unattributed_total(self):
        """Sum the lines of a credit note that credit no line of an order, taxes included.

        :rtype: float
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.display_type == "product" and not line.sale_line_ids and not line.rma_lowering_id
        )
        if self.rma_id:
            # A fee that was kept leaves nothing to credit.
            lines = lines.filtered(lambda line: line.price_total > 0)
        return max(0.0, sum(lines.mapped("price_total")))
