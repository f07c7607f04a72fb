import re

from markupsafe import Markup, escape
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# Tracked fields whose values are removed from the log.
PERSONAL_FIELDS = ("customer_reference", "email", "partner_id", "partner_shipping_id")


class RmaAnonymousMixin(models.AbstractModel):
    """Anonymize closed records of customers. Amounts, decisions, and documents are kept."""

    _name = "rma.anonymous.mixin"
    _description = "Record That Can Be Anonymized"

    date_anonymized = fields.Datetime(
        string="Anonymized on",
        readonly=True,
        copy=False,
        help="When the customer's name, addresses, remarks, photos, and messages were removed.",
    )
    can_anonymize = fields.Boolean(compute="_compute_can_anonymize")

    @api.depends("date_anonymized")
    @api.depends_context("uid")
    def _compute_can_anonymize(self):
        for record in self:
            record.can_anonymize = not record._get_anonymize_refusal()

    def _get_anonymize_refusal(self):
        """Return why the current user cannot anonymize this record.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if not self.env.user.has_group("rma_management.group_rma_manager"):
            return self.env._("Only returns managers can anonymize returns.")
        # Whoever looks for a person in all companies reads why not, also of records that they may not see.
        record = self.sudo()
        if not self.has_access("write"):
            return self.env._("You have no access to this return of %s.", record.company_id.name)
        if record.date_anonymized:
            return self.env._("%s is already anonymized.", record.name)
        return record._get_open_refusal()

    def _get_open_refusal(self):
        """Return why this record is not closed. Override this.

        :return: sentence, empty if it is
        """
        self.ensure_one()
        return ""

    # === Forgetting a customer ===

    def action_anonymize(self):
        """Remove personal data from closed records. This cannot be undone.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when a record is not closed
        """
        self.check_access("write")
        if not self.env.user.has_group("rma_management.group_rma_manager"):
            raise AccessError(self.env._("Only returns managers can anonymize returns."))
        due = self.filtered(lambda record: not record.date_anonymized)
        for record in due:
            if refusal := record._get_anonymize_refusal():
                raise UserError(refusal)
        for record in due:
            # Managers may have no rights on the messages and files of others or on website requests.
            record.sudo()._anonymize()
            record._message_log(body=self.env._("Anonymized."))
        return True

    def _anonymize(self):
        """Remove personal data. Override this for what each model holds."""
        self.ensure_one()

    # === Messages ===

    def _anonymize_messages(self, people):
        """Remove personal data from messages, keeping their dates and the log of changes.

        :param people: `res.partner` records to remove
        """
        self.ensure_one()
        on_record = [("model", "=", self._name), ("res_id", "=", self.id)]
        messages = self.env["mail.message"].search(on_record)
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
