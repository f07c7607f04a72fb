from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCase

BUTTONS = {
    "coupon": "action_coupon",
    "refund": "action_refund",
    "return": "action_return",
    "repair": "action_repair",
    "task": "action_plan_task",
}


@tagged("post_install", "-at_install")
class TestServices(HelpdeskCase):
    """H1: a ticket shows only its team's services, and a service that is switched off refuses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def test_a_new_team_offers_nothing(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "New"})
        for field in self.env["helpdesk.ticket"]._get_services().values():
            self.assertFalse(team[field], field)

    def test_each_service_is_switched_by_its_own_box(self):
        ticket = self._ticket(self.order)
        for service, field in ticket._get_services().items():
            self.assertTrue(ticket[f"can_{service}"], service)
            self.team[field] = False
            ticket.invalidate_recordset()
            for other in ticket._get_services():
                self.assertEqual(ticket[f"can_{other}"], other != service, f"{other} without {service}")
            with self.assertRaisesRegex(UserError, "does not offer"):
                getattr(ticket, BUTTONS[service])()
            self.team[field] = True
            self.team.field_service_project_id = self.project

    def test_windows_that_were_open_refuse_when_the_service_is_switched_off(self):
        ticket = self._ticket(self.order)
        windows = {service: self._open(ticket, button) for service, button in BUTTONS.items()}
        for field in ticket._get_services().values():
            self.team[field] = False
        for service, method in (
            ("refund", "action_refund"),
            ("coupon", "action_generate"),
            ("return", "action_create"),
            ("repair", "action_create"),
            ("task", "action_create"),
        ):
            with self.assertRaisesRegex(UserError, "does not offer"):
                getattr(windows[service], method)()

    def test_a_ticket_without_team_has_no_services(self):
        ticket = self._ticket(self.order)
        ticket.sudo().team_id = False
        self.assertFalse(any(ticket.sudo()[f"can_{service}"] for service in ticket._get_services()))

    def test_without_customer_only_a_visit_can_be_planned(self):
        ticket = self._ticket(self.order)
        ticket.write({"sale_order_id": False, "partner_id": False})
        self.assertEqual([service for service in ticket._get_services() if ticket[f"can_{service}"]], ["task"])

    def test_who_only_follows_a_ticket_has_no_buttons(self):
        ticket = self._ticket(self.order)
        ticket.sudo().message_subscribe(self.outsider.partner_id.ids)
        followed = ticket.with_user(self.outsider)
        self.assertEqual(followed.name, ticket.name)
        self.assertFalse(any(followed[f"can_{service}"] for service in ticket._get_services()))
        with self.assertRaisesRegex(UserError, "not work on it"):
            followed.action_refund()

    def test_team_form_and_ticket_form_are_readable_by_their_users(self):
        ticket = self._ticket(self.order)
        view = ticket.get_view(self.env.ref("helpdesk_mgmt.ticket_view_form").id, "form")
        names = [name for name in view["models"]["helpdesk.ticket"] if name in ticket._fields]
        self.assertEqual(ticket.web_read({name: {} for name in names})[0]["id"], ticket.id)

    def test_counting_documents_does_not_cost_more_for_more_tickets(self):
        tickets = self.env["helpdesk.ticket"].union(*(self._ticket(self.order) for _number in range(6)))
        rmas = [self._ask(self.order, (self.chair, 1, self.refund)) for _number in range(4)]
        for ticket, rma in zip(tickets, rmas, strict=False):
            ticket._add_rma(rma)
        few, many = tickets[:2], tickets[2:]
        self.env.invalidate_all()
        few.mapped("refund_count")
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        few.mapped("refund_count")
        few_queries = self.cr.sql_log_count - before
        self.env.invalidate_all()
        with self.assertQueryCount(few_queries):
            many.mapped("refund_count")

    def test_each_kind_of_document_has_its_button_from_one_declaration(self):
        ticket = self._ticket(self.order)
        arch = etree.fromstring(ticket.get_view(self.env.ref("helpdesk_mgmt.ticket_view_form").id, "form")["arch"])
        kinds = ticket._get_document_kinds()
        for name, kind in kinds.items():
            with self.subTest(name):
                [button] = arch.xpath(f".//div[@name='button_box']/button[field[@name='{name}_count']]")
                self.assertEqual((button.get("name"), button.get("icon")), (kind.action, kind.icon))
                opened = ticket.with_context(ticket_document_kind=name).action_view_documents()
                self.assertEqual(opened, getattr(ticket, kind.action)())
                self.assertEqual(opened["name"], kind.label)
        for name in (None, "other", [], {}):
            with self.assertRaises(UserError):
                ticket.with_context(ticket_document_kind=name).action_view_documents()
        with self.assertRaises(AccessError):
            ticket.with_user(self.outsider).with_context(ticket_document_kind="refund").action_view_documents()
