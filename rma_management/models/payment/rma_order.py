from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Refund online payments through the payment provider that received them."""

    _inherit = "rma.order"

    can_pay_back = fields.Boolean(compute="_compute_can_pay_back")

    @api.depends("refund_ids.amount_residual", "refund_ids.state")
    @api.depends_context("uid")
    def _compute_can_pay_back(self):
        may = self.env.su or self.env.user.has_group("account.group_account_invoice")
        for order in self:
            # Accountants may not have access to every payment transaction.
            order.can_pay_back = may and bool(order.sudo()._get_online_payments())

    def _get_online_payments(self):
        """Return the open credit notes of these returns with the online payments that can be refunded.

        :return: list of (credit note, `payment.transaction`, amount in the currency of both)
        """
        matches = []
        for refund in self.refund_ids.filtered(lambda move: move.state == "posted" and move.amount_residual):
            left = refund.amount_residual
            for transaction in refund.reversed_entry_id.transaction_ids:
                payment = transaction.payment_id
                if transaction.state != "done" or transaction.currency_id != refund.currency_id or not payment:
                    continue
                amount = refund.currency_id.round(min(left, payment.amount_available_for_refund))
                if refund.currency_id.compare_amounts(amount, 0) > 0 and transaction._can_pay_back(amount):
                    matches.append((refund, transaction, amount))
                    left -= amount
        return matches

    def action_pay_back(self):
        """Refund open credit notes through the payment providers that received the money.

        :return: notification of the last provider that was asked
        :raise AccessError: when the user has no rights in invoicing
        :raise UserError: when nothing was paid online, or it is paid back already
        """
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accounting users can refund payments. Ask one of them."))
        self.check_access("write")
        self._lock_rows()
        matches = self._get_online_payments()
        if not matches:
            raise UserError(
                self.env._("There is no online payment to refund, or the credit note is not posted or is already paid.")
            )
        action = None
        for refund, transaction, amount in matches:
            action = transaction.with_context(rma_refund=refund).action_refund(amount_to_refund=amount)
        return action
