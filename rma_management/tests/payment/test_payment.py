from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestPayment(RmaCase):
    """R5: what was paid online is paid back by the provider that took it, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        if cls.provider.code != "demo":
            cls.skipTest(cls, "payment_demo is not installed")
        cls.provider.write({"state": "test", "is_published": False})
        cls.order = cls._sell_and_invoice((cls.chair, 2))
        cls.invoice = cls.order.invoice_ids
        cls.transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.env.ref("payment_demo.payment_method_demo").id,
                "amount": cls.invoice.amount_total,
                "currency_id": cls.invoice.currency_id.id,
                "partner_id": cls.customer.id,
                "reference": "RMA-TEST",
                "operation": "online_direct",
                "invoice_ids": [Command.set(cls.invoice.ids)],
            }
        )
        cls.transaction._set_done()
        cls.transaction._post_process()
        cls.refund.post_credit_note = True
        cls.accountant = new_test_user(
            cls.env,
            "rma_accountant",
            "rma_management.group_rma_all,account.group_account_invoice",
            email="c@example.com",
        )

    def _settle(self, quantity):
        rma = self._return(self.order, (self.chair, quantity, self.refund))
        rma.action_settle()
        return rma

    def test_open_credit_note_is_paid_back(self):
        self.assertEqual(self.invoice.payment_state, self.invoice._get_invoice_in_payment_state())
        rma = self._settle(1)
        credit = rma.sudo().refund_ids
        self.assertTrue(rma.with_user(self.accountant).can_pay_back)
        rma.with_user(self.accountant).action_pay_back()
        back = self.transaction.child_transaction_ids
        self.assertEqual((back.operation, back.amount, back.invoice_ids), ("refund", -46.0, credit))
        back._post_process()
        self.assertEqual(back.payment_id.payment_type, "outbound")
        self.assertEqual(credit.amount_residual, 0)

    def test_second_click_pays_nothing_more(self):
        rma = self._settle(1).with_user(self.accountant)
        rma.action_pay_back()
        with self.assertRaisesRegex(UserError, "no online payment to refund"):
            rma.action_pay_back()
        self.transaction.child_transaction_ids._post_process()
        with self.assertRaisesRegex(UserError, "no online payment to refund"):
            rma.action_pay_back()
        self.assertEqual(len(self.transaction.child_transaction_ids), 1)

    def test_returns_staff_without_accounting_pay_nothing_back(self):
        rma = self._settle(1)
        self.assertFalse(rma.can_pay_back)
        with self.assertRaisesRegex(AccessError, "accounting"):
            rma.action_pay_back()

    def test_invoice_that_was_not_paid_online(self):
        order = self._sell_and_invoice((self.chair, 1))
        rma = self._return(order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertFalse(rma.with_user(self.accountant).can_pay_back)
