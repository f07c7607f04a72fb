import base64

from markupsafe import Markup
from odoo import SUPERUSER_ID, Command, api, models
from odoo.tools import clean_context

ANNOUNCEMENTS = "rma_management.announcements"
# Forward transitions only. Stepping back, as when a receipt is undone, is not announced.
PROGRESS = {"draft": 0, "requested": 1, "approved": 2, "processing": 3, "done": 4, "rejected": 5, "cancel": 5}


class RmaOrder(models.Model):
    """Notify the customer, the administrators and the followers of status changes.

    Only the net change of a transaction counts; what is rolled back is not announced. The transaction records what is
    to be told; a job tells it after the commit.
    """

    _inherit = "rma.order"
    # Emails go to the address of the return if it differs from the customer's.
    _mail_defaults_to_email = True

    # === Changes to announce ===

    def _message_track(self, fields_iter, initial_values_dict):
        tracking = super()._message_track(fields_iter, initial_values_dict)
        changed = self.filtered(lambda order: "state" in (tracking.get(order.id, (None,))[0] or ()))
        changed.filtered(
            lambda order: order._is_news(initial_values_dict[order.id]["state"], order.state)
        )._announce_later()
        return tracking

    def _track_post_template_finalize(self):
        # Odoo tracks nothing of what was made in the same transaction, as a request on the portal.
        self._announce_later()
        return super()._track_post_template_finalize()

    @api.model
    def _is_news(self, old_state, new_state):
        """Return whether a status change is announced.

        :param old_state: status at the beginning of the transaction
        :param new_state: status at its end
        :rtype: bool
        """
        return PROGRESS[new_state] > PROGRESS[old_state]

    def _announce_later(self):
        """Schedule announcements for the end of the transaction."""
        if self:
            precommit = self.env.cr.precommit
            if ANNOUNCEMENTS not in precommit.data:
                precommit.data[ANNOUNCEMENTS] = set()
                precommit.add(self._announce_changes)
            precommit.data[ANNOUNCEMENTS].update(self.ids)

    def _announce_changes(self):
        """Record what is to be told about the changes of this transaction."""
        ids = self.env.cr.precommit.data.pop(ANNOUNCEMENTS, ())
        # Nothing is announced while modules and demo data are installed.
        if not ids or not self.env.registry.ready:
            return
        # Users who validate a receipt or post a credit note may not have access to the return.
        orders = self.with_context(clean_context(self.env.context)).sudo().browse(sorted(ids)).exists()
        # Customers are not told what ended before.
        orders = orders.filtered(lambda order: order.state != "draft" and not order.is_imported)
        self.env["rma.announcement"]._queue(orders._prepare_announcements())

    def _prepare_announcements(self):
        """Prepare what is to be told about the current status of these returns: by email and SMS to the customer, and
        to staff.

        :return: list of values of `rma.announcement`
        """
        messages = self._get_status_messages()
        followed = self._filter_followed()
        vals_list = []
        for order in self:
            company = order.company_id
            kinds = {
                "mail": company[f"rma_mail_{order.state}_template_id"],
                "sms": company[f"rma_sms_{order.state}_template_id"] and order.partner_id.phone,
                "staff": order in followed or company.rma_notify_user_ids,
            }
            vals_list += [
                {"order_id": order.id, "kind": kind, "state": order.state, "log_id": messages[order.id].id}
                for kind, is_wanted in kinds.items()
                if is_wanted
            ]
        return vals_list

    @api.model
    def _cron_announce(self):
        """Tell what transactions recorded."""
        self.env["rma.announcement"]._cron_tell()

    # === Notifications ===

    def _mail_template(self, template, with_reports=True):
        """Mail a template to the customer.

        :param template: `mail.template` record
        :param with_reports: whether to attach the PDF that the template names, or to say where it is
        :return: `mail.message` record, empty where there is no template
        """
        self.ensure_one()
        if not template:
            return self.env["mail.message"]
        names = ["attachment_ids", "body_html", "email_from", "email_to", "partner_to", "subject"]
        if with_reports:
            names.append("report_template_ids")
        values = template._generate_template(self.ids, names)[self.id]
        if not with_reports:
            values["body_html"] = (values["body_html"] or Markup()) + self._get_missing_slip_words()
        return self.message_post(**self._prepare_status_message_values(template, values))

    def _get_missing_slip_words(self):
        """Return the paragraph of a mail that goes without its slip.

        :rtype: Markup
        """
        order = self.with_context(lang=self.partner_id.lang)
        return Markup('<p>%s <a href="%s">%s</a></p>') % (
            order.env._("We could not attach the return slip to this email. You can print it from this page:"),
            order.get_base_url() + order.get_portal_url(),
            order.env._("Your return %s", order.name),
        )

    def _ask_to_tell(self, summary, reason):
        """Create an activity for the person responsible, or else for somebody who may approve.

        :param summary: what is to be done
        :param reason: what failed
        """
        self.ensure_one()
        user = self._get_responsible() or self._get_approvers()[:1] or self.env.user
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=user._get_rma_today(),
            summary=summary,
            note=reason,
            user_id=user.id,
        )

    def _prepare_status_message_values(self, template, values):
        """Prepare the message to the customer.

        :param template: `mail.template` record
        :param values: what it gives for this return
        :return: arguments of `message_post`
        """
        return {
            "subject": values["subject"],
            "body": values["body_html"],
            "email_from": values["email_from"] or None,
            "partner_ids": values.get("partner_ids") or [],
            # An address of the return that is not the customer's makes no contact of its own.
            "outgoing_email_to": values.get("email_to") or False,
            "attachment_ids": values.get("attachment_ids") or [],
            "attachments": [(name, base64.b64decode(data)) for name, data in values.get("attachments") or []],
            "message_type": "auto_comment",
            "subtype_xmlid": "rma_management.mt_rma_customer",
            "email_layout_xmlid": template.email_layout_xmlid or "rma_management.mail_layout",
            # Around the mail, in the language that it is written in.
            "force_email_lang": template._render_lang(self.ids)[self.id],
            "email_add_signature": False,
            "mail_auto_delete": template.auto_delete,
            "notify_author_mention": True,
        }

    def _text_status(self):
        """Send the current status by SMS, if the settings have a template and the customer has a number.

        :return: `mail.message` record
        """
        self.ensure_one()
        template = self.company_id[f"rma_sms_{self.state}_template_id"]
        if not template or not self.partner_id.phone:
            return self.env["mail.message"]
        # Use the queue of Odoo, because sending immediately cannot be rolled back.
        return self._message_sms_with_template(template, partner_ids=self.partner_id.ids, put_in_queue=True)

    def _get_slip_sentence(self):
        """Return what the customer reads by SMS of what is to be sent with which slip.

        :rtype: str
        """
        self.ensure_one()
        if not any(line.qty_expected for line in self.line_ids):
            return self.env._("You do not need to send anything.")
        if self._has_mailed_slip():
            return self.env._("Please send us the items with the slip we emailed you.")
        return self.env._(
            "Please send us the items with the slip from this page: %s", self.get_base_url() + self.get_portal_url()
        )

    def _has_mailed_slip(self):
        """Return whether the last mail about the status had a slip.

        :rtype: bool
        """
        self.ensure_one()
        message = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "auto_comment"),
                ("subtype_id", "=", self.env.ref("rma_management.mt_rma_customer").id),
            ],
            order="id desc",
            limit=1,
        )
        return bool(message.attachment_ids)

    def _notify_status(self, message, state):
        """Notify the administrators of the company and the subscribed followers.

        :param message: `mail.message` that logs the change
        :param state: the new status
        """
        self.ensure_one()
        message.write(
            {
                "subtype_id": self.env.ref(f"rma_management.mt_rma_{state}").id,
                "partner_ids": [Command.set(self.company_id.rma_notify_user_ids.partner_id.ids)],
            }
        )
        self._notify_thread(message)

    def _filter_followed(self):
        """Return the returns with followers subscribed to status changes."""
        subtypes = self.env["mail.message.subtype"].browse(
            self.env.ref(f"rma_management.mt_rma_{state}").id for state in set(self.mapped("state"))
        )
        followers = self.env["mail.followers"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("subtype_ids", "in", subtypes.ids)]
        )
        return self.browse(set(followers.mapped("res_id")))

    def _get_status_messages(self):
        """Return the log messages of the last status change, creating missing ones.

        :return: {id of the return: `mail.message`}
        """
        field = self.env["ir.model.fields"]._get(self._name, "state")
        tracked = self.env["mail.tracking.value"].search(
            [
                ("field_id", "=", field.id),
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "in", self.ids),
            ],
            order="id",
        )
        messages = {message.res_id: message for message in tracked.mail_message_id.sorted("id")}
        new = self.filtered(lambda order: order.id not in messages)
        description = self.fields_get(["state"], attributes=("string", "type", "selection"))["state"]
        values = []
        logged = {}
        # Automatic approvals belong to the system, whoever requested them.
        for by_system, orders in new.grouped(lambda order: order.approved_by_id.id == SUPERUSER_ID).items():
            authors = orders.with_user(SUPERUSER_ID) if by_system else orders
            logged.update(zip(orders, authors._message_log_batch({}), strict=True))
        for order in new:
            message = messages[order.id] = logged[order]
            values.append(
                {
                    **self.env["mail.tracking.value"]._create_tracking_values(
                        "draft", order.state, "state", description, order
                    ),
                    "mail_message_id": message.id,
                }
            )
        self.env["mail.tracking.value"].create(values)
        return messages
