from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestCoupon(HelpdeskCase):
    """H4: a coupon from a ticket, by an agent without rights in sales."""

    def _give(self, ticket):
        wizard = self._open(ticket, "action_coupon")
        wizard.action_generate()
        return wizard

    def test_coupon_is_one_card_of_the_customer(self):
        ticket = self._ticket()
        wizard = self._give(ticket)
        card = self.program.coupon_ids
        self.assertEqual((card.partner_id, card.ticket_id, card.code), (self.customer, ticket, wizard.code))
        self.assertEqual(ticket.coupon_count, 1)
        self.assertIn("Sorry for the Trouble", ticket.message_ids[0].body)
        self.assertNotIn(card.code, ticket.message_ids[0].body)

    def test_agent_sees_code_expiry_and_balance(self):
        ticket = self._ticket()
        wizard = self._give(ticket)
        action = ticket.action_view_coupons()
        coupon = self.env[action["res_model"]].with_user(self.agent).browse(action["res_id"])
        self.assertEqual((coupon.code, coupon.points_display), (wizard.code, wizard.points_display))
        self.assertEqual(self.env["rma.coupon"].with_user(self.agent).search([]), coupon)
        with self.assertRaises(AccessError):
            self.program.coupon_ids.with_user(self.agent).read(["code"])

    def test_followers_of_the_ticket_get_it_by_email_and_colleagues_do_not(self):
        ticket = self._ticket()
        friend = self.env["res.partner"].create({"name": "Friend", "email": "friend@example.com"})
        ticket.message_subscribe((friend | self.desk_manager.partner_id).ids)
        action = self._give(ticket).action_send()
        context = action["context"]
        self.assertEqual((context["default_model"], context["default_res_ids"]), ("helpdesk.ticket", ticket.ids))
        self.assertEqual(set(context["default_partner_ids"]), set((friend | self.customer).ids))
        composer = self.env["mail.compose.message"].with_user(self.agent).with_context(**context).create({})
        composer._action_send_mail()
        self.assertIn(self.program.coupon_ids.code, ticket.message_ids[0].body)

    def test_program_of_points_is_refused(self):
        points = self.env["loyalty.program"].create(
            {
                **self.env["loyalty.program"]._program_type_default_values()["loyalty"],
                "name": "Points",
                "program_type": "loyalty",
            }
        )
        wizard = self._open(self._ticket(), "action_coupon")
        self.assertEqual(wizard.allowed_program_ids, self.program)
        wizard.program_id = points
        with self.assertRaisesRegex(UserError, "does not give coupons"):
            wizard.action_generate()

    def test_coupon_is_for_the_customer_of_the_ticket_only(self):
        wizard = self._open(self._ticket(), "action_coupon")
        wizard.partner_id = self.env["res.partner"].create({"name": "Somebody"})
        with self.assertRaisesRegex(UserError, "is not the customer"):
            wizard.action_generate()
        self.assertEqual(len(self.program.coupon_ids), 0)

    def test_code_of_another_ticket_is_not_shown(self):
        self._give(self._ticket())
        wizard = self._open(self._ticket(user=self.own_agent), "action_coupon")
        with self.assertRaises(AccessError):
            wizard.write({"card_id": self.program.coupon_ids.id})

    def test_agents_of_other_teams_and_outsiders_see_no_coupon(self):
        self._give(self._ticket())
        self.assertFalse(self.env["rma.coupon"].with_user(self.other_agent).search([]))
        with self.assertRaises(AccessError):
            self.env["rma.coupon"].with_user(self.outsider).search([])

    def test_coupon_of_a_return_of_the_ticket_counts(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        wizard = self.env["rma.coupon.wizard"].with_user(self.rma_all).browse(rma.action_give_coupon()["res_id"])
        wizard.action_generate()
        ticket = self._ticket()
        self.assertEqual(ticket.coupon_count, 0)
        ticket._add_rma(rma)
        self.assertEqual(ticket.coupon_count, 1)
        self.assertEqual(ticket.action_view_coupons()["res_id"], self.program.coupon_ids.id)

    def test_customers_are_given_no_more_coupons_than_the_team_allows(self):
        self.team.coupon_limit = 2
        contact = self.env["res.partner"].create({"name": "Ada at work", "parent_id": self.customer.id})
        self._give(self._ticket())
        ticket = self._ticket(partner_id=contact.id)
        self._give(ticket)
        with self.assertRaisesRegex(UserError, "already given from this ticket"):
            self._give(ticket)
        with self.assertRaisesRegex(UserError, "was given 2 coupons lately"):
            self._give(self._ticket())
        self.env.cr.execute("UPDATE loyalty_card SET create_date = '2020-01-01' WHERE ticket_id IS NOT NULL")
        self.env.invalidate_all()
        self._give(self._ticket())
        self.team.coupon_limit = 0
        with self.assertRaisesRegex(UserError, "no more than 0"):
            self._give(self._ticket())
        self._give(self._ticket(user=self.desk_manager))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.team.coupon_limit = -1
            self.team.flush_recordset()
