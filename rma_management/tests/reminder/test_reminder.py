from datetime import datetime

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase

APPROVED = datetime(2026, 3, 2, 12)


@tagged("post_install", "-at_install")
class TestReminder(RmaCase):
    """Customers are reminded to send the goods, and somebody of what was given for goods that did not come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_send_days": 14, "rma_reminder_days": 3, "rma_responsible_id": cls.rma_all.id})
        cls.first = cls.refund.copy({"name": "Refund first", "receipt_policy": "after", "post_credit_note": True})
        cls.order = cls._sell_and_invoice((cls.chair, 10))

    def _approve_on(self, moment, operation=None):
        with freeze_time(moment):
            return self._approve(self._ask(self.order, (self.chair, 1, operation or self.refund)))

    def _run_on(self, day):
        """Run the daily job, and what it leaves to do."""
        with freeze_time(day):
            self._run("ir_cron_remind_customers")
            self._run_announcements()

    def _reminders(self, rma):
        return rma.message_ids.filtered(lambda message: "have not arrived yet" in (message.body or ""))

    def _activities(self, rma, **context):
        kind = self.env.ref("rma_management.mail_activity_type_overdue")
        return rma.sudo().with_context(**context).activity_ids.filtered(lambda act: act.activity_type_id == kind)

    # === The customer ===

    def test_customer_is_reminded_once_some_days_before(self):
        rma = self._approve_on(APPROVED)
        self._run_on("2026-03-12 12:00:00")
        self.assertFalse(self._reminders(rma))
        self._run_on("2026-03-13 12:00:00")
        reminder = self._reminders(rma)
        self.assertEqual(len(reminder), 1)
        self.assertIn("March 16, 2026", reminder.body)
        self.assertEqual(rma.date_reminded, fields.Date.to_date("2026-03-13"))
        for day in ("2026-03-14 12:00:00", "2026-03-16 12:00:00", "2026-03-20 12:00:00"):
            self._run_on(day)
        self.assertEqual(self._reminders(rma), reminder)

    def test_nobody_is_reminded_who_has_sent_or_keeps_the_goods(self):
        sent, arrived, kept = (self._approve_on(APPROVED, op) for op in (self.refund, self.refund, self.refund_keep))
        sent.sudo().picking_ids.carrier_tracking_ref = "TRACK1"
        self._receive(arrived)
        self._run_on("2026-03-13 12:00:00")
        self.assertFalse(self._reminders(sent | arrived | kept))
        self.assertFalse(any((sent | arrived | kept).mapped("date_reminded")))

    def test_shop_turns_reminders_off(self):
        rma = self._approve_on(APPROVED)
        for values in ({"rma_reminder_days": 0}, {"rma_reminder_days": 3, "rma_send_days": 0}):
            self.company.write(values)
            self._run_on("2026-03-13 12:00:00")
        self.assertFalse(self._reminders(rma))

    def test_reminder_that_waits_is_not_sent_once_the_goods_arrived(self):
        rma = self._approve_on(APPROVED)
        with freeze_time("2026-03-13 12:00:00"):
            self._run("ir_cron_remind_customers")
            self._receive(rma)
            self._run_announcements()
        self.assertFalse(self._reminders(rma))

    def test_many_reminders_cost_few_queries(self):
        returns = self._approve_on(APPROVED) | self._approve_on(APPROVED)
        with freeze_time("2026-03-13 12:00:00"):
            near = self.env["rma.order"]._search_awaited(3) & returns
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(24):
                self.assertTrue(all(order._is_to_remind() for order in near))

    # === The shop ===

    def test_overdue_returns_are_found_and_marked(self):
        rma = self._approve_on(APPROVED)
        for day, is_overdue in (("2026-03-16 12:00:00", False), ("2026-03-17 12:00:00", True)):
            with freeze_time(day):
                rma.invalidate_recordset()
                seen = rma.with_user(self.rma_all)
                self.assertEqual(seen.is_overdue, is_overdue)
                self.assertEqual(seen.search([("is_overdue", "=", True), ("id", "=", rma.id)]), seen[:is_overdue])
                self.assertEqual(seen.search([("is_overdue", "=", False), ("id", "=", rma.id)]), seen[: not is_overdue])
                self.assertEqual(seen.date_send_by, fields.Date.to_date("2026-03-16"))

    def test_responsible_is_asked_once_about_goods_that_did_not_come_for_a_refund(self):
        first, later = self._approve_on(APPROVED, self.first), self._approve_on(APPROVED)
        self.assertTrue(first.sudo().refund_ids)
        self._run_on("2026-03-16 12:00:00")
        self.assertFalse(self._activities(first))
        self._run_on("2026-03-17 12:00:00")
        activity = self._activities(first)
        self.assertEqual(activity.user_id, self.rma_all)
        self.assertFalse(self._activities(later))
        activity.action_feedback("The customer is on holiday.")
        self._run_on("2026-03-18 12:00:00")
        self.assertFalse(self._activities(first))

    def test_activity_goes_when_the_goods_come(self):
        rma = self._approve_on(APPROVED, self.first)
        self._run_on("2026-03-17 12:00:00")
        self.assertTrue(self._activities(rma))
        with freeze_time("2026-03-18 12:00:00"):
            self._receive(rma)
            self.cr.flush()
        self.assertFalse(self._activities(rma))

    def test_goods_that_nobody_expects_any_more_are_not_overdue(self):
        with freeze_time(APPROVED):
            rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
            self._receive(rma, {self.chair: 1})
        with freeze_time("2026-03-17 12:00:00"):
            rma.invalidate_recordset()
            self.assertTrue(rma.is_overdue)
            rma.sudo().picking_ids.filtered(lambda picking: picking.state == "assigned").action_cancel()
            self.assertFalse(rma.is_overdue)
            self.assertNotIn(rma, rma.search([("is_overdue", "=", True)]))

    def test_customer_is_charged_by_reversing_the_credit_note(self):
        rma = self._approve_on(APPROVED, self.first)
        note = rma.sudo().refund_ids
        self.assertEqual(note.state, "posted")
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({"journal_id": note.journal_id.id, "move_ids": [Command.set(note.ids)]})
        )
        invoice = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        invoice.action_post()
        rma.sudo().picking_ids.action_cancel()
        self.assertEqual(rma.state, "done")
        line = self.order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (10, 10, 0))
        self.assertEqual(invoice.amount_total, note.amount_total)

    def test_returns_users_do_not_write_when_the_customer_was_reminded(self):
        rma = self._approve_on(APPROVED)
        with self.assertRaises(UserError):
            rma.with_user(self.rma_all).write({"date_reminded": "2026-03-01"})
