import re
from datetime import timedelta

from markupsafe import Markup, escape
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..portal.rma_order import CLOSED_STATES

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# Tracked fields whose values are removed from the log.
PERSONAL_FIELDS = ("customer_reference", "email", "partner_id", "partner_shipping_id")
PHOTO_BATCH = 100


class RmaOrder(models.Model):
    """Anonymize returns and delete their photos. Amounts, decisions, and documents are kept."""

    _inherit = "rma.order"

    date_anonymized = fields.Datetime(
        string="Anonymized on",
        readonly=True,
        copy=False,
        help="When the customer's name, addresses, remarks, photos, and messages were removed.",
    )
    can_anonymize = fields.Boolean(compute="_compute_can_anonymize")

    @api.depends("state", "date_anonymized")
    @api.depends_context("uid")
    def _compute_can_anonymize(self):
        for order in self:
            order.can_anonymize = not order._get_anonymize_refusal()

    def _get_anonymize_refusal(self):
        """Return why the current user cannot anonymize this return.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if not self._user_is_manager():
            return self.env._("Only returns managers can anonymize returns.")
        # Whoever looks for a person in all companies reads why not, also of returns that they may not see.
        order = self.sudo()
        if not self.has_access("write"):
            return self.env._("You have no access to this return of %s.", order.company_id.name)
        if order.date_anonymized:
            return self.env._("%s is already anonymized.", order.name)
        if order.state not in CLOSED_STATES:
            return self.env._("%s is not closed. Complete or cancel it before anonymizing it.", order.name)
        return ""

    def _get_reopen_refusal(self):
        if self.date_anonymized:
            return self.env._("%s was anonymized and cannot be reopened. Create a new return.", self.name)
        return super()._get_reopen_refusal()

    # === Forgetting a customer ===

    def action_anonymize(self):
        """Remove personal data from closed returns. This cannot be undone.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when a return is not closed
        """
        self.check_access("write")
        if not self._user_is_manager():
            raise AccessError(self.env._("Only returns managers can anonymize returns."))
        due = self.filtered(lambda order: not order.date_anonymized)
        for order in due:
            if refusal := order._get_anonymize_refusal():
                raise UserError(refusal)
        for order in due:
            # Managers may have no rights on the messages and files of others or on website requests.
            order.sudo()._anonymize()
            order._message_log(body=self.env._("Anonymized."))
        return True

    def _anonymize(self):
        """Remove personal data: first the records found by it, then that of the return itself."""
        self.ensure_one()
        people = self.partner_id | self.partner_id.commercial_partner_id | self.partner_shipping_id
        addresses = [address for address in (*people.mapped("email_normalized"), self.email) if address]
        self.env["rma.guest.access"].search([("email", "in", addresses)]).unlink()
        self.env["rma.request"].search([("rma_id", "=", self.id)])._forget()
        self._get_files().unlink()
        self.message_unsubscribe(people.filtered("partner_share").ids)
        self._anonymize_messages(people)
        # The removed values must not be logged.
        self.with_context(tracking_disable=True).write(self._prepare_anonymous_values())
        self.line_ids.write({"comment": False})

    def _prepare_anonymous_values(self):
        """Prepare the values that replace personal data. Override this to clear more fields.

        :return: values of `rma.order`
        """
        nobody = self.env.ref("rma_management.res_partner_anonymous")
        return {
            "date_anonymized": fields.Datetime.now(),
            "partner_id": nobody.id,
            "partner_shipping_id": nobody.id,
            "email": False,
            "customer_reference": False,
            "customer_note": False,
            "internal_note": False,
            "access_token": False,
        }

    def _get_photos(self):
        """Return the photos of the customer and of the inspection.

        :return: `ir.attachment` records
        """
        return self.line_ids.attachment_ids | self.inspection_ids.attachment_ids

    def _get_files(self):
        """Return the files of the return: photos, slips, and other attachments.

        :return: `ir.attachment` records
        """
        self.ensure_one()
        filed = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        filed |= Domain("res_model", "=", "rma.order.line") & Domain("res_id", "in", self.line_ids.ids)
        filed |= Domain("res_model", "=", "rma.inspection") & Domain("res_id", "in", self.inspection_ids.ids)
        return self._get_photos() | self.env["ir.attachment"].search(filed)

    # === Messages ===

    def _anonymize_messages(self, people):
        """Remove personal data from messages, keeping their dates and the log of changes.

        :param people: `res.partner` records to remove
        """
        self.ensure_one()
        on_return = [("model", "=", self._name), ("res_id", "=", self.id)]
        messages = self.env["mail.message"].search(on_return)
        self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
        self.env["sms.sms"].search([("mail_message_id", "in", messages.ids)]).unlink()
        messages = messages.exists()
        messages.tracking_value_ids.filtered(lambda value: value.field_id.name in PERSONAL_FIELDS).unlink()
        # Notifications of internal users are kept.
        messages.notification_ids.filtered(
            lambda told: told.res_partner_id in people or told.mail_email_address or not told.res_partner_id
        ).unlink()
        messages.attachment_ids.unlink()
        for message in messages:
            message.write(self._prepare_anonymous_message(message, people))

    def _prepare_anonymous_message(self, message, people):
        """Prepare the values that replace personal data in a message.

        :param message: `mail.message` record
        :param people: `res.partner` records to remove
        :return: values of `mail.message`
        """
        is_log = message.message_type == "notification"
        values = {
            "body": self._strip_names(message.body, people) if is_log else self.env._("Anonymized."),
            "subject": False,
            "email_from": False,
            "reply_to": False,
            "incoming_email_to": False,
            "incoming_email_cc": False,
            "outgoing_email_to": False,
            "partner_ids": [Command.unlink(partner.id) for partner in people],
        }
        if message.author_id in people:
            values["author_id"] = self.env.ref("rma_management.res_partner_anonymous").id
        return values

    @api.model
    def _strip_names(self, body, people):
        """Remove the names and email addresses of people from a text.

        :param body: HTML
        :param people: `res.partner` records
        :return: HTML
        """
        text = ADDRESS.sub("…", str(body or ""))
        for name in filter(None, people.mapped("name")):
            text = text.replace(str(escape(name)), "…")
        # The text was sanitized HTML before, and only plain text was removed.
        return Markup(text)

    # === Photos ===

    @api.model
    def _cron_forget_photos(self):
        """Delete the photos of returns closed longer ago than their company keeps photos."""
        now = fields.Datetime.now()
        due = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_closed", "<", now - timedelta(days=company.rma_photo_days))
            for company in self.env["res.company"].search([("rma_photo_days", ">", 0)])
        )
        due &= Domain("line_ids.attachment_ids", "!=", False) | Domain("inspection_ids.attachment_ids", "!=", False)
        orders = self.with_context(active_test=False).search(due)
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(orders))
        for batch in split_every(PHOTO_BATCH, orders.ids, orders.browse):
            if not remaining_time:
                break
            batch._get_photos().unlink()
            for order in batch:
                order._message_log(body=self.env._("The photos were deleted after the retention period."))
            remaining_time = self.env["ir.cron"]._commit_progress(len(batch))
