from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import clean_context, split_every

STEPS = "rma_management.steps"
# The mails about more new activities than this are left to the scheduled job.
MAIL_LIMIT = 5
REMINDER_BATCH = 50


class RmaOrder(models.Model):
    """What a return waits for: an activity for the person responsible, its deadline, and what is late."""

    _inherit = "rma.order"

    next_step = fields.Selection(
        [("approve", "Approve"), ("process", "Process")],
        compute="_compute_next_step",
        store=True,
        index="btree_not_null",
        help="The step that someone has to complete next.",
    )
    date_processing = fields.Datetime(
        string="Arrived on",
        compute="_compute_date_processing",
        store=True,
        copy=False,
        help="When the first goods of a return in processing arrived.",
    )
    is_late = fields.Boolean(
        compute="_compute_is_late",
        search="_search_is_late",
        help="Has been waiting for approval or processing longer than the settings allow.",
    )

    date_due = fields.Datetime(
        string="Due on",
        compute="_compute_date_due",
        store=True,
        copy=False,
        index="btree_not_null",
        help="When approval or processing is due by the settings. Empty if neither is pending or the settings have no "
        "limit.",
    )

    @api.depends("state", "has_extra", "line_ids.qty_to_settle")
    def _compute_next_step(self):
        for order in self:
            if order.state == "requested" or order.has_extra:
                order.next_step = "approve"
            elif order.state == "processing" and any(order.line_ids.mapped("qty_to_settle")):
                order.next_step = "process"
            else:
                order.next_step = False

    @api.depends("state")
    def _compute_date_processing(self):
        now = fields.Datetime.now()
        for order in self:
            order.date_processing = order.state == "processing" and (order.date_processing or now)

    @api.depends(
        "state", "date_requested", "date_processing", "company_id.rma_approval_days", "company_id.rma_process_days"
    )
    def _compute_date_due(self):
        for order in self:
            # All users see what is due; the number of days is a setting of the company.
            company = order.company_id.sudo()
            since, days = {
                "requested": (order.date_requested, company.rma_approval_days),
                "processing": (order.date_processing, company.rma_process_days),
            }.get(order.state, (False, 0))
            order.date_due = since and days and fields.Datetime.add(since, days=days)

    @api.depends("date_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            order.is_late = bool(order.date_due) and order.date_due < now

    def _search_is_late(self, operator, value):
        return Domain("date_due", "<", fields.Datetime.now()) if operator == "in" else NotImplemented

    # === Messages ===

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self._ask_to_answer(message)
        return result

    def _ask_to_answer(self, message):
        """Ask somebody to answer a customer whose message nobody else is notified of.

        :param message: `mail.message` record on this return
        """
        author = message.author_id.sudo()
        internal = message.is_internal or message.message_type not in ("comment", "email")
        if internal or (author and any(not user.share for user in author.user_ids)):
            return
        # Customers may read neither users nor activities.
        order = self.sudo()
        followers = order.message_partner_ids.user_ids.filtered(lambda user: not user.share)
        summary = self.env._("Answer the customer")
        user = order._get_person_in_charge()
        if followers or order.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        order.activity_schedule(
            "mail.mail_activity_data_todo", date_deadline=user._get_rma_today(), summary=summary, user_id=user.id
        )

    # === Activities ===

    def _compute_field_value(self, field):
        if field.name == "next_step":
            self._sync_step_activities_later()
        return super()._compute_field_value(field)

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._sync_step_activities_later(new_responsible=True)
        return result

    def _sync_step_activities_later(self, new_responsible=False):
        """Schedule the update of activities for the end of the transaction.

        :param new_responsible: whether open activities are reassigned to the current responsible
        """
        if self._origin.ids:
            precommit = self.env.cr.precommit
            if STEPS not in precommit.data:
                precommit.data[STEPS] = {}
                precommit.add(self._sync_step_activities)
            for order_id in self._origin.ids:
                precommit.data[STEPS][order_id] = new_responsible or precommit.data[STEPS].get(order_id, False)

    def _sync_step_activities(self):
        """Update the automatic activities to the next step of the returns, in one batch."""
        touched = self.env.cr.precommit.data.pop(STEPS, {})
        # Users who receive goods may not have access to the return or to others' activities.
        orders = self.with_context(clean_context(self.env.context)).sudo().browse(sorted(touched)).exists()
        if orders:
            orders._update_step_activities(touched)

    def _update_step_activities(self, touched):
        """Update the automatic activities of these returns. A room with an activity of its own adds it.

        :param touched: {id of a return: whether open activities are reassigned to the current responsible}
        """
        activities = self._get_step_activities()
        over = activities.filtered(
            lambda activity: activity.activity_type_id != self.browse(activity.res_id)._get_step_activity_type()
        )
        over.unlink()
        activities -= over
        moved = activities.filtered(lambda activity: touched[activity.res_id])
        activities -= self._move_step_activities(moved)
        missing = self - self.browse(activities.mapped("res_id"))
        missing._create_step_activities()

    def _move_step_activities(self, activities):
        """Reassign activities to the current responsible.

        :param activities: open automatic `mail.activity` records of these returns
        :return: those deleted because no one is responsible anymore
        """
        users = {order.id: user for order, user in self._get_step_users().items()}
        unassigned = activities.filtered(lambda activity: not users[activity.res_id])
        others = (activities - unassigned).filtered(lambda activity: activity.user_id != users[activity.res_id])
        for user, user_activities in others.grouped(lambda activity: users[activity.res_id]).items():
            user_activities.write({"user_id": user.id})
        unassigned.unlink()
        return unassigned

    def _create_step_activities(self):
        """Create the activity for the next step of returns that have a responsible.

        :return: `mail.activity` records
        """
        due = self.filtered(lambda order: order._get_step_activity_type() and order._get_step_days())
        users = due._get_step_users()
        values = [order._prepare_step_activity_values(user) for order, user in users.items() if user]
        quiet = len(values) > MAIL_LIMIT or not self.env.registry.ready
        if quiet:
            self.env["rma.announcement"]._queue(
                [{"order_id": vals["res_id"], "kind": "activity"} for vals in values if vals["user_id"] != self.env.uid]
            )
        return self.env["mail.activity"].with_context(mail_activity_quick_update=quiet).create(values)

    def _prepare_step_activity_values(self, user):
        """Prepare the activity for the next step.

        :param user: `res.users` record who is asked
        :return: values of `mail.activity`
        """
        self.ensure_one()
        # The deadline is in the time zone of the assigned user, not of the current one.
        deadline = fields.Date.add(user._get_rma_today(), days=self._get_step_days())
        return self._prepare_automatic_activity_values(self._get_step_activity_type(), user, deadline)

    def _prepare_automatic_activity_values(self, kind, user, deadline):
        """Prepare an activity that this addon creates, and removes again once it has no point any more.

        :param kind: `mail.activity.type` record
        :param user: `res.users` record who is asked
        :param deadline: date
        :return: values of `mail.activity`
        """
        self.ensure_one()
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": kind.id,
            "summary": kind.with_context(lang=user.lang).summary,
            "user_id": user.id,
            "date_deadline": deadline,
            "automated": True,
        }

    def _get_person_in_charge(self):
        """Return who is asked where somebody has to be: the responsible, or else an approver or the administrator.

        :return: `res.users` record
        """
        return self._get_responsible() or self._get_approvers()[:1] or self.env.ref("base.user_admin")

    def _get_step_activity_type(self):
        """Return the activity type for the next step of this return.

        :return: `mail.activity.type` record, empty if it needs none
        """
        types = self._get_step_activity_types()
        return types.get(self.next_step, self.env["mail.activity.type"])

    @api.model
    def _get_step_activity_types(self):
        """Return the types of the automatic activities.

        :return: {step: `mail.activity.type`}
        """
        # By the cache of external ids: this is asked for every return of a batch.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        ids = {
            step: find(f"rma_management.mail_activity_type_{step}")
            for step, _label in self._fields["next_step"]._description_selection(self.env)
        }
        return {step: self.env["mail.activity.type"].browse(type_id) for step, type_id in ids.items() if type_id}

    def _get_step_days(self):
        """Return the number of days for the next step of this return.

        :return: int, 0 for no limit and no activity
        """
        self.ensure_one()
        return {"approve": self.company_id.rma_approval_days, "process": self.company_id.rma_process_days}.get(
            self.next_step, 0
        )

    def _get_step_users(self):
        """Return who is asked for the next step: the responsible, or for an approval that is not theirs to give, the
        approver with the fewest open returns to approve.

        :return: {return: `res.users` record, empty if nobody is there to be asked}
        """
        users = {}
        loads = None
        for order in self:
            user = users[order] = order._get_responsible()
            if order.next_step != "approve":
                continue
            value = order.extra_amount if order.has_extra else None
            if user and order._may_be_asked(user, value):
                continue
            loads = self._get_approver_loads() if loads is None else loads
            if approvers := order._get_approvers(value):
                user = users[order] = min(approvers, key=lambda approver: (loads.get(approver, 0), approver.id))
                loads[user] = loads.get(user, 0) + 1
        return users

    def _get_responsible(self):
        """Return the user responsible for this return: by default the one of the sales team, of the warehouse, or of
        the settings.

        :return: `res.users` record
        """
        self.ensure_one()
        # Teams and warehouses are read for whoever is to be asked, not for whoever caused the step.
        order = self.sudo()
        by_default = (
            order.sale_order_id.team_id.rma_responsible_id,
            order.warehouse_id.rma_responsible_id,
            order.company_id.rma_responsible_id,
        )
        known = (user for user in by_default if user.active and order.company_id in user.company_ids)
        return self.user_id or next(known, self.env["res.users"])

    @api.model
    def _get_approver_loads(self):
        """Return how many returns wait for each approver.

        :return: {`res.users` record: number of open activities}
        """
        kind = self._get_step_activity_types()["approve"]
        domain = self._get_step_activity_domain() & Domain("activity_type_id", "=", kind.id)
        return dict(self.env["mail.activity"]._read_group(domain, ["user_id"], ["__count"]))

    def _get_step_activities(self):
        """Return the open automatic activities of these returns.

        :return: `mail.activity` records
        """
        return self.env["mail.activity"].search(self._get_step_activity_domain() & Domain("res_id", "in", self.ids))

    @api.model
    def _get_step_activity_domain(self):
        types = self.env["mail.activity.type"].union(*self._get_step_activity_types().values())
        return (
            Domain("res_model", "=", self._name)
            & Domain("activity_type_id", "in", types.ids)
            & Domain("automated", "=", True)
        )

    def _notify_step_activities(self):
        """Send the delayed activity emails, except to the user who created the activities."""
        activities = self._get_step_activities()
        activities.filtered(lambda activity: activity.user_id != activity.create_uid).action_notify()

    @api.model
    def _get_overdue_step_activities(self):
        """Return the automatic activities that are overdue in the time zone of their user.

        :return: `mail.activity` records
        """
        activities = self.env["mail.activity"].search(
            self._get_step_activity_domain() & Domain("user_id.active", "=", True)
        )
        return activities.filtered(lambda activity: activity.state == "overdue")

    @api.model
    def _cron_remind_overdue(self):
        """Email users their overdue returns once a day."""
        by_user = self._get_overdue_step_activities().grouped("user_id")
        users = self.env["res.users"].union(*by_user).filtered(lambda user: user._needs_rma_reminder())
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(users))
        for batch in split_every(REMINDER_BATCH, users.ids, users.browse):
            if not remaining_time:
                break
            batch._send_rma_reminders()
            remaining_time = self.env["ir.cron"]._commit_progress(len(batch))
