from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestFieldService(HelpdeskCase, HttpCase):
    """H8: a visit is planned from the ticket, and the customer follows it on the portal."""

    def _plan(self, ticket, **values):
        wizard = self._open(ticket, "action_plan_task")
        wizard.write(values)
        return wizard

    def test_window_proposes_title_and_project(self):
        wizard = self._plan(self._ticket())
        self.assertEqual((wizard.name, wizard.project_id), ("It is broken", self.project))

    def test_create_task(self):
        ticket = self._ticket()
        self.assertEqual(self._plan(ticket, name="Look at it").action_create()["type"], "ir.actions.act_window_close")
        task = self._documents(ticket, "task")
        self.assertRecordValues(
            task, [{"name": "Look at it", "project_id": self.project.id, "partner_id": self.customer.id}]
        )
        self.assertIn(self.customer, task.message_partner_ids)
        self.assertEqual(ticket.task_count, 1)

    def test_visit_has_a_technician_a_day_and_an_hour(self):
        ticket = self._ticket()
        self._plan(ticket, user_id=self.rich_agent.id, date_deadline="2030-05-02 09:30:00").action_create()
        task = self._documents(ticket, "task").with_user(self.agent)
        self.assertEqual((task.user_ids, str(task.date_deadline)), (self.rich_agent, "2030-05-02 09:30:00"))

    def test_customers_are_not_technicians(self):
        user = new_test_user(self.env, "bea_portal", "base.group_portal", email="bea@example.com")
        with self.assertRaisesRegex(UserError, "is not a colleague"):
            self._plan(self._ticket(), user_id=user.id).action_create()

    def test_only_projects_of_field_service_are_offered(self):
        other = self.env["project.project"].create({"name": "Website", "privacy_visibility": "employees"})
        wizard = self._plan(self._ticket())
        domain = [
            ("helpdesk_team_ids.use_field_service", "=", True),
            ("company_id", "in", [False, wizard.company_id.id]),
        ]
        offered = self.env["project.project"].with_user(self.desk_manager).search(domain)
        self.assertIn(self.project, offered)
        self.assertNotIn(other, offered)

    def test_create_and_view_task(self):
        ticket = self._ticket()
        action = self._plan(ticket).action_create_and_view()
        task = self._documents(ticket, "task")
        self.assertEqual((action["res_model"], action["res_id"]), ("project.task", task.id))
        self.assertEqual(task.with_user(self.agent).name, "It is broken")

    def test_without_project_nothing_is_planned(self):
        with self.assertRaisesRegex(UserError, "Choose the project"):
            self._plan(self._ticket(), project_id=False).action_create()

    def test_visits_are_planned_in_projects_of_field_service_only(self):
        create = self.env["project.project"].create
        plain = create({"name": "Website", "privacy_visibility": "employees"})
        secret = create({"name": "Secret", "privacy_visibility": "followers"})
        abroad = self.env["res.company"].create({"name": "Abroad"})
        foreign = create({"name": "Visits Abroad", "privacy_visibility": "employees", "company_id": abroad.id})
        for project in (secret, foreign):
            self.env["helpdesk.ticket.team"].create(
                {
                    "name": project.name,
                    "company_id": project.company_id.id,
                    "use_field_service": True,
                    "field_service_project_id": project.id,
                }
            )
        for project in (plain, secret, foreign):
            for method in ("action_create", "action_create_and_view"):
                wizard = self._plan(self._ticket(), project_id=project.id)
                with self.subTest(project.name), self.assertRaisesRegex(UserError, "not planned in this project"):
                    getattr(wizard, method)()
        other = create({"name": "Other Visits", "privacy_visibility": "employees"})
        self.other_team.write({"use_field_service": True, "field_service_project_id": other.id})
        ticket = self._ticket()
        self._plan(ticket, project_id=other.id).with_context(default_stage_id=1, default_user_ids=[1]).action_create()
        self.assertRecordValues(self._documents(ticket, "task"), [{"project_id": other.id, "user_ids": []}])

    def test_switching_the_service_off_forgets_the_project(self):
        self.team.use_field_service = False
        self.assertFalse(self.team.field_service_project_id)

    def test_customer_follows_task_and_documents_from_the_page_of_the_ticket(self):
        order = self._sell_and_invoice((self.chair, 5))
        ticket = self._ticket(order, product_id=self.chair.id)
        self._plan(ticket).action_create()
        self._open(ticket, "action_repair").action_create()
        self._refund(ticket, "refund")
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund)))
        ticket._add_rma(rma)
        task = self._documents(ticket, "task")
        user = new_test_user(self.env, "ada_portal", "base.group_portal", partner_id=self.customer.id)
        self.assertEqual(user.partner_id, self.customer)
        self.assertEqual(task.with_user(user).name, task.name, "a follower sees the task of a visible project")
        self.authenticate("ada_portal", "ada_portal")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        for link in (task, self._documents(ticket, "refund"), rma.sudo()):
            self.assertIn(f'href="{link.access_url}?access_token=', page)
        self.assertIn(self._documents(ticket, "repair").name, page)
        self.assertEqual(self.url_open(task.get_portal_url()).status_code, 200)
        self.assertIn("It is broken", self.url_open(task.get_portal_url()).text)

    def test_another_follower_sees_no_links(self):
        ticket = self._ticket()
        self._plan(ticket).action_create()
        user = new_test_user(self.env, "bea_portal", "base.group_portal", email="bea@example.com")
        ticket.sudo().message_subscribe(user.partner_id.ids)
        self.authenticate("bea_portal", "bea_portal")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("Visit", page)
        self.assertNotIn("/my/tasks/", page)
