from odoo.tests import HttpCase, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestTours(HelpdeskCase, HttpCase):
    """Each service in a real browser, by an agent who has no right but those of the help desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason.sequence = 1
        cls.order = cls._sell_and_invoice((cls.chair, 5), client_order_ref="DESK-TOUR")

    def _tour(self, ticket, name):
        self.start_tour(f"/odoo/helpdesk.ticket/{ticket.id}", name, login="desk_agent", timeout=120)

    def test_refund(self):
        ticket = self._ticket(self.order)
        self._tour(ticket, "helpdesk_ticket_refund")
        self.assertEqual(self._documents(ticket, "refund").amount_total, 92.0)

    def test_coupon(self):
        ticket = self._ticket(self.order)
        self._tour(ticket, "helpdesk_ticket_coupon")
        self.assertEqual(ticket.coupon_count, 1)

    def test_return(self):
        ticket = self._ticket(self.order)
        self._tour(ticket, "helpdesk_ticket_return")
        self.assertEqual(ticket.rma_ids.sudo().line_ids.sorted("id").mapped("product_uom_qty"), [2, 1])
        self.assertEqual(ticket.rma_ids.sudo().state, "approved")

    def test_reverse_transfer(self):
        self.team.return_kind = "picking"
        ticket = self._ticket(self.order)
        self._tour(ticket, "helpdesk_ticket_reverse_transfer")
        self.assertEqual(self._documents(ticket, "picking").move_ids.product_uom_qty, 5)

    def test_repair(self):
        screw = self._create_product("Screw for Chairs", 2.0)
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._tour(ticket, "helpdesk_ticket_repair")
        repair = self._documents(ticket, "repair")
        self.assertEqual((repair.ticket_quotation, repair.move_ids.product_id), ("before", screw))
        self.assertEqual(repair.sale_order_id.order_line.product_id, screw)

    def test_documents_take_few_clicks(self):
        for service, kind in (
            ("refund", "refund"),
            ("coupon", "coupon"),
            ("return", "rma"),
            ("repair", "repair"),
            ("visit", "task"),
        ):
            with self.subTest(service):
                ticket = self._ticket(self.order, product_id=self.chair.id)
                self._tour(ticket, f"helpdesk_ticket_clicks_{service}")
                ticket.invalidate_recordset()
                self.assertEqual(ticket[f"{kind}_count"], 1)

    def test_link_in_an_email_opens_the_repair(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._open(ticket, "action_repair").action_create()
        repair = self._documents(ticket, "repair")
        path = f"/mail/view?model=repair.order&res_id={repair.id}"
        self.authenticate("desk_agent", "desk_agent")
        self.assertIn(f"/{repair.id}", self.url_open(path, allow_redirects=False).headers["Location"])
        self.authenticate("desk_other", "desk_other")
        self.assertNotIn(f"/{repair.id}", self.url_open(path, allow_redirects=False).headers["Location"])

    def test_field_service(self):
        ticket = self._ticket(self.order)
        self._tour(ticket, "helpdesk_ticket_task")
        self.assertEqual(self._documents(ticket, "task").name, "Look at the chair")

    def test_after_sales_section_of_a_team(self):
        self.start_tour(
            f"/odoo/helpdesk.ticket.team/{self.other_team.id}", "helpdesk_ticket_team", login="desk_manager", timeout=90
        )
        self.assertTrue(self.other_team.use_returns and self.other_team.use_field_service)
        self.assertEqual(self.other_team.return_kind, "picking")
        self.assertEqual(self.other_team.field_service_project_id, self.project)
