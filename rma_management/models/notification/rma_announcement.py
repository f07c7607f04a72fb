import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import clean_context
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

# Nobody else takes an announcement before its job must have ended: the server kills jobs that take longer.
LEASE = timedelta(minutes=15)
# How long the job waits after each failure; after the last one a person is asked. After the first of them it looks
# whether the mail server took the mail.
WAITS = [timedelta(minutes=minutes) for minutes in (2, 10, 60, 300)]
# Failures that sending again does not mend; the user reads them at the message.
PERMANENT_FAILURES = ("mail_email_invalid", "mail_email_missing", "mail_bl", "mail_optout", "mail_dup")


class RmaAnnouncement(models.Model):
    """What is still to be told about a return, recorded by the step that causes it and told by a job after its commit.

    Rendering a slip takes seconds, in which wkhtmltopdf fetches its styles from a worker of this server. Steps of
    business do not wait for it: neither do they hold locks meanwhile, nor can they take all the workers that are to
    answer. The job is safe since it is no worker: with `--workers` jobs have processes of their own, without they have
    threads of their own, and both leave all that answers requests free to serve the styles.

    An announcement is told and deleted in one transaction: if two jobs told it, the second could not delete it, and
    what it told would be rolled back. An addon adds a kind with a method `_tell_<kind>`, which returns the
    message that it mailed, if any.
    """

    _name = "rma.announcement"
    _description = "Announcement about a Return"
    _order = "id"

    order_id = fields.Many2one(
        "rma.order", string="Return", required=True, index=True, ondelete="cascade", help="What is told is about it."
    )
    kind = fields.Selection(
        [("mail", "Email"), ("sms", "SMS"), ("staff", "Staff")], required=True, help="Who is told, and how."
    )
    state = fields.Char(string="Status", help="Status of the return that is told.")
    log_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null", help="Message that logs the change of status."
    )
    date_next = fields.Datetime(
        string="Due", required=True, default=fields.Datetime.now, index=True, help="No job tells it before."
    )
    attempt_count = fields.Integer(string="Attempts", help="How often a job began to tell it.")
    is_running = fields.Boolean(help="If set and due, the job that told it was stopped.")
    is_plain = fields.Boolean(string="Without PDF", help="A job was stopped while it told this: the PDF may be why.")
    mail_message_id = fields.Many2one(
        "mail.message",
        index="btree_not_null",
        ondelete="cascade",
        help="Message that was mailed, while the mail server has not taken it.",
    )

    @api.model
    def _queue(self, vals_list):
        """Record what is to be told once this transaction is committed. What is recorded already is not repeated.

        :param vals_list: list of values
        """
        # Nobody is told anything while modules and demo data are installed.
        if not vals_list or not self.env.registry.ready:
            return
        # Whoever causes an announcement need not see it.
        announcements = self.sudo().with_context(clean_context(self.env.context))
        names = self._get_news_fields()
        waiting = announcements.search(
            [
                ("order_id", "in", [vals["order_id"] for vals in vals_list]),
                ("is_running", "=", False),
                ("mail_message_id", "=", False),
            ]
        )
        known = {tuple(vals[name] or False for name in names) for vals in waiting.read(names, load="")}
        new = [vals for vals in vals_list if tuple(vals.get(name) or False for name in names) not in known]
        announcements.create(new)
        self._trigger_job()

    @api.model
    def _get_news_fields(self):
        """Return the fields that say what is told. An addon adds those of its kinds.

        :return: list of field names
        """
        return ["order_id", "kind", "state"]

    @api.model
    def _trigger_job(self, date=None):
        self.env.ref("rma_management.ir_cron_announce").sudo()._trigger(date)

    # === Job ===

    @api.model
    def _cron_tell(self):
        """Tell what is due, each announcement in transactions of its own."""
        due = self.search([("date_next", "<=", fields.Datetime.now())])
        if due:
            # Should this job be stopped, another one goes on.
            self._trigger_job(fields.Datetime.now() + LEASE)
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(due))
        for announcement in due:
            if not remaining_time:
                break
            announcement._run()
            remaining_time = self.env["ir.cron"]._commit_progress(1)
        later = self.search([], order="date_next", limit=1).date_next
        if later:
            self._trigger_job(max(later, fields.Datetime.now()))

    def _run(self):
        """Claim and tell one announcement. What fails is told later."""
        self.ensure_one()
        if not self._claim():
            return
        attempt = self.attempt_count
        # With the claim committed, no lock is held while a PDF is rendered.
        self.env["ir.cron"]._commit_progress()
        try:
            self._tell()
        except Exception as error:  # pylint: disable=broad-except
            self.env.cr.rollback()
            self.env.invalidate_all()
            _logger.warning("Could not tell announcement %s", self.id, exc_info=True)
            # Another job may have told it meanwhile, or the return was deleted.
            if self.exists() and self.attempt_count == attempt:
                self._fail(error)

    def _claim(self):
        """Take an announcement, so that no other job tells it.

        :return: whether it was taken
        """
        try:
            claimed = self.try_lock_for_update()
        except OperationalError:
            # Another job took or told it since this transaction began.
            self.env.cr.rollback()
            self.env.invalidate_all()
            return False
        claimed.invalidate_recordset()
        if not claimed.exists() or claimed.date_next > fields.Datetime.now():
            return False
        self.write(
            {
                "date_next": fields.Datetime.now() + LEASE,
                "attempt_count": self.attempt_count + 1,
                "is_plain": self.is_plain or self.is_running,
                "is_running": True,
            }
        )
        return True

    def _tell(self):
        """Tell an announcement, and delete it unless its mail is still to be delivered."""
        if self.attempt_count > len(WAITS) + 1:
            raise TimeoutError(self.env._("The job was stopped each time."))
        message = self._follow_delivery() if self.mail_message_id else getattr(self, f"_tell_{self.kind}")()
        if not message or not self._get_undelivered(message):
            self.unlink()
        elif self.mail_message_id:
            self._postpone()
        else:
            self.write({"mail_message_id": message.id, "attempt_count": 0})
            self._postpone()

    def _postpone(self):
        """Leave the next try to a later job."""
        wait = WAITS[max(0, min(self.attempt_count, len(WAITS)) - 1)]
        self.write({"date_next": fields.Datetime.now() + wait, "is_running": False})

    def _fail(self, error):
        """Try again later, and in the end ask a person. The return shows what failed.

        :param error: exception
        """
        order = self._get_order()
        if self.attempt_count > len(WAITS):
            order._ask_to_tell(self.env._("Notify the customer: the message could not be created"), str(error))
            self.unlink()
            return
        # What collided with another transaction is no news.
        if self.attempt_count <= 1 and not isinstance(error, OperationalError):
            order._message_log(body=self.env._("The notification about the new status could not be created: %s", error))
        self._postpone()

    def _get_order(self):
        """Return the return, as seen by whoever caused the announcement: history names them.

        :return: `rma.order` record
        """
        user = self.create_uid or self.env.user
        # Users who validate a receipt or post a credit note may not have access to the return.
        order = self.order_id.with_user(user).sudo()
        # Odoo leaves mails of jobs to its queue, which runs once an hour.
        order = order.with_context(lang=user.lang, mail_notify_force_send=True)
        return order.with_company(order.company_id)

    # === Kinds ===

    def _tell_mail(self):
        """Mail the status to the customer.

        :return: `mail.message` record
        """
        order = self._get_order()
        # Customers are told the current status only.
        if order.state != self.state:
            return self.env["mail.message"]
        return self._mail_with_slip(order.company_id[f"rma_mail_{self.state}_template_id"])

    def _tell_sms(self):
        order = self._get_order()
        if order.state == self.state:
            order._text_status()

    def _tell_staff(self):
        """Notify the administrators of the company and the subscribed followers."""
        if self.log_id:
            self._get_order()._notify_status(self.log_id, self.state)

    def _mail_with_slip(self, template):
        """Mail a template to the customer, with the PDF that it names.

        :param template: `mail.template` record
        :return: `mail.message` record, empty where there is no template
        """
        order = self._get_order()
        if not template.report_template_ids:
            return order._mail_template(template)
        return self._try_with_pdf(
            lambda with_reports: order._mail_template(template, with_reports),
            self.env._("Send the slip to the customer"),
        )

    def _try_with_pdf(self, tell, summary):
        """Tell something with its PDF. If there is none, tell it without, and ask somebody to look after it.

        :param tell: function that tells it, called with whether to render the PDF
        :param summary: what that person has to do
        :return: what the function returns
        """
        reason = self.env._("The PDF was not ready in time.")
        if not self.is_plain:
            try:
                with self.env.cr.savepoint():
                    return tell(True)
            except OperationalError:
                raise
            except Exception as error:  # pylint: disable=broad-except
                # wkhtmltopdf may be missing or fail, the report or the disk may be at fault.
                _logger.warning("Could not render the PDF of return %s", self.order_id.name, exc_info=True)
                reason = str(error)
        result = tell(False)
        self._get_order()._ask_to_tell(summary, reason)
        return result

    # === Delivery ===

    @api.model
    def _get_undelivered(self, message):
        """Return the mails of a message that the mail server has not taken.

        :param message: `mail.message` record
        :return: `mail.mail` records
        """
        mails = self.env["mail.mail"].search(
            [("mail_message_id", "=", message.id), ("state", "in", ("outgoing", "exception"))]
        )
        return mails.filtered(lambda mail: mail.failure_type not in PERMANENT_FAILURES)

    def _follow_delivery(self):
        """Send a mail again that the mail server did not take, and in the end ask a person.

        :return: `mail.message` record while it is to be looked after
        """
        failed = self._get_undelivered(self.mail_message_id).filtered(lambda mail: mail.state == "exception")
        if self.attempt_count <= len(WAITS):
            failed.mark_outgoing()
            failed.send_after_commit()
            return self.mail_message_id
        if failed:
            self._get_order()._ask_to_tell(
                self.env._("Notify the customer: the mail server did not take the message"), failed[0].failure_reason
            )
        return self.env["mail.message"]
