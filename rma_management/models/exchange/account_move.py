from odoo import api, models

PAID = ("in_payment", "paid", "reversed")


class AccountMove(models.Model):
    """The invoice of a replacement, and the credit notes that are set off against it."""

    _inherit = "account.move"

    @api.depends("invoice_line_ids.sale_line_ids.rma_settlement_id")
    def _compute_payment_state(self):
        """Call the invoice of a replacement paid, not reversed, that the credit for the returned product pays."""
        super()._compute_payment_state()
        for move in self.filtered(lambda move: move.payment_state == "reversed" and move.move_type == "out_invoice"):
            # Who registers a payment need not see what was decided about a return.
            if move.sudo().invoice_line_ids.sale_line_ids.rma_settlement_id and not move.reversal_move_ids:
                move.payment_state = "paid"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._get_exchange_returns()._set_off_exchanges()
        return posted

    def _get_exchange_returns(self):
        """Return the returns whose exchanges these documents credit or invoice.

        :return: `rma.order` records
        """
        # Whoever posts an invoice need not see the return.
        moves = self.sudo()
        notes = moves.filtered(lambda move: move.move_type == "out_refund")
        # A credit note may be that of the invoice of a replacement that was canceled.
        orders = notes.rma_id | moves.invoice_line_ids.sale_line_ids.rma_settlement_id.order_id
        return orders.filtered("replacement_invoice_ids")

    def _is_set_off(self):
        """Return whether this credit note is set off against the invoice of the product that replaces the returned one.

        :rtype: bool
        """
        self.ensure_one()
        return self.move_type == "out_refund" and self.state in ("draft", "posted")

    def _get_amount_open(self):
        """Return what is still to pay of this document. A payment on its way counts.

        :return: float, in its currency
        """
        self.ensure_one()
        return 0.0 if self.payment_state in PAID else self.amount_residual

    def _get_amount_available(self):
        """Return what of this credit note can still be set off. A draft pays for what is open of its invoice first.

        :return: float, in the currency of the credit note
        """
        self.ensure_one()
        if self.state == "draft":
            return max(0.0, self.amount_residual - self.reversed_entry_id._get_amount_open())
        return self._get_amount_open()

    def _is_replacement_posted_at_once(self):
        """Return whether the operations of the return post the invoice of a replacement with their credit notes.

        :rtype: bool
        """
        self.ensure_one()
        lines = self.invoice_line_ids.sale_line_ids.rma_line_id
        return bool(lines) and all(lines.operation_type_id.mapped("post_credit_note"))
