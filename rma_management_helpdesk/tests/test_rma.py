from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestRma(HelpdeskCase):
    """H9: tickets and returns see each other, and each other's documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.clerk = new_test_user(
            cls.env,
            "desk_clerk",
            "helpdesk_mgmt.group_helpdesk_user_team,rma_management.group_rma_all",
            email="clerk@example.com",
        )
        cls.team.user_ids |= cls.clerk

    def test_ticket_is_opened_from_a_return(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund)).with_user(self.clerk)
        action = rma.action_open_ticket()
        form = Form(self.env["helpdesk.ticket"].with_user(self.clerk).with_context(**action["context"]))
        form.team_id = self.team
        ticket = form.save()
        self.assertEqual((ticket.rma_ids, ticket.partner_id), (rma, self.customer))
        self.assertEqual((ticket.sale_order_id, ticket.product_id), (self.order, self.chair))
        self.assertEqual(rma.ticket_count, 1)
        self.assertEqual(rma.action_view_ticket()["res_id"], ticket.id)

    def test_who_has_tickets_opens_one_in_the_action_menu(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        action = self.env.ref("rma_management_helpdesk.rma_order_action_open_ticket")
        context = {"active_model": rma._name, "active_id": rma.id, "active_ids": rma.ids}
        for user, may in ((self.clerk, True), (self.rma_all, False)):
            bound = self.env["ir.actions.actions"].with_user(user).get_bindings("rma.order")["action"]
            self.assertEqual(action.id in [item["id"] for item in bound], may)
        opened = action.with_user(self.clerk).with_context(**context).run()
        self.assertEqual(opened["res_model"], "helpdesk.ticket")
        with self.assertRaises(AccessError):
            action.with_user(self.rma_all).with_context(**context).run()

    def test_archived_return_stays_that_of_its_ticket(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        ticket = self._ticket(self.order)
        ticket._add_rma(rma)
        rma.active = False
        ticket.invalidate_recordset()
        self.assertEqual(ticket.rma_count, 1)

    def test_a_return_may_have_several_tickets(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        tickets = self._ticket(self.order) | self._ticket(self.order)
        for ticket in tickets:
            ticket._add_rma(rma)
        self.assertEqual(rma.ticket_count, 2)
        self.assertEqual(rma.with_user(self.clerk).action_view_ticket()["domain"], [("id", "in", tickets.ids)])

    def test_agent_does_not_get_at_returns_by_linking_them(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        ticket = self._ticket(self.order)
        for commands in ([Command.link(rma.id)], [Command.set(rma.ids)], rma.ids):
            with self.assertRaises(AccessError):
                ticket.write({"rma_ids": commands})
            with self.assertRaises(AccessError):
                ticket.create({"name": "x", "description": "x", "rma_ids": commands})
            with self.assertRaises(AccessError):
                ticket.with_context(default_rma_ids=commands).create({"name": "x", "description": "x"})
        with self.assertRaises(AccessError):
            rma.with_user(self.agent).read(["name"])
        ticket.with_user(self.clerk).rma_ids = rma
        self.assertEqual(rma.with_user(self.agent).name, rma.name)

    def test_repair_and_credit_note_of_a_return_belong_to_its_tickets(self):
        rma = self._return(self.order, (self.chair, 1, self.repair))
        rma.action_settle()
        ticket = self._ticket(self.order)
        ticket._add_rma(rma)
        repair = rma.sudo().repair_ids
        self.assertEqual(self._documents(ticket, "repair"), repair)
        self.assertEqual(repair.with_user(self.agent).name, repair.name)

    def test_document_leads_back_to_its_ticket(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._open(ticket, "action_repair").action_create()
        repair = self._documents(ticket, "repair").with_user(self.agent)
        self.assertEqual(repair.action_view_ticket()["res_id"], ticket.id)

    def test_copy_of_a_document_belongs_to_no_ticket(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._open(ticket, "action_repair").action_create()
        self.assertFalse(self._documents(ticket, "repair").copy().ticket_id)

    def test_deleting_a_ticket_keeps_what_was_made(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._open(ticket, "action_repair").action_create()
        repair = self._documents(ticket, "repair")
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        ticket._add_rma(rma)
        ticket.sudo().unlink()
        self.assertTrue(repair.exists() and rma.exists())
        self.assertFalse(repair.ticket_id or rma.ticket_ids)
