from odoo import Command
from odoo.tests import tagged

from .test_reward import RewardCase


@tagged("post_install", "-at_install")
class TestPoints(RewardCase):
    """X16: points that the sale earned come off with the share of it that came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.points = cls._program("money", 1)

    @classmethod
    def _program(cls, mode, amount, **rule):
        cls.env["loyalty.program"].search([("program_type", "=", "loyalty")]).active = False
        return cls._create_program(
            f"Points by {mode}",
            "loyalty",
            rule_ids=[
                Command.clear(),
                Command.create({"reward_point_mode": mode, "reward_point_amount": amount, **rule}),
            ],
        )

    def _sold(self, *items):
        order = self._draft(*items)
        order._update_programs_and_rewards()
        order.action_confirm()
        self._deliver(order)
        self._invoice(order)
        return order, order.coupon_point_ids.coupon_id

    def test_points_by_money_come_off_in_proportion(self):
        order, card = self._sold((self.good, 3))
        self.assertEqual(card.points, 345.0)
        self._refund_all(order, (self.good, 1))
        self.assertEqual(card.points, 230.0)
        self._refund_all(order, (self.good, 2))
        self.assertEqual(card.points, 0.0)

    def test_history_of_the_card_names_the_return(self):
        order, card = self._sold((self.good, 3))
        note = self._refund_all(order, (self.good, 1))
        line = card.history_ids.filtered(lambda line: line.rma_sale_order_id == order)
        self.assertEqual((line.used, line.issued, line.order_model), (115.0, 0.0, "rma.order"))
        self.assertEqual(line.order_id, note.rma_id.id)
        self.assertIn(note.name, line.description)

    def test_reset_credit_note_gives_them_again(self):
        order, card = self._sold((self.good, 3))
        note = self._refund_all(order, (self.good, 1))
        note.button_draft()
        self.assertEqual(card.points, 345.0)
        note.button_cancel()
        self.assertEqual(card.points, 345.0)
        note.button_draft()
        note.action_post()
        self.assertEqual(card.points, 230.0)

    def test_draft_credit_note_takes_nothing(self):
        order, card = self._sold((self.good, 3))
        self._return(order, (self.good, 1, self.refund)).action_settle()
        self.assertEqual(card.points, 345.0)

    def test_points_by_the_unit_follow_the_quantity(self):
        self._program("unit", 7)
        order, card = self._sold((self.good, 1), (self.other, 2))
        self.assertEqual(card.points, 21.0)
        self._refund_all(order, (self.other, 1))
        self.assertEqual(card.points, 14.0)

    def test_points_by_the_order_are_rounded_down_for_what_is_kept(self):
        self._program("order", 10)
        order, card = self._sold((self.good, 3))
        self._refund_all(order, (self.good, 1))
        self.assertEqual(card.points, 6.66)
        self._refund_all(order, (self.good, 2))
        self.assertEqual(card.points, 0.0)

    def test_only_products_of_the_program_count(self):
        self._program("money", 1, product_ids=[Command.set(self.other.ids)])
        order, card = self._sold((self.good, 1), (self.other, 2))
        self.assertEqual(card.points, 115.0)
        self._refund_all(order, (self.good, 1))
        self.assertEqual(card.points, 115.0)
        self._refund_all(order, (self.other, 1))
        self.assertEqual(card.points, 57.5)

    def test_product_that_is_invoiced_as_ordered(self):
        self.good.invoice_policy = "order"
        order, card = self._sold((self.good, 3))
        self._refund_all(order, (self.good, 2))
        self.assertEqual(card.points, 115.0)

    def test_spent_points_do_not_go_below_zero(self):
        order, card = self._sold((self.good, 3))
        card.points = 40.0
        note = self._refund_all(order, (self.good, 1))
        self.assertEqual(card.points, 0.0)
        note.button_draft()
        self.assertEqual(card.points, 40.0)
