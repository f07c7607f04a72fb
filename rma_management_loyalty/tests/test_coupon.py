from freezegun import freeze_time
from odoo import Command, fields
from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestCoupon(RmaLoyaltyCase):
    """A return gives the customer a coupon: one card, by people without rights in sales."""

    # === What is given ===

    def test_coupon_is_one_card_for_the_customer(self):
        rma = self._approved()
        wizard = self._give_coupon(rma)
        card = wizard.sudo().card_id
        self.assertEqual((card.partner_id, card.program_id, card.points), (self.customer, self.coupons, 1))
        self.assertEqual((card.rma_id, wizard.code), (rma.sudo(), card.code))
        self.assertEqual(len(self.coupons.coupon_ids), 1)

    def test_only_program_is_chosen_already(self):
        rma = self._approved()
        wizard = rma.env["rma.coupon.wizard"].browse(rma.action_give_coupon()["res_id"])
        self.assertEqual(wizard.program_id, self.coupons)

    def test_coupon_is_given_from_the_action_menu(self):
        rma = self._approved()
        action = self.env.ref("rma_management_loyalty.rma_order_action_give_coupon").with_user(self.rma_all)
        self.assertIn(action.id, [item["id"] for item in action.get_bindings("rma.order")["action"]])
        opened = action.with_context(active_model=rma._name, active_id=rma.id, active_ids=rma.ids).run()
        self.assertEqual(rma.env["rma.coupon.wizard"].browse(opened["res_id"]).rma_id, rma)

    def test_draft_in_the_action_menu_says_why_it_gets_no_coupon(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        action = self.env.ref("rma_management_loyalty.rma_order_action_give_coupon").with_user(self.rma_all)
        with self.assertRaises(UserError):
            action.with_context(active_model=rma._name, active_id=rma.id, active_ids=rma.ids).run()

    def test_coupon_is_made_once(self):
        rma = self._approved()
        wizard = self._give_coupon(rma)
        code = wizard.code
        wizard.action_generate()
        self.assertEqual((wizard.code, rma.coupon_count), (code, 1))

    def test_code_in_a_window_is_for_who_opened_it(self):
        wizard = self._give_coupon(self._approved())
        self.assertTrue(wizard.code)
        other = new_test_user(self.env, "rma_other", "rma_management.group_rma_manager")
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["code"])

    def test_coupon_is_worth_the_cheapest_reward(self):
        self.coupons.reward_ids = self._create_reward(required_points=5)
        self.assertEqual(self._give_coupon(self._approved()).sudo().card_id.points, 5)

    def test_coupon_can_be_spent(self):
        wizard = self._give_coupon(self._approved())
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.table.id, "tax_ids": [Command.clear()]})],
            }
        )
        rewards = order._try_apply_code(wizard.code)
        for coupon, reward in rewards.items():
            order._apply_program_reward(reward, coupon)
        self.assertEqual(order.amount_total, 135)

    def test_expiry_is_that_of_the_program_unless_chosen(self):
        self.coupons.date_to = fields.Date.add(fields.Date.today(), months=1)
        wizard = self._give_coupon(self._approved())
        self.assertEqual(wizard.sudo().card_id.expiration_date, self.coupons.date_to)
        chosen = fields.Date.add(fields.Date.today(), days=7)
        wizard = self._give_coupon(self._approved(), expiration_date=chosen)
        self.assertEqual(wizard.sudo().card_id.expiration_date, chosen)

    def test_card_and_return_know_why_it_was_given(self):
        rma = self._approved()
        wizard = self._give_coupon(rma)
        history = wizard.sudo().card_id.history_ids
        self.assertIn(rma.name, history.description)
        self.assertEqual((history.issued, history._get_order_description()), (1, rma.name))
        events = self.env["rma.history"].search([("order_id", "=", rma.id), ("kind", "=", "coupon_given")])
        self.assertEqual((events.note, events.partner_id), (wizard.code, self.rma_all.partner_id))

    def test_return_counts_and_shows_its_coupons(self):
        rma = self._approved((self.chair, 2), user=self.rma_user)
        self.assertEqual(rma.coupon_count, 0)
        first, second = self._give_coupon(rma), self._give_coupon(rma)
        self.assertEqual(rma.coupon_count, 2)
        action = rma.action_view_coupons()
        coupons = self.env[action["res_model"]].with_user(self.rma_user).search(action["domain"])
        self.assertEqual(set(coupons.mapped("code")), {first.code, second.code})
        self.assertEqual(coupons[0].points_display, first.points_display)

    # === By email ===

    def test_mail_of_the_coupon_goes_to_the_customer(self):
        rma = self._approved(user=self.rma_user)
        composer = self._compose(self._give_coupon(rma).action_send(), self.rma_user)
        self.assertEqual((composer.model, composer.partner_ids), ("rma.order", self.customer))
        composer._action_send_mail()
        message = rma.message_ids[0]
        self.assertIn(rma.loyalty_card_ids.sudo().code, message.body)
        self.assertEqual(message.partner_ids, self.customer)

    def test_program_sends_no_mail_by_itself(self):
        rma = self._approved()
        before = self.env["mail.mail"].sudo().search_count([])
        self._give_coupon(rma)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_coupon_is_sent_again_from_the_list(self):
        rma = self._approved(user=self.rma_user)
        wizard = self._give_coupon(rma)
        coupon = self.env["rma.coupon"].with_user(self.rma_user).search([("rma_id", "=", rma.id)])
        self.assertIn(wizard.code, coupon.action_send()["context"]["default_body"])

    def test_nothing_is_sent_before_it_is_made(self):
        rma = self._approved()
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_all).create({"rma_id": rma.id})
        with self.assertRaisesRegex(UserError, "Generate"):
            wizard.action_send()

    # === What cannot be ===

    def test_programs_that_give_no_coupons_are_not_offered_nor_taken(self):
        rma = self._approved()
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_all).create({"rma_id": rma.id})
        for program_type in ("loyalty", "promotion", "gift_card", "ewallet", "promo_code", "next_order_coupons"):
            with self.subTest(program_type):
                program = self._create_program(program_type, program_type)
                wizard.invalidate_recordset()
                self.assertNotIn(program, wizard.allowed_program_ids)
                with self.assertRaisesRegex(UserError, "does not give coupons"):
                    self._give_coupon(rma, program_id=program.id)

    def test_ended_or_used_up_program_is_refused(self):
        ended = self._create_program("Ended", "coupons", date_to=fields.Date.subtract(fields.Date.today(), days=2))
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._create_program("Foreign", "coupons", company_id=other.id)
        for program in (ended, foreign):
            with self.assertRaisesRegex(UserError, "has ended, or belongs"):
                self._give_coupon(self._approved(), program_id=program.id)

    def test_coupon_that_would_have_expired_is_refused(self):
        with self.assertRaisesRegex(UserError, "expiry date is in the past"):
            self._give_coupon(self._approved(), expiration_date=fields.Date.subtract(fields.Date.today(), days=2))

    def test_last_day_of_a_coupon_is_that_of_the_company(self):
        self.company.partner_id.tz = "America/Los_Angeles"
        rma, other = (self._approved().with_context(tz="Asia/Tehran") for _number in range(2))
        self.coupons.date_to = "2026-11-30"
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [Command.create({"product_id": self.table.id})]}
        )
        with freeze_time("2026-12-01 07:30:00"):
            wizard = self._give_coupon(rma, expiration_date="2026-11-30")
            self.assertNotIn("error", order._try_apply_code(wizard.code))
        with freeze_time("2026-12-01 08:30:00"):
            self.assertIn("error", order._try_apply_code(wizard.code))
            with self.assertRaisesRegex(UserError, "has ended"):
                self._give_coupon(other, program_id=self.coupons.id)
            self.coupons.date_to = False
            with self.assertRaisesRegex(UserError, "expiry date is in the past"):
                self._give_coupon(other, program_id=self.coupons.id, expiration_date="2026-11-30")

    def test_coupon_is_for_the_customer_of_the_return_only(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(UserError, "not the customer"):
            self._give_coupon(self._approved(), partner_id=stranger.id)

    def test_coupon_needs_a_customer_and_a_program(self):
        rma = self._approved()
        with self.assertRaisesRegex(UserError, "Choose a coupon program"):
            self._give_coupon(rma, program_id=False)
        self.assertFalse(rma.coupon_count)
        self.assertFalse(self.coupons.coupon_ids)

    def test_coupon_is_not_given_for_nothing(self):
        wizard = (
            self.env["rma.coupon.wizard"]
            .with_user(self.rma_all)
            .create({"partner_id": self.customer.id, "program_id": self.coupons.id})
        )
        with self.assertRaisesRegex(UserError, "Open the return"):
            wizard.action_generate()

    def test_draft_return_gives_no_coupon(self):
        order = self._sell_and_invoice((self.chair, 1))
        rma = self._ask(order, (self.chair, 1, self.refund))
        self.assertFalse(rma.can_give_coupon)
        with self.assertRaisesRegex(UserError, "is a draft or canceled"):
            self._give_coupon(rma)

    # === Rights ===

    def test_coupon_is_given_once_approved(self):
        order = self._sell_and_invoice((self.chair, 1))
        rma = self._ask(order, (self.chair, 1, self.refund))
        rma.action_request()
        self.assertFalse(rma.can_give_coupon)
        with self.assertRaisesRegex(UserError, "is not approved"):
            self._give_coupon(rma)
        self._give_coupon(rma.with_user(self.rma_manager))
        self.assertEqual(rma.coupon_count, 1)

    def test_no_more_coupons_than_products(self):
        rma = self._approved()
        self._give_coupon(rma)
        self.assertFalse(rma.can_give_coupon)
        with self.assertRaisesRegex(UserError, "already has as many coupons"):
            self._give_coupon(rma)
        self._give_coupon(rma.with_user(self.rma_manager))
        self.assertEqual(rma.coupon_count, 2)

    def test_preview_shows_no_code(self):
        rma = self._approved(user=self.rma_user)
        foreign = self.env["loyalty.card"].create({"program_id": self.coupons.id, "points": 1})
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_user)
        with self.assertRaises(AccessError):
            wizard.onchange({"rma_id": rma.id, "card_id": foreign.id}, ["card_id"], {"code": {}})

    def test_return_of_somebody_else_gives_no_coupon(self):
        rma = self._approved()
        rma.sudo().user_id = self.rma_manager
        with self.assertRaises(AccessError):
            self._give_coupon(rma.with_user(self.rma_user))

    def test_code_of_another_card_is_not_shown(self):
        rma = self._approved(user=self.rma_user)
        foreign = self.env["loyalty.card"].create({"program_id": self.coupons.id, "points": 1})
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_user)
        with self.assertRaises(AccessError):
            wizard.create({"rma_id": rma.id, "card_id": foreign.id})
        with self.assertRaises(AccessError):
            wizard.with_context(default_card_id=foreign.id).create({"rma_id": rma.id})
        with self.assertRaises(AccessError):
            self._give_coupon(rma).card_id = foreign

    def test_coupon_of_somebody_elses_return_is_not_shown(self):
        rma = self._approved()
        card = self._give_coupon(rma).sudo().card_id
        rma.sudo().user_id = self.rma_manager
        self.assertFalse(self.env["rma.coupon"].with_user(self.rma_user).search([("rma_id", "=", rma.id)]))
        self.assertTrue(self.env["rma.coupon"].with_user(self.rma_all).search([("rma_id", "=", rma.id)]))
        with self.assertRaises(AccessError):
            self.env["rma.coupon.wizard"].with_user(self.rma_user).create({"rma_id": rma.id, "card_id": card.id})

    def test_outsiders_neither_give_nor_see_coupons(self):
        rma = self._approved()
        self._give_coupon(rma)
        outsider = new_test_user(self.env, "outsider", "base.group_user", context=DISABLED_MAIL_CONTEXT)
        with self.assertRaises(AccessError):
            self.env["rma.coupon"].with_user(outsider).search([])
        with self.assertRaises(AccessError):
            self.env["rma.coupon.wizard"].with_user(outsider).create({"rma_id": rma.id})

    def test_window_shows_code_after_generating(self):
        rma = self._approved(user=self.rma_user)
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_user).create({"rma_id": rma.id})
        with Form(wizard) as form:
            self.assertFalse(form.code)
        action = wizard.action_generate()
        self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
        self.assertTrue(Form(wizard).code)
