from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RmaLoyaltyCase


class RewardCase(RmaLoyaltyCase):
    """A shop that sells a good of 100 with 15 % tax, at lower prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls._create_product("Good", 100.0)
        cls.other = cls._create_product("Other", 50.0)
        cls.refund_posted = cls.refund.copy({"name": "Refund, posted", "post_credit_note": True})

    @classmethod
    def _promote(cls, **reward):
        return cls._create_program(
            "Promotion",
            "promotion",
            rule_ids=[Command.clear(), Command.create({"minimum_amount": 1, "minimum_qty": 0})],
            reward_ids=[Command.clear(), Command.create({"reward_type": "discount", "required_points": 1, **reward})],
        )

    @classmethod
    def _draft(cls, *items):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "tax_ids": [Command.set(product.taxes_id.ids)],
                        }
                    )
                    for product, quantity in items
                ],
            }
        )

    @classmethod
    def _claim(cls, order, card=None):
        rewards = order._try_apply_code(card.code) if card else None
        if rewards is None:
            order._update_programs_and_rewards()
            rewards = order._get_claimable_rewards()
        for coupon, reward in rewards.items():
            order._apply_program_reward(reward[:1], coupon)
        order.action_confirm()
        cls._deliver(order)
        cls._invoice(order)
        return order

    def _refund_all(self, order, *items):
        rma = self._return(order, *((product, quantity, self.refund_posted) for product, quantity in items))
        rma.action_settle()
        return rma.sudo().refund_ids


@tagged("post_install", "-at_install")
class TestReward(RewardCase):
    """X1: a reward of the sale is part of the price of what it was given on."""

    def test_promotion_on_the_order(self):
        self._promote(discount=10, discount_applicability="order")
        order = self._claim(self._draft((self.good, 1)))
        self.assertEqual(order.amount_total, 103.5)
        refund = self._refund_all(order, (self.good, 1))
        self.assertEqual(refund.amount_total, 103.5)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 0])
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [0, 0])

    def test_promotion_on_one_product_lowers_that_one(self):
        self._promote(discount=10, discount_applicability="specific", discount_product_ids=[Command.set(self.good.ids)])
        order = self._claim(self._draft((self.good, 1), (self.other, 1)))
        self.assertEqual(order.amount_untaxed, 140.0)
        self.assertEqual(self._ask(order, (self.good, 1, self.refund)).line_ids.price_unit, 90.0)
        self.assertEqual(self._refund_all(order, (self.other, 1)).amount_untaxed, 50.0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_untaxed, 90.0)

    def test_promotion_on_the_cheapest_lowers_the_cheapest(self):
        self._promote(discount=50, discount_applicability="cheapest")
        order = self._claim(self._draft((self.good, 1), (self.other, 1)))
        self.assertEqual(order.amount_untaxed, 125.0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_untaxed, 100.0)
        self.assertEqual(self._refund_all(order, (self.other, 1)).amount_untaxed, 25.0)

    def test_free_product_gives_nothing_back(self):
        program = self._promote()
        program.reward_ids = [
            Command.clear(),
            Command.create({"reward_type": "product", "reward_product_id": self.other.id, "reward_product_qty": 1}),
        ]
        order = self._claim(self._draft((self.good, 1)))
        self.assertEqual(order.amount_total, 115.0)
        self.assertEqual(self._refund_all(order, (self.other, 1)).amount_total, 0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 115.0)


@tagged("post_install", "-at_install")
class TestTender(RewardCase):
    """X1: what a gift card or an eWallet paid goes back to it, the rest in money."""

    def _card(self, program, points):
        return self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": points}
        )

    def _check_split(self, order, card):
        self.assertEqual(order.amount_total, 170.0)
        self.assertEqual(card.points, 0)
        self.assertEqual(self._ask(order, (self.good, 1, self.refund)).line_ids.price_unit, 100.0)
        refund = self._refund_all(order, (self.good, 2))
        self.assertEqual(refund.amount_total, 170.0)
        self.assertEqual(card.points, 60.0)
        self.assertEqual(order.invoice_ids[0].amount_residual, 0)
        return refund

    def test_gift_card(self):
        card = self._card(self._create_program("Gift", "gift_card"), 60.0)
        self._check_split(self._claim(self._draft((self.good, 2)), card), card)

    def test_fee_of_what_a_card_paid_is_none_and_never_below_zero(self):
        card = self._card(self._create_program("Gift", "gift_card"), 220.0)
        order = self._claim(self._draft((self.good, 2)), card)
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        rma = self._return(order, (self.good, 2, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.refund_fee, 0)
        wizard.write({"fee_type": "percent", "fee_percent": 10})
        self.assertEqual(wizard.refund_fee, 0)
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_total, 10.0)

    def test_ewallet(self):
        card = self._card(self.wallets, 60.0)
        refund = self._check_split(self._claim(self._draft((self.good, 2))), card)
        given = card.history_ids.filtered(lambda line: line.order_model == "rma.order")
        self.assertEqual((given.issued, given.order_id), (60.0, refund.rma_id.id))
        refund.button_draft()
        self.assertEqual(card.points, 0)
        refund.action_post()
        self.assertEqual(card.points, 60.0)

    def test_part_goes_back_in_the_proportion_that_it_was_paid(self):
        card = self._card(self._create_program("Gift", "gift_card"), 60.0)
        order = self._claim(self._draft((self.good, 2)), card)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 85.0)
        self.assertEqual(card.points, 30.0)

    def test_what_was_spent_again_cannot_be_taken_back(self):
        card = self._card(self._create_program("Gift", "gift_card"), 60.0)
        refund = self._refund_all(self._claim(self._draft((self.good, 2)), card), (self.good, 2))
        card.points = 10.0
        with self.assertRaisesRegex(UserError, "was spent"):
            refund.button_draft()

    def _paid_by_card(self):
        card = self._card(self._create_program("Gift", "gift_card"), 60.0)
        return self._claim(self._draft((self.good, 2)), card), card

    def test_card_first(self):
        self.company.rma_tender_order = "card"
        order, card = self._paid_by_card()
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 55.0)
        self.assertEqual(card.points, 60.0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 115.0)
        self.assertEqual(card.points, 60.0)

    def test_money_first(self):
        self.company.rma_tender_order = "money"
        order, card = self._paid_by_card()
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 115.0)
        self.assertEqual(card.points, 0.0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 55.0)
        self.assertEqual(card.points, 60.0)

    def test_each_rule_gives_back_all_of_both_to_the_cent(self):
        for rule in ("proportion", "card", "money"):
            self.company.rma_tender_order = rule
            card = self._card(self._create_program("Gift", "gift_card"), 61.37)
            order = self._draft((self.good, 3), (self.other, 1))
            order.order_line[0].write({"price_unit": 33.33, "discount": 10})
            order = self._claim(order, card)
            money = order.amount_total
            total = 0.0
            for product in (self.good, self.other, self.good, self.good):
                note = self._refund_all(order, (product, 1))
                self.assertGreaterEqual(note.amount_total, 0.0)
                total += note.amount_total
            self.assertAlmostEqual(total, money, 2, msg=rule)
            self.assertAlmostEqual(card.points, 61.37, 2, msg=rule)

    def test_two_products_of_one_return_share_the_money_that_is_left(self):
        self.company.rma_tender_order = "money"
        card = self._card(self._create_program("Gift", "gift_card"), 100.0)
        order = self._claim(self._draft((self.good, 1), (self.other, 1)), card)
        self.assertEqual(order.amount_total, 72.5)
        self.assertEqual(self._refund_all(order, (self.good, 1), (self.other, 1)).amount_total, 72.5)
        self.assertEqual(card.points, 100.0)

    def test_card_pays_for_taxed_goods_beside_something_without_tax(self):
        self.other.taxes_id = False
        card = self._card(self._create_program("Gift", "gift_card"), 100.0)
        order = self._claim(self._draft((self.good, 1), (self.other, 1)), card)
        # 115 and 50, of which the card paid 100.
        self.assertEqual(order.amount_total, 65.0)
        self.assertEqual(self._refund_all(order, (self.good, 1)).amount_total, 45.3)
        self.assertEqual(card.points, 69.7)
        self.assertEqual(self._refund_all(order, (self.other, 1)).amount_total, 19.7)
        self.assertEqual(card.points, 100.0)
