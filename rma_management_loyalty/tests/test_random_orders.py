import os
from contextlib import suppress

from odoo import Command
from odoo.addons.rma_management.tests.scenarios.common_random import RandomOrderCase
from odoo.exceptions import UserError
from odoo.tests import tagged

PROMOTIONS = (
    None,
    {"discount": 10, "discount_applicability": "order"},
    {"discount": 33.33, "discount_applicability": "order"},
    {"discount": 5, "discount_mode": "per_order", "discount_applicability": "order"},
    {"discount": 50, "discount_applicability": "cheapest"},
)


@tagged("post_install", "-at_install")
class TestRandomOrdersWithRewards(RandomOrderCase):
    """X1: promotions come off with the goods, and what a card paid goes back to it."""

    share = 1 / 3 if os.environ.get("RMA_PROPERTIES") else 1 / 6

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False

    def setUp(self):
        super().setUp()
        # What was on the card that paid for an order.
        self.cards = {}

    def _create_program(self, program_type, **values):
        defaults = self.env["loyalty.program"]._program_type_default_values()[program_type]
        return self.env["loyalty.program"].create(
            {
                **defaults,
                "name": program_type,
                "program_type": program_type,
                "currency_id": self.company.currency_id.id,
                **values,
            }
        )

    def _draw_order(self, rng):
        order = super()._draw_order(rng)
        if order.currency_id != self.company.currency_id or order.amount_total < 20:
            return order
        promotion = rng.choice(PROMOTIONS)
        # Odoo takes a negative line for the cheapest product, and charges for it.
        if promotion and not any(line.price_subtotal < 0 for line in order.order_line):
            self._promote(order, promotion)
        kind = rng.choice(["gift_card", "ewallet", None])
        if kind:
            self._pay_by_card(rng, order, kind)
        return order

    def _draw_partner(self):
        # One with another wallet than others have.
        return self.customer.copy()

    def _promote(self, order, reward):
        """Give a promotion by a code, which other orders do not get."""
        code = f"RANDOM{order.id}"
        self._create_program(
            "promo_code",
            rule_ids=[
                Command.clear(),
                Command.create({"mode": "with_code", "code": code, "minimum_amount": 1, "minimum_qty": 0}),
            ],
            reward_ids=[
                Command.clear(),
                Command.create({"reward_type": "discount", "required_points": 1, **reward}),
            ],
        )
        # Odoo gives no promotion on goods that cost nothing.
        with suppress(UserError), self.env.cr.savepoint():
            self._claim(order, order._try_apply_code(code))

    def _claim(self, order, rewards):
        for coupon, reward in rewards.items():
            order._apply_program_reward(reward[:1], coupon)

    def _pay_by_card(self, rng, order, kind):
        """Pay a part of the order, and remember what was on the card."""
        points = round(order.amount_total * rng.choice([0.1, 0.3333, 0.75]), 2)
        program = self._create_program(kind)
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": order.partner_id.id, "points": points}
        )
        if kind == "gift_card":
            self._claim(order, order._try_apply_code(card.code))
        else:
            order._update_programs_and_rewards()
            rewards = order._get_claimable_rewards().items()
            # A promotion that is given after the wallet has paid would make the total one below zero.
            self._claim(order, {coupon: reward for coupon, reward in rewards if reward.program_id == program})
        self.cards[order] = (card, points)

    def _may_be_split(self, order):
        return not any(line.price_subtotal < 0 for line in order.order_line)

    def _check_all_back(self, order, is_paid, by_hand):
        super()._check_all_back(order, is_paid, by_hand)
        if order in self.cards and not by_hand:
            card, points = self.cards[order]
            self.assertAlmostEqual(card.points, points, places=2)

    def test_all_of_a_random_order_comes_back(self):
        self._try_orders()
