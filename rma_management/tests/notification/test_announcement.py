from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.base.models.ir_actions_report import IrActionsReport
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mail.models.mail_template import MailTemplate
from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_notification import NotificationCase

ROOM = "odoo.addons.rma_management.models.notification"


@tagged("post_install", "-at_install")
class TestAnnouncement(NotificationCase, MockEmail):
    """What a step has to tell is recorded by it, and told by a job after its commit: once, and come what may."""

    def _approve_untold(self, count=1):
        """Approve returns, each in a transaction of its own. The job has not told the customer."""
        rmas = self.env["rma.order"].union(*(self._request(1) for _number in range(count)))
        for rma in rmas:
            rma.with_user(self.rma_manager).action_approve()
            self.cr.flush()
        return rmas

    def _waiting(self, rmas, is_told=False):
        """Find what is still to be told, or what was told and may still be on its way."""
        return self.env["rma.announcement"].search(
            [("order_id", "in", rmas.ids), ("mail_message_id", "!=" if is_told else "=", False)]
        )

    def _wait(self, rmas):
        """Let the time pass that the job waits before it tries again."""
        waiting = self._waiting(rmas) | self._waiting(rmas, is_told=True)
        waiting.date_next = fields.Datetime.now() - timedelta(minutes=1)

    def _patch_pdf(self, **kwargs):
        return patch.object(IrActionsReport, "_render_qweb_pdf", autospec=True, **kwargs)

    def _asked(self, rma):
        return rma.sudo().activity_ids.filtered(lambda activity: "slip" in (activity.summary or ""))

    # === Behind the commit ===

    def test_steps_render_nothing_and_mail_nothing(self):
        with self._patch_pdf(return_value=(b"%PDF-", "pdf")) as render:
            rmas = self._approve_untold(2)
            self.assertEqual(rmas.mapped("state"), ["approved", "approved"])
            self.assertFalse(render.called)
            self.assertFalse(self._mails(rmas).filtered("attachment_ids"))
            self._commit()
            self.assertEqual(render.call_count, 2)
        self.assertEqual(len(self._mails(rmas).attachment_ids), 2)

    def test_many_approvals_render_nothing_either(self):
        rmas = self._request_many()
        with self._patch_pdf(return_value=(b"%PDF-", "pdf")) as render:
            rmas.with_user(self.rma_manager).action_approve()
            self.cr.flush()
            self.assertFalse(render.called)
            self._commit()
            self.assertEqual(render.call_count, len(rmas))

    def test_each_is_told_once(self):
        rmas = self._approve_untold(2)
        for _time in range(3):
            self._commit()
        for rma in rmas:
            self.assertEqual(len(self._mails(rma)), 2, "request and approval")
        self.assertFalse(self._waiting(rmas))

    def test_what_another_job_is_telling_is_left_to_it(self):
        rma = self._approve_untold()
        waiting = self._waiting(rma)
        self.assertTrue(waiting._claim())
        self.assertFalse(waiting._claim())
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1)

    def test_history_has_what_the_customer_was_told_once_it_was_told(self):
        rma = self._approve_untold()
        kinds = rma.sudo().history_ids.mapped("kind")
        self.assertEqual((kinds.count("state"), kinds.count("customer_told")), (2, 1))
        self._commit()
        rma.invalidate_recordset()
        self.assertEqual(rma.sudo().history_ids.mapped("kind").count("customer_told"), 2)

    def test_followers_hear_of_each_status_however_late_the_job_is(self):
        rma = self._request()
        subtypes = self.env.ref("rma_management.mt_rma_approved") | self.env.ref("rma_management.mt_rma_processing")
        rma.sudo().message_subscribe(self.rma_user.partner_id.ids, subtypes.ids)
        rma.with_user(self.rma_manager).action_approve()
        self.cr.flush()
        self._receive(rma)
        self._commit()
        notified = rma.sudo().message_ids.filtered(
            lambda message: self.rma_user.partner_id in message.notification_ids.res_partner_id
        )
        self.assertEqual(notified.subtype_id, subtypes)

    # === Without PDF ===

    def test_mail_goes_without_slip_where_there_is_no_pdf(self):
        for error in (UserError("wkhtmltopdf is missing"), ValueError("bad report"), OSError(28, "No space left")):
            with self.subTest(error=error):
                rma = self._approve_untold()
                with self._patch_pdf(side_effect=error), mute_logger(f"{ROOM}.rma_announcement"):
                    self._commit()
                message = self._mails(rma)[-1]
                self.assertIn("send us", message.subject)
                self.assertFalse(message.attachment_ids)
                self.assertIn("could not attach the return slip", message.body)
                self.assertIn(f"/my/returns/{rma.id}?access_token=", message.body)
                activity = self._asked(rma)
                self.assertEqual(activity.user_id, rma.user_id)
                self.assertIn(str(error), activity.note)

    def test_mail_goes_without_slip_where_the_disk_is_full(self):
        rma = self._approve_untold()
        full = OSError(28, "No space left on device")
        attachments = type(self.env["ir.attachment"])
        with patch.object(attachments, "_file_write", side_effect=full), mute_logger(f"{ROOM}.rma_announcement"):
            self._commit()
        self.assertFalse(self._mails(rma)[-1].attachment_ids)
        self.assertTrue(self._asked(rma))

    def test_slip_that_stopped_the_job_is_not_tried_again(self):
        rma = self._approve_untold()
        self._waiting(rma)._claim()
        self._wait(rma)
        with self._patch_pdf() as render:
            self._commit()
            self.assertFalse(render.called)
        self.assertFalse(self._mails(rma)[-1].attachment_ids)
        self.assertTrue(self._asked(rma))

    def test_approver_is_asked_where_nobody_is_responsible(self):
        rma = self._approve_untold()
        rma.sudo().user_id = False
        self.company.rma_responsible_id = False
        with self._patch_pdf(side_effect=UserError("None")), mute_logger(f"{ROOM}.rma_announcement"):
            self._commit()
        self.assertIn(rma._get_approval_group("first"), self._asked(rma).user_id.all_group_ids)

    def test_sms_says_where_the_slip_is(self):
        self.customer.phone = "+15550104411"
        self.company.rma_sms_approved_template_id = self.env.ref("rma_management.sms_template_rma_approved")
        rma = self._approve_untold()
        self._commit()
        texts = rma.sudo().message_ids.filtered(lambda message: message.message_type == "sms")
        self.assertIn("the slip we emailed you", texts.body)
        rma = self._approve_untold()
        with self._patch_pdf(side_effect=UserError("None")), mute_logger(f"{ROOM}.rma_announcement"):
            self._commit()
        texts = rma.sudo().message_ids.filtered(lambda message: message.message_type == "sms")
        self.assertEqual(len(texts), 1)
        self.assertNotIn("emailed", texts.body)
        self.assertIn(f"/my/returns/{rma.id}", texts.body)

    # === Faults ===

    def test_failing_mail_is_tried_again(self):
        rma = self._approve_untold()
        broken = patch.object(MailTemplate, "_generate_template", side_effect=ValueError("broken"))
        with broken, mute_logger(f"{ROOM}.rma_announcement"):
            self._commit()
        self.assertEqual(rma.state, "approved")
        self.assertEqual(len(self._mails(rma)), 1)
        self.assertTrue(self._waiting(rma))
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1, "not at once")
        self._wait(rma)
        self._commit()
        self.assertEqual(len(self._mails(rma)), 2)
        self.assertFalse(self._waiting(rma))

    def test_person_is_asked_in_the_end(self):
        rma = self._approve_untold()
        broken = patch.object(MailTemplate, "_generate_template", side_effect=ValueError("broken"))
        with broken, mute_logger(f"{ROOM}.rma_announcement"):
            for _time in range(5):
                self._commit()
                self._wait(rma)
        self.assertFalse(self._waiting(rma))
        activity = rma.sudo().activity_ids.filtered(lambda activity: "Notify the customer" in (activity.summary or ""))
        self.assertIn("broken", activity.note)
        notes = rma.sudo().message_ids.filtered(lambda message: "could not be created" in (message.body or ""))
        self.assertEqual(len(notes), 1, "said once")

    def test_mail_that_the_server_did_not_take_is_sent_again(self):
        rma = self._approve_untold()
        with (
            patch.object(IrMail_Server, "_connect__", side_effect=ConnectionRefusedError("away")),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self._commit()
        message = self._mails(rma)[-1]
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertEqual(mail.state, "exception")
        self._wait(rma)
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self._commit()
        self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(len(self._new_mails), 0, "the same mail")
        self._wait(rma)
        self._commit()
        self.assertNotIn(message, self._waiting(rma, is_told=True).mail_message_id)

    def test_one_that_fails_stops_no_other(self):
        first, second = self._approve_untold(2)
        send = type(first)._mail_template

        def fail(order, *args):
            if order.id == first.id:
                raise ValueError("broken")
            return send(order, *args)

        with patch.object(type(first), "_mail_template", fail), mute_logger(f"{ROOM}.rma_announcement"):
            self._commit()
        self.assertEqual((len(self._mails(first)), len(self._mails(second))), (1, 2))
