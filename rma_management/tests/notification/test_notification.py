from odoo.addons.sms.tests.common import MockSMS
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import RmaCase


class NotificationCase(RmaCase):
    """A shop that has sold ten chairs to its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 10))
        cls.env.cr.flush()
        cls.subtype = cls.env.ref("rma_management.mt_rma_customer")

    def _commit(self):
        """End the transaction, and let the job tell what it recorded."""
        self._run_announcements()

    def _request(self, quantity=2, operation=None):
        rma = self._ask(self.order, (self.chair, quantity, operation or self.refund))
        self._commit()
        rma.action_request()
        self._commit()
        return rma

    def _request_many(self, count=8, commit=True):
        rmas = self.env["rma.order"].union(
            *(self._ask(self.order, (self.chair, 1, self.refund)) for _number in range(count))
        )
        self._commit()
        rmas.action_request()
        self.cr.flush()
        if commit:
            self._commit()
        return rmas

    def _mails(self, rmas):
        """Give the messages to the customer, the oldest first."""
        return rmas.sudo().message_ids.filtered(lambda message: message.subtype_id == self.subtype).sorted("id")


@tagged("post_install", "-at_install")
class TestNotification(NotificationCase):
    """P5, C4: each change of status is told once to the customer, the administrators and the followers."""

    # === The customer ===

    def test_each_status_mails_the_customer(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        self._receive(rma)
        self._commit()
        rma.action_settle()
        self._commit()
        for message, words in zip(
            self._mails(rma), ("request for return", "send us", "has arrived", "is complete"), strict=True
        ):
            self.assertIn(words, message.subject)
            self.assertIn(rma.name, message.subject)
            self.assertEqual(message.partner_ids, self.customer)
            self.assertEqual(message.notification_ids.notification_type, "email")
        self.assertIn("92", self._mails(rma)[-1].body, "the amount refunded")

    def test_cancellation_and_rejection_mail_the_customer(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_reject("The chair was used.")
        self._commit()
        self.assertIn("The chair was used.", self._mails(rma)[-1].body)
        rma = self._request()
        rma.action_cancel()
        self._commit()
        self.assertIn("has been canceled", self._mails(rma)[-1].subject)

    def test_approval_carries_slip_and_link_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("rma_management.mail_template_rma_approved")
        template.with_context(lang="fr_FR").subject = "Envoyez-nous {{ object.name }}"
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        message = self._mails(rma)[-1]
        self.assertEqual(message.subject, f"Envoyez-nous {rma.name}")
        self.assertEqual(len(message.attachment_ids), 1)
        self.assertIn(rma.name, message.attachment_ids.name)
        self.assertIn(f"/my/returns/{rma.id}?access_token={rma.sudo().access_token}", message.body)

    def test_mail_goes_to_the_address_of_the_return(self):
        partners = self.env["res.partner"].search_count([])
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.email = "other@example.com"
        self._commit()
        rma.action_request()
        self._commit()
        message = self._mails(rma)
        self.assertEqual(message.outgoing_email_to, "other@example.com")
        self.assertFalse(message.partner_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), partners, "no contact is made for it")

    def test_warehouse_staff_without_rights_on_returns_cause_the_mail(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        self._receive(rma)
        self._commit()
        self.assertIn("has arrived", self._mails(rma)[-1].subject)

    def test_mail_that_is_switched_off_is_not_sent_and_the_reason_is_still_noted(self):
        self.company.rma_mail_requested_template_id = False
        self.company.rma_mail_rejected_template_id = False
        rma = self._request()
        rma.with_user(self.rma_manager).action_reject("The chair was used.")
        self._commit()
        self.assertFalse(self._mails(rma))
        tracked = rma.sudo().message_ids.tracking_value_ids
        self.assertIn("The chair was used.", tracked.mapped("new_value_text"))

    def test_new_company_has_the_mails(self):
        company = self.env["res.company"].create({"name": "Another shop"})
        self.assertEqual(
            company.rma_mail_approved_template_id, self.env.ref("rma_management.mail_template_rma_approved")
        )
        self.assertFalse(company.rma_sms_approved_template_id)

    # === Once, or not at all ===

    def test_what_is_rolled_back_is_told_to_nobody(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        self._commit()
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            rma.action_request()
            raise ZeroDivisionError
        self._commit()
        self.assertEqual(rma.state, "draft")
        self.assertFalse(self._mails(rma))

    def test_transaction_is_told_by_its_net_change(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        self._commit()
        self._approve(rma)
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1)
        self.assertIn("send us", self._mails(rma).subject)
        rma.action_draft()
        self._commit()
        rma.action_request()
        rma.action_draft()
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1, "in the end nothing had changed")

    def test_step_that_is_repeated_is_told_once(self):
        rma = self._request()
        rma.action_request()
        self._commit()
        rma.customer_note = "In a hurry"
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1)

    def test_return_made_and_requested_at_once_is_told(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.action_request()
        self._commit()
        self.assertEqual(len(self._mails(rma)), 1)
        changes = rma.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(changes.mapped("new_value_char"), ["Requested"])

    def test_step_back_is_no_news(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        rma.action_settle()
        self._commit()
        count = len(self._mails(rma))
        rma.sudo().refund_ids.button_cancel()
        self._commit()
        self.assertEqual(rma.state, "processing")
        self.assertEqual(len(self._mails(rma)), count)

    def test_failing_mail_stops_nothing_and_is_noted(self):
        template = self.env.ref("rma_management.mail_template_rma_approved")
        template.subject = "{{ 1 // (object.customer_note != 'Divide me') }}"
        rma = self._request()
        rma.customer_note = "Divide me"
        rma.with_user(self.rma_manager).action_approve()
        with mute_logger("odoo.addons.rma_management.models.notification", "odoo.addons.mail"):
            self._commit()
        self.assertEqual(rma.state, "approved")
        self.assertEqual(len(self._mails(rma)), 1)
        self.assertIn("could not be created", "".join(rma.sudo().message_ids.mapped("body")))

    # === Many at once ===

    def test_many_changes_are_told_each(self):
        rmas = self._request_many()
        self.assertEqual(len(self._mails(rmas)), len(rmas))
        self._commit()
        self.assertEqual(len(self._mails(rmas)), len(rmas), "nothing is told twice")

    def test_customers_are_told_the_present_status_only(self):
        rmas = self._request_many(commit=False)
        first, second = rmas[0], rmas[1]
        second.action_draft()
        first.with_user(self.rma_manager).action_approve()
        self._commit()
        self.assertEqual(len(self._mails(first)), 1)
        self.assertIn("send us", self._mails(first).subject)
        self.assertFalse(self._mails(second))
        self.assertEqual(len(self._mails(rmas)), len(rmas) - 1)

    def test_many_changes_cost_the_transaction_few_queries(self):
        self.company.rma_notify_user_ids = self.rma_manager
        rmas = self.env["rma.order"].union(
            *(self._ask(self.order, (self.chair, 0.1, self.refund)) for _number in range(40))
        )
        self._commit()
        rmas[:8].action_request()
        few = self._count_queries()
        rmas[8:].action_request()
        many = self._count_queries()
        self.assertLess(many - few, 12, "what 24 returns more cost at the end of the transaction")

    def _count_queries(self):
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.cr.flush()
        return self.cr.sql_log_count - before

    # === Staff ===

    def test_administrators_are_told_of_each_change(self):
        self.company.rma_notify_user_ids = self.rma_manager
        self.rma_manager.notification_type = "inbox"
        rma = self._request()
        rma.with_user(self.rma_all).action_cancel()
        self._commit()
        notifications = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.rma_manager.partner_id.id), ("mail_message_id.res_id", "=", rma.id)]
        )
        subtypes = notifications.mail_message_id.filtered("tracking_value_ids").subtype_id
        self.assertEqual(
            subtypes, self.env.ref("rma_management.mt_rma_requested") | self.env.ref("rma_management.mt_rma_cancel")
        )

    def test_followers_choose_which_changes_they_hear_of(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.sudo().message_subscribe(self.rma_user.partner_id.ids, self.env.ref("rma_management.mt_rma_approved").ids)
        self._commit()
        rma.action_request()
        self._commit()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        notified = rma.sudo().message_ids.filtered(
            lambda message: self.rma_user.partner_id in message.notification_ids.res_partner_id
        )
        self.assertEqual(notified.subtype_id, self.env.ref("rma_management.mt_rma_approved"))

    def test_customer_mail_is_seen_by_the_customer_and_mailed_to_no_follower(self):
        rma = self._request()
        message = self._mails(rma)
        self.assertIn(message, rma.sudo().customer_message_ids)
        self.assertEqual(message.notification_ids.res_partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestNotificationSms(NotificationCase, MockSMS):
    """C4: by SMS, where it is switched on."""

    def test_sms_is_sent_where_it_is_switched_on(self):
        self.customer.write({"phone": "+15550104411"})
        rma = self._request()
        self.company.rma_sms_approved_template_id = self.env.ref("rma_management.sms_template_rma_approved")
        rma.with_user(self.rma_manager).action_approve()
        with self.mockSMSGateway():
            self._commit()
            self.assertFalse(self._sms, "sent by the queue only, after the transaction")
            self._new_sms.send()
        self.assertEqual([sms["number"] for sms in self._sms], ["+15550104411"])
        self.assertIn(f"{rma.name} is approved", self._sms[0]["body"])

    def test_customer_without_a_number_gets_none(self):
        self.company.rma_sms_requested_template_id = self.env.ref("rma_management.sms_template_rma_approved")
        with self.mockSMSGateway():
            self._request()
        self.assertFalse(self._new_sms)
