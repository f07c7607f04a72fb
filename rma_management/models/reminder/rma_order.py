from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

REMINDER_BATCH = 100
# As long as goods are expected.
AWAITING_STATES = ("approved", "processing")


class RmaOrder(models.Model):
    """Remind customers to send the goods, and somebody of what was given for goods that did not come."""

    _inherit = "rma.order"

    date_send_by = fields.Date(
        string="To Send by",
        compute="_compute_date_send_by",
        help="By when the customer has to send the goods, as the slip and the website say.",
    )
    is_overdue = fields.Boolean(
        string="Goods Overdue",
        compute="_compute_date_send_by",
        search="_search_is_overdue",
        help="The goods have not arrived, and the date by which the customer had to send them is over.",
    )
    date_reminded = fields.Date(
        string="Reminded on", readonly=True, copy=False, help="When the customer was reminded to send the goods."
    )

    @api.depends("state", "date_approved", "company_id", "line_ids.qty_expected", "line_ids.qty_without_receipt")
    def _compute_date_send_by(self):
        today = fields.Date.context_today(self)
        for order in self:
            order.date_send_by = order._get_send_by_date()
            # Not what somebody has stopped expecting, by canceling its receipt.
            is_expected = any(order.line_ids.mapped("qty_expected"))
            order.is_overdue = bool(order.date_send_by) and order.date_send_by < today and is_expected

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._search_awaited(days=0).filtered("is_overdue").ids)

    @api.model
    def _search_awaited(self, days):
        """Return the returns whose goods have to be sent within some days from today, or had to be sent before.

        :param days: int
        :return: `rma.order` records; a few of the day after them, whose date depends on the time zone
        """
        # Everybody who sees a return sees its date; the number of days is a setting of the company.
        companies = self.env["res.company"].sudo().search([("rma_send_days", ">", 0)])
        latest = fields.Datetime.now() + timedelta(days=days + 1)
        domains = [
            Domain("company_id", "=", company.id)
            & Domain("date_approved", "<", latest - timedelta(days=company.rma_send_days))
            for company in companies
        ]
        expected = Domain("state", "in", AWAITING_STATES) & Domain(
            "line_ids", "any", Domain("qty_expected", ">", 0) & Domain("state", "in", AWAITING_STATES)
        )
        return self.search(expected & Domain.OR(domains))

    # === Reminding the customer ===

    def _is_to_remind(self):
        """Return whether the customer is to be reminded now: the date is near, and nothing was sent as far as we know.

        :rtype: bool
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        days = self.company_id.rma_reminder_days
        send_by = self._get_send_by_date()
        # Nobody is reminded on the day of the approval.
        if not (days and send_by and today <= send_by <= today + timedelta(days=days)):
            return False
        approved = fields.Date.context_today(self, self.date_approved)
        return approved < today and not self._has_parcel_under_way()

    def _has_parcel_under_way(self):
        """Return whether the customer has sent something, as far as we know: it has a tracking number.

        :rtype: bool
        """
        self.ensure_one()
        receipts = self.line_ids._get_open_receipts().picking_id
        return any(receipts.mapped("carrier_tracking_ref"))

    @api.model
    def _cron_remind_customers(self):
        """Remind the customers whose goods have to be sent soon, once, and ask somebody to look after what was given
        for goods that did not come."""
        days = max(
            self.env["res.company"].search([("rma_reminder_days", ">", 0)]).mapped("rma_reminder_days"), default=0
        )
        awaited = self._search_awaited(days)
        near = awaited.filtered(lambda order: not order.date_reminded and order._is_to_remind())
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(near))
        for batch in split_every(REMINDER_BATCH, near.ids, near.browse):
            if not remaining_time:
                break
            batch._remind_customers()
            remaining_time = self.env["ir.cron"]._commit_progress(len(batch))
        awaited.filtered("is_overdue")._ask_for_overdue()

    def _remind_customers(self):
        """Remind the customers of these returns."""
        self.date_reminded = fields.Date.context_today(self)
        self.env["rma.announcement"]._queue([{"order_id": order.id, "kind": "reminder"} for order in self])

    # === Goods that did not come ===

    def _update_step_activities(self, touched):
        super()._update_step_activities(touched)
        activities = self._get_overdue_activities()
        activities.filtered(lambda activity: not self.browse(activity.res_id).is_overdue).unlink()

    def _get_overdue_activities(self):
        """Return the open activities about overdue goods of these returns.

        :return: `mail.activity` records
        """
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("activity_type_id", "in", self._get_overdue_activity_type().ids)
        return self.env["mail.activity"].search(domain & Domain("automated", "=", True))

    @api.model
    def _get_overdue_activity_type(self):
        """Return the type of these activities.

        :return: `mail.activity.type` record; empty where the shop wants none, and has deleted it
        """
        kind_id = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.mail_activity_type_overdue")
        return self.env["mail.activity.type"].browse(kind_id or [])

    def _ask_for_overdue(self):
        """Ask the responsible of overdue returns that were settled before the goods arrived, once for each."""
        kind = self._get_overdue_activity_type()
        if not kind:
            return
        settled = self.filtered(lambda order: "after" in order._get_receipt_policies())
        # Those that are done are archived: somebody has looked after them.
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", settled.ids)
        domain &= Domain("activity_type_id", "=", kind.id)
        asked = self.env["mail.activity"].with_context(active_test=False).search(domain).mapped("res_id")
        self.env["mail.activity"].create(
            [
                order._prepare_automatic_activity_values(kind, user, user._get_rma_today())
                for order in settled
                if order.id not in asked
                for user in order._get_person_in_charge()
            ]
        )
