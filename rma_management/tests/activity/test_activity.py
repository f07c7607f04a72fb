from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..notification.test_notification import NotificationCase


@tagged("post_install", "-at_install")
class TestActivity(NotificationCase):
    """R12: the person responsible is told of the next step, and reminded of what is overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stop_clock()
        cls.approve = cls.env.ref("rma_management.mail_activity_type_approve")
        cls.process = cls.env.ref("rma_management.mail_activity_type_process")
        # The responsible may approve, and so is asked.
        cls.company.rma_approval_amount = 100000

    def _activities(self, rmas):
        return rmas.sudo().activity_ids

    def _today(self, user):
        return fields.Date.context_today(user.with_user(user))

    def test_responsible_has_an_activity_at_each_step_that_waits_for_a_person(self):
        rma = self._request()
        activity = self._activities(rma)
        self.assertEqual(activity.activity_type_id, self.approve)
        self.assertEqual(activity.user_id, rma.user_id)
        self.assertEqual(activity.date_deadline, self._today(rma.user_id) + timedelta(days=2))
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        self.assertFalse(self._activities(rma), "now it waits for the goods")
        self._receive(rma)
        self._commit()
        activity = self._activities(rma)
        self.assertEqual(activity.activity_type_id, self.process)
        self.assertEqual(activity.date_deadline, self._today(rma.user_id) + timedelta(days=3))
        rma.action_settle()
        self._commit()
        self.assertFalse(self._activities(rma))

    def test_deadline_is_counted_where_the_responsible_lives(self):
        rmas = {}
        for tz in ("Asia/Tehran", "America/Los_Angeles"):
            rma = rmas[tz] = self._ask(self.order, (self.chair, 1, self.refund))
            rma.user_id = self.rma_user.copy({"login": tz, "tz": tz})
        with freeze_time(datetime(2026, 11, 25, 22, 0)):
            for rma in rmas.values():
                rma.action_request()
            self._commit()
        deadlines = {tz: self._activities(rma).date_deadline for tz, rma in rmas.items()}
        self.assertEqual(deadlines, {"Asia/Tehran": date(2026, 11, 28), "America/Los_Angeles": date(2026, 11, 27)})

    def test_process_activity_ends_when_nothing_is_to_settle_for_now(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma, {self.chair: 1})
        self._commit()
        self.assertEqual(self._activities(rma).activity_type_id, self.process)
        rma.action_settle()
        self._commit()
        self.assertEqual(rma.state, "processing", "one is still expected")
        self.assertFalse(self._activities(rma))
        self._receive(rma)
        self._commit()
        self.assertEqual(self._activities(rma).activity_type_id, self.process)

    def test_unassigned_return_goes_to_whom_the_settings_name(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.user_id = False
        self._commit()
        rma.action_request()
        self._commit()
        self.assertIn(
            self.rma_manager.all_group_ids & rma._get_approval_group("first"),
            self._activities(rma).user_id.all_group_ids,
            "an approver, where nobody is responsible",
        )
        self.company.rma_responsible_id = self.rma_manager
        rma.action_draft()
        self._commit()
        rma.action_request()
        self._commit()
        self.assertEqual(self._activities(rma).user_id, self.rma_manager)

    def test_team_and_warehouse_have_a_responsible(self):
        self.company.rma_responsible_id = self.rma_manager
        self.warehouse.rma_responsible_id = self.rma_all
        rma = self._request()
        rma.user_id = False
        self.assertEqual(rma._get_responsible(), self.rma_all)
        team = self.env["crm.team"].create({"name": "Shop", "rma_responsible_id": self.rma_user.id})
        rma.sudo().sale_order_id.team_id = team
        self.assertEqual(rma._get_responsible(), self.rma_user)
        self.rma_user.active = False
        self.assertEqual(rma._get_responsible(), self.rma_all)
        self._commit()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        self._commit()
        self.assertEqual(self._activities(rma).user_id, self.rma_all)

    def test_accountant_is_asked_for_drafts_only(self):
        accountant = new_test_user(self.env, "accountant", "account.group_account_invoice", email="ac@example.com")
        self.company.rma_accountant_id = accountant
        drafts = self.refund.copy({"name": "Refund as a draft", "post_credit_note": False})
        posted = self.refund.copy({"name": "Refund at once", "post_credit_note": True})
        order = self._sell_and_invoice((self.chair, 2))
        for operation, asked in ((posted, self.env["res.users"]), (drafts, accountant)):
            rma = self._return(order, (self.chair, 1, operation))
            rma.with_user(self.rma_all).action_settle()
            self.assertEqual(rma.refund_ids.sudo().activity_ids.user_id, asked)

    def test_no_days_no_activity(self):
        self.company.rma_approval_days = 0
        rma = self._request()
        self.assertFalse(self._activities(rma))
        self.assertFalse(rma.is_late)

    def test_activity_moves_to_the_new_responsible(self):
        rma = self._request()
        rma.with_user(self.rma_manager).user_id = self.rma_user
        self._commit()
        self.assertEqual(self._activities(rma).user_id, self.rma_user)
        self._activities(rma).user_id = self.rma_manager
        rma.customer_note = "In a hurry"
        self._commit()
        self.assertEqual(self._activities(rma).user_id, self.rma_manager, "handed over by hand")
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        self._commit()
        self.assertEqual(self._activities(rma).activity_type_id, self.process)
        rma.with_user(self.rma_manager).user_id = False
        self._commit()
        self.assertFalse(self._activities(rma))

    def test_approval_is_asked_of_somebody_who_can_give_it(self):
        self.company.rma_approval_amount = 0
        approvers = self.env["res.users"].union(
            *(new_test_user(self.env, f"approver_{number}", "rma_management.group_rma_manager") for number in range(2))
        )
        self.company.rma_approval_group_id = self.env["res.groups"].create(
            {"name": "Approvers (test)", "user_ids": [Command.set(approvers.ids)]}
        )
        rmas = self.env["rma.order"]
        for _number in range(4):
            rmas |= self._request()
        asked = [self._activities(rma).user_id for rma in rmas]
        self.assertEqual([asked.count(user) for user in approvers], [2, 2], "in turn, by what they have to do")
        self.assertNotIn(rmas.user_id, approvers)
        rmas[0].with_user(asked[0]).action_approve()
        self._receive(rmas[0])
        self._commit()
        self.assertEqual(self._activities(rmas[0]).user_id, rmas[0].user_id, "who then processes it")

    def test_second_approval_is_asked_of_another_person(self):
        self.company.write({"rma_approval_amount": 0, "rma_second_approval_amount": 1})
        second = new_test_user(self.env, "approver_2", "rma_management.group_rma_manager")
        self.company.rma_second_approval_group_id = self.env["res.groups"].create(
            {"name": "Second approvers (test)", "user_ids": [Command.set(second.ids)]}
        )
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        self.assertEqual(rma.state, "requested")
        self.assertEqual(self._activities(rma).user_id, second)

    def test_responsible_is_mailed(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.user_id = self.rma_manager
        self._commit()
        rma.action_request()
        self._commit()
        self.assertTrue(self._assignments(rma, self.rma_manager))

    def test_responsible_is_mailed_by_the_scheduled_job_where_there_are_many(self):
        rmas = self.env["rma.order"].union(
            *(self._ask(self.order, (self.chair, 1, self.refund)) for _number in range(7))
        )
        rmas.user_id = self.rma_manager
        self._commit()
        rmas.action_request()
        self.cr.flush()
        self.assertEqual(len(self._activities(rmas)), 7)
        self.assertFalse(self._assignments(rmas, self.rma_manager))
        self._run("ir_cron_announce")
        self.assertEqual(len(self._assignments(rmas, self.rma_manager)), 7)

    def _assignments(self, rmas, user):
        return self.env["mail.message"].search(
            [
                ("model", "=", "rma.order"),
                ("res_id", "in", rmas.ids),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "ilike", "assigned to you"),
            ]
        )

    # === What is late ===

    def test_overdue_returns_are_mailed_once_a_day_in_one_mail(self):
        rmas = self._request() | self._request()
        self._run("ir_cron_remind_overdue")
        self.assertFalse(self._reminders(), "nothing is overdue")
        self._activities(rmas).date_deadline = fields.Date.today() - timedelta(days=2)
        self._run("ir_cron_remind_overdue")
        reminder = self._reminders()
        self.assertEqual(len(reminder), 1)
        for rma in rmas:
            self.assertIn(rma.name, reminder.body_html)
            self.assertIn(f"/odoo/returns/{rma.id}", reminder.body_html)
        self._run("ir_cron_remind_overdue")
        self.assertEqual(self._reminders(), reminder)

    def test_reminder_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("rma_management.mail_template_rma_reminder")
        template.with_context(lang="fr_FR").subject = "Retours en retard"
        rma = self._request()
        rma.sudo().user_id.lang = "fr_FR"
        self._activities(rma).date_deadline = fields.Date.today() - timedelta(days=2)
        self._run("ir_cron_remind_overdue")
        self.assertEqual(self._reminders().subject, "Retours en retard")

    def _reminders(self):
        return self.env["mail.mail"].search([("model", "=", "res.users"), ("res_id", "=", self.rma_all.id)])

    def test_late_is_what_waits_longer_than_the_settings_allow(self):
        rma = self._request()
        orders = self.env["rma.order"].with_user(self.rma_all)
        self.assertFalse(rma.is_late)
        self.assertIn(rma, orders.search([("is_late", "=", False)]))
        self.assertNotIn(rma, orders.search([("is_late", "=", True)]))
        rma.date_requested = fields.Datetime.now() - timedelta(days=3)
        self.assertTrue(rma.is_late)
        self.assertIn(rma, orders.search([("is_late", "=", True)]))
        self.assertNotIn(rma, orders.search([("is_late", "=", False)]))
        self.assertIn(rma, orders.search([("is_late", "in", [True, False])]))
        self.company.rma_approval_days = 5
        self.assertNotIn(rma, orders.search([("is_late", "!=", False)]))
        rma.with_user(self.rma_manager).action_approve()
        self.assertFalse(rma.is_late, "it waits for the customer now")
        self._receive(rma)
        self.assertFalse(rma.is_late, "counted from the arrival")
        self.env.flush_all()
        rma.sudo().date_processing = fields.Datetime.now() - timedelta(days=4)
        self.assertIn(rma, orders.search([("is_late", "=", True)]))
