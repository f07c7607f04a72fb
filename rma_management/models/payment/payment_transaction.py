from odoo import Command, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """Link the refund to a credit note, so that the payment is reconciled with it."""
        refund = self.env.context.get("rma_refund")
        if is_refund and refund:
            custom_create_values.setdefault("invoice_ids", [Command.set(refund.ids)])
        return super()._create_child_transaction(amount, is_refund=is_refund, **custom_create_values)

    def _can_pay_back(self, amount):
        """Return whether the provider and payment method can refund the amount, and no other refund is pending.

        :param amount: float, in the currency of the transaction
        :rtype: bool
        """
        self.ensure_one()
        # Pending refunds must not be requested again.
        under_way = self.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and child.state in ("draft", "pending", "authorized", "done")
                and not child.payment_id
            )
        )
        if under_way:
            return False
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        kinds = {self.provider_id.support_refund, method.support_refund}
        if "none" in kinds or False in kinds:
            return False
        return "full_only" not in kinds or self.currency_id.compare_amounts(amount, self.amount) == 0
