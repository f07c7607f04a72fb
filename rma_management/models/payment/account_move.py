from collections import defaultdict

from odoo import models


class AccountMove(models.Model):
    """What a credit note of a return is made of, and what became of its money."""

    _inherit = "account.move"

    # Few of all that was ever credited: the overview counts them each time that it is opened.
    _rma_to_post_index = models.Index("(rma_id) WHERE rma_id IS NOT NULL AND state = 'draft'")
    _rma_to_pay_index = models.Index(
        "(rma_id) WHERE rma_id IS NOT NULL AND state = 'posted' AND payment_state IN ('not_paid', 'partial')"
    )

    def _sum_credited_lines(self):
        """Sum the lines of this credit note, taxes included, by what they give or keep.

        :return: {name of an amount of `rma.order`: float in the currency of the credit note}
        """
        self.ensure_one()
        totals = defaultdict(float)
        for line in self.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            if line.price_total < 0 and not line.rma_lowering_id:
                name = "amount_deducted"
            elif line.rma_line_id or line.rma_lowering_id:
                name = "amount_goods"
            else:
                name = "amount_besides"
            totals[name] += line.price_total
        return totals

    def _sum_payments_of_credit(self):
        """Sum what became of the money of this credit note.

        :return: {name of an amount of `rma.order`: float in the currency of the credit note}
        """
        self.ensure_one()
        if self.state == "draft":
            return {"amount_to_post": self.amount_total}
        totals = defaultdict(float, amount_credited=self.amount_total)
        for partial in self.line_ids.matched_debit_ids:
            totals[self._get_use_of_credit(partial.debit_move_id.move_id)] += partial.credit_amount_currency
        # A payment that is on its way is booked by nobody yet.
        name = "amount_paid_back" if self.payment_state in ("in_payment", "paid") else "amount_to_pay_back"
        totals[name] += self.amount_residual
        return totals

    def _get_use_of_credit(self, counterpart):
        """Return what a document does with the money of this credit note that is reconciled with it. An addon that
        gives the money otherwise overrides it.

        :param counterpart: `account.move` record
        :return: name of an amount of `rma.order`
        """
        self.ensure_one()
        return "amount_set_off" if counterpart.move_type == "out_invoice" else "amount_paid_back"
