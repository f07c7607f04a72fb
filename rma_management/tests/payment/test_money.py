from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..refund.common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestMoney(RefundCase):
    """The return says what became of the money, in the words of an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls._create_product("Good", 100.0)
        cls.accountant = new_test_user(
            cls.env,
            "rma_accountant",
            "rma_management.group_rma_user,account.group_account_invoice",
            email="acc@example.com",
        )

    def _panel(self, rma):
        return (
            rma.amount_to_post,
            rma.amount_credited,
            rma.amount_set_off,
            rma.amount_paid_back,
            rma.amount_to_pay_back,
        )

    def _found(self, name):
        return self.env["rma.order"].with_user(self.rma_user).search([(name, "=", True)])

    def _refunded(self, *items, pay=True, operation=None):
        order = self._sell_and_invoice(*(items or ((self.good, 3),)))
        if pay:
            self._pay(order.invoice_ids)
        rma = self._return(order, (self.good, 1, operation or self.refund_posted))
        rma.sudo().user_id = self.accountant
        rma.action_settle()
        return rma

    def test_draft_is_to_post(self):
        rma = self._refunded(operation=self.refund)
        self.assertEqual(self._panel(rma), (115.0, 0.0, 0.0, 0.0, 0.0))
        rma.sudo().user_id = self.rma_user
        self.assertIn(rma.with_user(self.rma_user), self._found("has_refund_to_post"))
        self.assertNotIn(rma.with_user(self.rma_user), self._found("has_refund_to_pay"))
        self.assertFalse(rma.with_user(self.accountant).can_register_payment)
        with self.assertRaises(UserError):
            rma.with_user(self.accountant).action_register_payment()

    def test_posted_is_to_pay(self):
        rma = self._refunded()
        self.assertEqual(self._panel(rma), (0.0, 115.0, 0.0, 0.0, 115.0))
        rma.sudo().user_id = self.rma_user
        self.assertIn(rma.with_user(self.rma_user), self._found("has_refund_to_pay"))
        self.assertNotIn(rma.with_user(self.rma_user), self._found("has_refund_to_post"))

    def test_accountant_pays_back_from_the_return(self):
        rma = self._refunded().with_user(self.accountant)
        self.assertTrue(rma.can_register_payment)
        action = rma.action_register_payment()
        wizard = self.env[action["res_model"]].with_user(self.accountant).with_context(**action["context"]).create({})
        self.assertEqual((wizard.amount, wizard.payment_type), (115.0, "outbound"))
        wizard.action_create_payments()
        self.assertEqual(self._panel(rma), (0.0, 115.0, 0.0, 115.0, 0.0))
        self.assertFalse(rma.can_register_payment)
        self.assertNotIn(rma, self._found("has_refund_to_pay"))

    def test_clerk_registers_no_payment(self):
        rma = self._refunded()
        self.assertFalse(rma.can_register_payment)
        with self.assertRaises(AccessError):
            rma.action_register_payment()

    def test_open_invoice_is_set_off(self):
        rma = self._refunded(pay=False)
        self.assertEqual(self._panel(rma), (0.0, 115.0, 115.0, 0.0, 0.0))

    def test_price_deductions_and_the_rest_are_told_apart(self):
        order = self._sell_and_invoice((self.good, 3))
        rma = self._return(order, (self.good, 2, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.write({"fee_type": "amount", "refund_fee": 20.0, "refund_adjustment": 5.0})
        wizard.action_complete()
        self.assertEqual((rma.amount_goods, rma.amount_deducted, rma.amount_besides), (230.0, -20.0, 5.0))
        self.assertEqual(rma.amount_credited, 215.0)

    def test_return_of_goods_with_an_open_down_payment_is_not_done(self):
        order = self._sell((self.good, 4))
        self._pay_down(order, 30)
        self._deliver(order)
        rma = self._return(order, (self.good, 4, self.refund_posted))
        rma.action_settle()
        self.assertEqual(rma.state, "processing")
        self.assertEqual(rma.amount_down_payment, 138.0)
        down = order.invoice_ids
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=down.ids)
            .create({"journal_id": down.journal_id.id, "date": self.today})
        )
        self.env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
        self.assertEqual(rma.amount_down_payment, 0.0)
        self.assertEqual(rma.state, "done")

    def test_down_payment_that_the_rest_of_the_order_deducts_keeps_nothing_open(self):
        order = self._sell((self.good, 4))
        self._pay_down(order, 30)
        self._deliver(order)
        rma = self._return(order, (self.good, 1, self.refund_posted))
        rma.action_settle()
        self.assertEqual(rma.amount_down_payment, 0.0)
        self.assertEqual(rma.state, "done")

    def _pay_down(self, order, percent):
        self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids).create(
            {
                "advance_payment_method": "percentage",
                "amount": percent,
                "sale_order_ids": [Command.set(order.ids)],
            }
        ).create_invoices()
        order.invoice_ids.action_post()
