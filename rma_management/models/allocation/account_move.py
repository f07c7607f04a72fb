from collections import defaultdict

from odoo import Command, models
from odoo.fields import Domain


class AccountMove(models.Model):
    """Handle credit notes that do not say which invoice line they credit."""

    _inherit = "account.move"

    def _get_unattributed_credits(self):
        """Return the amounts credited of invoices by lines not linked to their lines, taxes included.

        :return: {invoice: total in its currency}
        """
        totals = defaultdict(float)
        for note in self.search(
            Domain("move_type", "=", "out_refund")
            & Domain("state", "in", ("draft", "posted"))
            & Domain("reversed_entry_id", "in", self.ids)
        ):
            totals[note.reversed_entry_id] += note._get_unattributed_total()
        # What nothing was reconciled with is open in full.
        settled = self.filtered(lambda move: move.currency_id.compare_amounts(move.amount_residual, move.amount_total))
        for partial in settled.line_ids.matched_credit_ids:
            note = partial.credit_move_id.move_id
            if note.move_type == "out_refund" and not note.reversed_entry_id and not note.rma_id:
                invoice = partial.debit_move_id.move_id
                totals[invoice] += min(partial.debit_amount_currency, note._get_unattributed_total())
        return totals

    def _get_unattributed_total(self):
        """Return the total of the credit note lines without an order line, taxes included.

        :rtype: float
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.display_type == "product" and not line.sale_line_ids and not line.rma_lowering_id
        )
        if lines and not self.rma_id and not self.invoice_line_ids.filtered("sale_line_ids"):
            # Taxes that are rounded for the whole document may be a cent less than those of its lines.
            return max(0.0, self.amount_total)
        if self.rma_id:
            # A deducted fee leaves nothing to credit.
            lines = lines.filtered(lambda line: line.price_total > 0)
        return max(0.0, sum(lines.mapped("price_total")))

    # === Early payment and cash rounding ===

    def _get_mixed_payment_term(self):
        """Return the payment term of an invoice whose taxes always include the early payment discount.

        :return: `account.payment.term` record, empty where the taxes are those of the whole price
        """
        self.ensure_one()
        term = self.invoice_payment_term_id
        return term.filtered(lambda term: term.early_discount and term.early_pay_discount_computation == "mixed")

    def _get_unrounded_total(self):
        """Return the total of this document before cash rounding.

        :rtype: float
        """
        self.ensure_one()
        rounding = self.line_ids.filtered(lambda line: line.display_type == "rounding")
        return self.amount_total - self.direction_sign * sum(rounding.mapped("amount_currency"))

    def _get_cash_rounding_of_notes(self, totals):
        """Return what cash rounding will add to credit notes of this invoice that are not made yet.

        :param totals: list of (total before it, whether there is a tax on it), one for each credit note
        :return: float, in the currency of the invoice
        """
        self.ensure_one()
        method, currency = self.invoice_cash_rounding_id, self.currency_id
        notes = self.reversal_move_ids.filtered(lambda move: move.state != "cancel")
        unrounded = sum(total for total, _is_taxed in totals)
        rest = self._get_unrounded_total() - sum(move._get_unrounded_total() for move in notes) - unrounded
        if method.strategy == "add_invoice_line" and currency.is_zero(rest):
            # They are the last ones, see `_close_cash_rounding`.
            return currency.round(self.amount_total - sum(notes.mapped("amount_total")) - unrounded)
        return sum(
            method.compute_difference(currency, total)
            for total, is_taxed in totals
            if is_taxed or method.strategy == "add_invoice_line"
        )

    def _close_cash_rounding(self):
        """Round the last credit note of an invoice by what is left of it: each rounds for itself until then."""
        # Where the rounding is part of a tax, it is allocated with that tax.
        for note in self.filtered(lambda note: note.invoice_cash_rounding_id.strategy == "add_invoice_line"):
            invoice = note.reversed_entry_id
            notes = invoice.reversal_move_ids.filtered(lambda move: move.state != "cancel")
            unrounded = sum(move._get_unrounded_total() for move in notes)
            rest = invoice.amount_total - sum(notes.mapped("amount_total"))
            if note.currency_id.is_zero(rest) or not note.currency_id.is_zero(
                invoice._get_unrounded_total() - unrounded
            ):
                continue
            rounded = invoice.line_ids.filtered(lambda line: line.display_type == "rounding")
            method = note.invoice_cash_rounding_id
            account = rounded.account_id[:1] or method.profit_account_id or method.loss_account_id
            price = note.currency_id.round(rest + note.amount_total - note._get_unrounded_total())
            note.write(
                {
                    "invoice_cash_rounding_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": method.name,
                                "quantity": 1,
                                "price_unit": price,
                                "account_id": account.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
