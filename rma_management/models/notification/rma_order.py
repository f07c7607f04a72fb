import base64
import logging

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.tools import SQL, clean_context, split_every
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

# A transaction that changes more returns than this leaves their messages to the scheduled job: users do not wait
# for the slips of a hundred returns.
ANNOUNCE_LIMIT = 5
ANNOUNCE_BATCH = 20
ANNOUNCEMENTS = "rma_management.announcements"
# Forward transitions only. Stepping back, as when a receipt is undone, is not announced.
PROGRESS = {"draft": 0, "requested": 1, "approved": 2, "processing": 3, "done": 4, "rejected": 5, "cancel": 5}


class RmaOrder(models.Model):
    """Notify the customer, the administrators and the followers of status changes.

    Only the net change of a transaction counts; what is rolled back is not announced.
    """

    _inherit = "rma.order"
    # Emails go to the address of the return if it differs from the customer's.
    _mail_defaults_to_email = True

    state_to_announce = fields.Char(
        readonly=True, copy=False, index="btree_not_null", help="Status that has not been announced yet."
    )

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
        """Announce a few status changes now, and leave many to the scheduled job."""
        ids = self.env.cr.precommit.data.pop(ANNOUNCEMENTS, ())
        # Nothing is announced while modules and demo data are installed.
        if not ids or not self.env.registry.ready:
            return
        # Users who validate a receipt or post a credit note may not have access to the return.
        orders = self.with_context(clean_context(self.env.context)).sudo().browse(sorted(ids)).exists()
        # Customers are not told what ended before.
        orders = orders.filtered(lambda order: order.state != "draft" and not order.is_imported)
        if len(orders) > ANNOUNCE_LIMIT:
            orders._queue_announcements()
        else:
            orders._announce()

    def _queue_announcements(self):
        self.flush_recordset(["state"])
        self.env.cr.execute(SQL("UPDATE rma_order SET state_to_announce = state WHERE id IN %s", tuple(self.ids)))
        self.invalidate_recordset(["state_to_announce"])
        self.env.ref("rma_management.ir_cron_announce")._trigger()

    @api.model
    def _cron_announce(self):
        """Announce queued status changes. Each batch is committed with its messages."""
        waiting = self.search([("state_to_announce", "!=", False)], order="id")
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for ids in split_every(ANNOUNCE_BATCH, waiting.ids):
            if not remaining_time:
                break
            # Locked returns are announced the next time. Read again: others may be announced already.
            batch = self.browse(ids).exists().try_lock_for_update(allow_referencing=True)
            batch.invalidate_recordset(["state", "state_to_announce"])
            batch = batch.filtered("state_to_announce")
            # If the status changed since, only the current one is announced.
            due = batch.filtered(lambda order: order.state == order.state_to_announce)
            batch.write({"state_to_announce": False})
            due._announce()
            due._notify_step_activities()
            remaining_time = self.env["ir.cron"]._commit_progress(len(ids))

    # === Notifications ===

    def _announce(self):
        """Notify customers, administrators and followers of the current status of these returns."""
        self.filtered("state_to_announce").write({"state_to_announce": False})
        messages = self._get_status_messages()
        followed = self._filter_followed()
        for order in self:
            order = order.with_company(order.company_id)
            order._try_to_tell(order._mail_status)
            order._try_to_tell(order._text_status)
            if order in followed or order.company_id.rma_notify_user_ids:
                order._try_to_tell(order._notify_status, messages[order.id])

    def _try_to_tell(self, method, *args):
        """Call a notification method. A failure is logged on the return without stopping the transaction.

        :param method: bound method of this return
        :param args: its arguments
        """
        try:
            with self.env.cr.savepoint():
                method(*args)
        except OperationalError:
            # The database wants the whole transaction to be run again.
            raise
        except Exception as error:  # pylint: disable=broad-except
            _logger.warning("Could not send the status notifications of return %s", self.name, exc_info=True)
            self._message_log(body=self.env._("The notification about the new status could not be created: %s", error))

    def _mail_status(self):
        """Email the current status to the customer, with the template in the settings.

        :return: `mail.message` record, empty if that email is disabled
        """
        self.ensure_one()
        return self._mail_template(self.company_id[f"rma_mail_{self.state}_template_id"])

    def _mail_template(self, template):
        """Mail a template to the customer.

        :param template: `mail.template` record
        :return: `mail.message` record, empty where there is no template
        """
        self.ensure_one()
        if not template:
            return self.env["mail.message"]
        values = template._generate_template(
            self.ids,
            ("attachment_ids", "body_html", "email_from", "email_to", "partner_to", "report_template_ids", "subject"),
        )[self.id]
        return self.message_post(**self._prepare_status_message_values(template, values))

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
            "email_layout_xmlid": template.email_layout_xmlid or "mail.mail_notification_light",
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
        # Use the queue, because sending immediately cannot be rolled back.
        return self._message_sms_with_template(template, partner_ids=self.partner_id.ids, put_in_queue=True)

    def _notify_status(self, message):
        """Notify the administrators of the company and the subscribed followers.

        :param message: `mail.message` that logs the change
        """
        self.ensure_one()
        message.write(
            {
                "subtype_id": self.env.ref(f"rma_management.mt_rma_{self.state}").id,
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
