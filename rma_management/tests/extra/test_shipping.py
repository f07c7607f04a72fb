from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestShipping(RmaCase):
    """Approval counts the shipping that a resolution refunds with the items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rma_approval_amount = 100
        cls.lamp = cls._create_product("Lamp", 95.0)
        parcel = cls._create_product("Parcel", 20.0, on_hand=0, type="service", invoice_policy="order")
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Parcel service", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 20.0}
        )
        cls.refund.refund_shipping = "always"
        # Who decides must not be who asks.
        cls.company.rma_self_approval = True

    @classmethod
    def _sell_with_shipping(cls, *items):
        order = cls._sell(*items)
        order.set_delivery_line(cls.carrier, 20.0)
        cls._deliver(order)
        cls._invoice(order)
        return order

    def _request(self, order, *items):
        rma = self._ask(order, *items)
        rma.action_request()
        return rma

    def test_shipping_above_the_limit_is_approved_by_somebody_with_more(self):
        rma = self._request(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.refund))
        self.assertEqual((rma.amount_requested, rma.amount_to_approve), (95.0, 115.0))
        with self.assertRaises(AccessError):
            rma.action_approve()
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.sudo().approval_ids.mapped(lambda a: (a.amount, a.amount_shipping)), [(115.0, 20.0)])

    def test_without_the_shipping_it_is_within_the_limit(self):
        self.refund.refund_shipping = "never"
        rma = self._request(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.refund))
        self.assertEqual(rma.amount_to_approve, 95.0)
        rma.action_approve()
        self.assertEqual(rma.state, "approved")

    def test_what_was_approved_with_shipping_is_given_without_another_question(self):
        order = self._sell_with_shipping((self.lamp, 1))
        rma = self._return(order, (self.lamp, 1, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        # 15 % taxes are no part of it.
        self.assertEqual((wizard.amount_given, wizard.approval_problem), (115.0, ""))
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 115.0)
        self.assertEqual((rma.amount_to_approve, rma.sudo()._get_value_given()), (115.0, 115.0))

    def test_plan_is_carried_out_without_another_question(self):
        rma = self._return(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.refund))
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 115.0)

    def test_second_window_asks_nothing_that_the_plan_gives(self):
        rma = self._approve(self._ask(self._sell_with_shipping((self.lamp, 2)), (self.lamp, 2, self.refund)))
        self._receive(rma, {self.lamp: 1})
        self._process(rma)
        self._receive(rma)
        self._process(rma)
        self.assertEqual(sum(rma.sudo().refund_ids.mapped("amount_untaxed")), 210.0)

    def test_shipping_that_is_not_planned_is_asked_for(self):
        self.refund.refund_shipping = "never"
        order = self._sell_with_shipping((self.lamp, 1))
        rma = self._return(order, (self.lamp, 1, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.refund_shipping = True
        self.assertEqual(wizard.amount_given, 115.0)
        with self.assertRaisesRegex(AccessError, "115.00"):
            wizard.action_complete()

    def test_resolution_that_is_changed_after_approval_gives_no_shipping(self):
        self.refund.refund_shipping = "never"
        rma = self._return(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.refund))
        self.refund.refund_shipping = "always"
        with self.assertRaisesRegex(UserError, "nobody approved"):
            rma.action_settle()
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertTrue(wizard.approval_problem)
        with self.assertRaises(AccessError):
            wizard.action_complete()
        wizard.refund_shipping = False
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 95.0)

    def test_goods_that_settle_themselves_give_no_shipping_that_nobody_approved(self):
        self.refund.write({"refund_shipping": "never", "auto_settle": True})
        rma = self._approve(self._ask(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.refund)))
        self.refund.refund_shipping = "always"
        self._receive(rma)
        self.assertFalse(rma.sudo().refund_ids)
        self.assertIn("nobody approved", rma.message_ids[:1].body)

    def test_shipping_counts_once_for_an_order(self):
        order = self._sell_with_shipping((self.lamp, 3))
        first, second = (self._request(order, (self.lamp, 1, self.refund)) for _number in range(2))
        self.assertEqual(second.amount_to_approve, 115.0)
        first.with_user(self.rma_manager).action_approve()
        self.assertEqual(second._get_value_lately(), 95.0, "115.00 less the shipping that the second one counts")
        second.with_user(self.rma_manager).action_approve()
        third = self._request(order, (self.lamp, 1, self.refund))
        self.assertEqual(third._get_value_lately(), 190.0)
        self._receive(first)
        first.action_settle()
        self.assertEqual((first.amount_to_approve, second.amount_to_approve), (115.0, 95.0))
        self._receive(second)
        second.action_settle()
        self.assertEqual(second.sudo().refund_ids.amount_untaxed, 95.0)

    def test_limit_of_an_order_includes_its_shipping(self):
        self.company.rma_approval_amount = 210
        order = self._sell_with_shipping((self.lamp, 3))
        for _number in range(2):
            rma = self._request(order, (self.lamp, 1, self.refund))
            rma.action_approve()
            self.assertEqual(rma.state, "approved", "Twice 95.00 and once 20.00 are 210.00.")
        with self.assertRaises(AccessError):
            self._request(order, (self.lamp, 1, self.refund)).action_approve()

    def test_whole_order_refunds_its_shipping(self):
        self.refund.refund_shipping = "whole"
        order = self._sell_with_shipping((self.lamp, 3), (self.chair, 1))
        part = self._request(order, (self.lamp, 2, self.refund))
        self.assertEqual(part.amount_to_approve, 190.0)
        part.with_user(self.rma_manager).action_approve()
        rest = self._request(order, (self.lamp, 1, self.refund), (self.chair, 1, self.refund))
        self.assertEqual(rest.amount_to_approve, 155.0)
        rest.with_user(self.rma_manager).action_approve()
        self._receive(part)
        part.action_settle()
        self._receive(rest)
        rest.action_settle()
        self.assertEqual(rest.sudo().refund_ids.amount_untaxed, 155.0)
        self.assertEqual((part.amount_to_approve, rest.amount_to_approve), (190.0, 155.0))

    def test_shipping_of_a_whole_order_that_nobody_foresaw_is_asked_for(self):
        self.refund.refund_shipping = "whole"
        order = self._sell_with_shipping((self.lamp, 2))
        first = self._request(order, (self.lamp, 1, self.refund))
        first.action_approve()
        second = self._request(order, (self.lamp, 1, self.refund))
        second.with_user(self.rma_manager).action_approve()
        self._receive(second)
        second.action_settle()
        self.assertEqual(second.sudo().refund_ids.amount_untaxed, 95.0)
        self._receive(first)
        with self.assertRaisesRegex(UserError, "nobody approved"):
            first.action_settle()

    def test_exchange_for_the_same_product_refunds_no_shipping(self):
        self.replace.refund_shipping = "always"
        rma = self._request(self._sell_with_shipping((self.lamp, 1)), (self.lamp, 1, self.replace))
        self.assertEqual(rma.amount_to_approve, 95.0)
