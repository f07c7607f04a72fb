from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestExtra(RmaCase):
    """C3: approval covers what is given, not only what was requested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 20))
        cls.other_manager = new_test_user(
            cls.env, "rma_manager_2", "rma_management.group_rma_manager", email="m2@example.com"
        )

    def _open(self, rma, user=None, **values):
        wizard = self.env["rma.process"].with_user(user or self.rma_all).create({"rma_id": rma.id})
        wizard.write(values)
        return wizard

    def _received(self, quantity=2, operation=None):
        """Return two chairs of 40.00, approved by a manager."""
        return self._return(self.order, (self.chair, quantity, operation or self.refund))

    def test_refund_as_requested_is_approved_already(self):
        rma = self._received()
        wizard = self._open(rma)
        self.assertEqual((wizard.amount_given, wizard.approval_problem), (80.0, ""))
        wizard.action_complete()
        self.assertEqual(rma.state, "done")

    def test_cents_of_included_taxes_need_no_approval(self):
        """Prices are rounded by unit, and credit notes by line."""
        included = self.tax.copy({"name": "19 % included", "amount": 19.0, "price_include_override": "tax_included"})
        for quantity in (7, 12):
            order = self._sell((self.chair, {"product_uom_qty": quantity, "price_unit": 9.99, "tax_ids": included.ids}))
            self._deliver(order)
            self._invoice(order)
            rma = self._return(order, (self.chair, quantity, self.refund))
            self._open(rma).action_complete()
            self.assertEqual(rma.state, "done")

    def test_more_than_approved_is_given_by_nobody_who_may_not_approve(self):
        rma = self._received()
        wizard = self._open(rma, refund_adjustment=900, adjustment_reason="Goodwill")
        self.assertEqual(wizard.amount_given, 980.0)
        self.assertIn("980.00", wizard.approval_problem)
        # The figure is computed again, whatever the window holds.
        wizard.amount_given = 1.0
        with self.assertRaisesRegex(AccessError, "980.00"):
            wizard.action_complete()
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(rma.line_ids.qty_to_settle, 2)

    def test_decision_is_approved_and_completed_then(self):
        rma = self._received()
        given = {"refund_adjustment": 20, "adjustment_reason": "Goodwill"}
        wizard = self._open(rma, refund_adjustment=20)
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            wizard.action_ask_approval()
        wizard.adjustment_reason = "Goodwill"
        wizard.action_ask_approval()
        self.assertEqual((rma.has_extra, rma.extra_amount, rma.extra_user_id), (True, 100.0, self.rma_all))
        self.assertFalse(rma.sudo().refund_ids)
        self.env.flush_all()
        self.assertEqual(rma.next_step, "approve")
        self.assertFalse(rma.with_user(self.rma_all).can_approve_extra)
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_all).action_approve_extra()
        rma.with_user(self.rma_manager).action_approve_extra()
        self.assertFalse(rma.has_extra)
        approval = rma.sudo().approval_ids.filtered(lambda approval: approval.amount == 100)
        self.assertEqual((approval.user_id, approval.level), (self.rma_manager, "first"))
        self.assertTrue(
            self.env["mail.notification"]
            .sudo()
            .search_count(
                [("res_partner_id", "=", self.rma_all.partner_id.id), ("mail_message_id.res_id", "=", rma.id)]
            )
        )
        with self.assertRaisesRegex(AccessError, "100.00"):
            self._open(rma, **{**given, "refund_adjustment": 21}).action_complete()
        self._open(rma, **given).action_complete()
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 100.0)

    def test_refused_decision_leaves_what_was_approved(self):
        rma = self._received()
        self._open(rma, refund_adjustment=20, adjustment_reason="Goodwill").action_ask_approval()
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_all).action_refuse_extra()
        rma.with_user(self.rma_manager).action_refuse_extra()
        self.assertFalse(rma.has_extra)
        with self.assertRaises(AccessError):
            self._open(rma, refund_adjustment=20).action_complete()
        self._open(rma).action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 80.0)

    def test_refusal_ends_the_first_of_two_approvals(self):
        self.company.rma_second_approval_amount = 500
        rma = self._received()
        given = {"refund_adjustment": 420, "adjustment_reason": "Damage"}
        self._open(rma, self.rma_manager, **given).action_ask_approval()
        first = rma.sudo().approval_ids.filtered(lambda approval: approval.amount == 500)
        self.assertEqual((first.level, first.is_current), ("first", True))
        rma.with_user(self.other_manager).action_refuse_extra()
        self.assertFalse(first.is_current)
        with self.assertRaises(AccessError):
            self._open(rma, self.other_manager, **given).action_complete()
        self._open(rma).action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 80.0)

    def test_manager_who_decides_approves_and_it_is_recorded(self):
        rma = self._received()
        wizard = self._open(rma, self.rma_manager, refund_adjustment=20)
        self.assertFalse(wizard.approval_problem)
        wizard.action_complete()
        self.assertEqual(rma.sudo().approval_ids.sorted("id")[-1:].mapped("amount") or [0], [100.0])

    def test_second_person_approves_from_the_threshold_on(self):
        self.company.rma_second_approval_amount = 500
        rma = self._received()
        wizard = self._open(rma, self.rma_manager, refund_adjustment=420, adjustment_reason="Damage")
        with self.assertRaisesRegex(AccessError, "second person"):
            wizard.action_complete()
        wizard.action_ask_approval()
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_manager).action_approve_extra()
        rma.with_user(self.other_manager).action_approve_extra()
        self._open(rma, self.rma_manager, refund_adjustment=420).action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 500.0)

    def test_several_small_returns_need_the_second_person_of_a_large_one(self):
        self.company.rma_second_approval_amount = 150
        self._received()
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.state, "requested", "80.00 and 80.00 of one order are 160.00")
        rma.with_user(self.other_manager).action_approve()
        self.assertEqual(rma.state, "approved")

    def test_more_is_not_given_in_several_windows(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self._receive(rma, {self.chair: 1})
        self._open(rma, refund_adjustment=40, adjustment_reason="Goodwill").action_complete()
        self._receive(rma)
        wizard = self._open(rma)
        self.assertEqual(wizard.amount_given, 120.0, "80.00 of the first window, and 40.00 for the second chair")
        with self.assertRaisesRegex(AccessError, "120.00"):
            wizard.action_complete()

    def test_fee_makes_up_for_an_adjustment(self):
        wizard = self._open(self._received(), fee_type="amount", refund_fee=20, refund_adjustment=20)
        self.assertEqual(wizard.amount_given, 80.0)
        wizard.action_complete()

    def test_same_product_in_place_of_the_money_is_approved_already(self):
        rma = self._received()
        self._process(rma, (self.chair, {"qty_refund": 0, "exchange": True, "qty_replace": 2}))
        self.assertEqual(rma.line_ids.qty_to_settle, 0)

    def test_nobody_writes_what_waits_for_approval(self):
        rma = self._received()
        for user in (self.rma_all, self.rma_manager):
            for values in ({"extra_amount": 5000}, {"extra_user_id": user.id}, {"has_extra": False}):
                with self.assertRaises(UserError):
                    rma.with_user(user).write(values)
            approval = {"order_id": rma.id, "user_id": user.id, "amount": 5000}
            with self.assertRaises(AccessError):
                self.env["rma.approval"].with_user(user).create(approval)

    def test_dearer_product_on_account_is_approved(self):
        exchange = self.replace.copy({"name": "Exchange", "exchange_delivery": "ship"})
        rma = self._received(operation=exchange)
        wizard = self._open(rma)
        wizard.decision_ids.product_id = self.table
        # Two tables of 150.00 for two chairs of 40.00.
        self.assertEqual(wizard.amount_given, 300.0)
        with self.assertRaises(AccessError):
            wizard.action_complete()
        exchange.exchange_delivery = "wait"
        wizard = self._open(rma)
        wizard.decision_ids.product_id = self.table
        self.assertEqual(wizard.amount_given, 80.0, "the difference is paid before it ships")
