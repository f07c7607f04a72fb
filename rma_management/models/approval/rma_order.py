from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError


class RmaOrder(models.Model):
    """Determine who may approve a return: by group, amount, second person, or automatically."""

    _inherit = "rma.order"

    requested_by_id = fields.Many2one(
        "res.users", string="Requested by", readonly=True, copy=False, help="Who requested approval."
    )
    approval_ids = fields.One2many(
        "rma.approval",
        "order_id",
        string="Approvals",
        readonly=True,
        groups="base.group_user",
        help="Approvals given, and by whom.",
    )
    can_approve = fields.Boolean(compute="_compute_can_approve")
    can_reject = fields.Boolean(compute="_compute_can_approve")
    approval_refusal = fields.Char(compute="_compute_can_approve", help="Why you cannot approve this return.")

    policy_refusal = fields.Text(
        string="Refused by Policy",
        compute="_compute_policy_refusal",
        help="What the return policy refuses and no returns manager has overridden.",
    )

    # === Computed fields ===

    @api.depends(
        "state",
        "amount_to_approve",
        "requested_by_id",
        "approval_ids.is_current",
        "line_ids.sale_line_id",
        "line_ids.move_id",
    )
    @api.depends_context("uid")
    def _compute_can_approve(self):
        """Show the buttons only when their methods would not refuse."""
        self.can_approve = self.can_reject = False
        self.approval_refusal = False
        for order in self.filtered(lambda order: order.state == "requested"):
            refusal = order._get_approval_refusal()
            order.approval_refusal = refusal
            order.can_approve = not refusal
            order.can_reject = not order._get_rejection_refusal()

    @api.depends("line_ids.policy_refusal", "line_ids.refusal_override_reason")
    def _compute_policy_refusal(self):
        for order in self:
            order.policy_refusal = "\n".join(
                f"{line.product_id.display_name}: {line.policy_refusal}"
                for line in order.line_ids
                if line.policy_refusal and not line.refusal_override_reason
            )

    def action_open_override_refusal(self):
        """Open the wizard that asks why a refusal is overridden.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override Refusal"),
            "res_model": "rma.override.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    # === CRUD ===

    def write(self, vals):
        res = super().write(vals)
        if self._get_approved_fields() & set(vals):
            self._lapse_waiting_approvals()
        return res

    @api.model
    def _get_approved_fields(self):
        """Return the fields, besides the items, whose change requires a new first approval.

        :return: set of field names
        """
        return {"company_id", "date_requested", "partner_id", "partner_shipping_id", "sale_order_id"}

    # === Rules ===

    def _user_is_manager(self):
        """Return whether the current user manages returns.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group("rma_management.group_rma_manager")

    def _get_approval_group(self, level):
        """Return the group whose members approve: that of the return policy for the items, or else of the company, or
        else the returns managers.

        :param level: "first" or "second"
        :return: `res.groups` record
        """
        self.ensure_one()
        # Settings are read for users who may not have access to them.
        company = self.company_id.sudo()
        group = company.rma_approval_group_id if level == "first" else company.rma_second_approval_group_id
        group = (level == "first" and self._get_policy_groups()[:1]) or group
        # Not with `env.ref`, which queries the database each time.
        manager_id = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.group_rma_manager")
        return group or self.env["res.groups"].sudo().browse(manager_id)

    def _get_first_approval(self, value=None):
        """Return the first approval of a return that waits for the second one.

        :param value: float, what is to be approved; the value of the items by default
        :return: `rma.approval` record, empty if the first one is still missing
        """
        self.ensure_one()
        if not self._needs_second_approval(value):
            return self.env["rma.approval"]
        return self._get_current_approvals("first", value)[:1]

    def _get_current_approvals(self, level, value=None):
        """Return the approvals that count.

        :param level: "first" or "second"
        :param value: float, what they must cover; the request by default
        :return: `rma.approval` records
        """
        self.ensure_one()
        return self.approval_ids.filtered(
            lambda approval: approval.is_current and approval.level == level and approval._covers(value)
        )

    def _get_approval_refusal(self, value=None):
        """Return why the current user cannot give the approval that this return waits for.

        :param value: float, what is to be approved; the value of the items by default
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        return "" if self.env.su else self._get_user_refusal(value)

    def _get_user_refusal(self, value=None):
        """Return why the current user, and nobody else on their behalf, cannot give the approval that is missing.

        :param value: float, what is to be approved; the value of the items by default
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        first = self._get_first_approval(value)
        return self._get_second_refusal(first) if first else self._get_first_refusal(value)

    def _get_approvers(self, value=None):
        """Return the users who may give the approval that is missing, by their group.

        :param value: float, what is to be approved; the value of the items by default
        :return: `res.users` records
        """
        self.ensure_one()
        level = "second" if self._get_first_approval(value) else "first"
        return self._get_approval_group(level).all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and self.company_id in user.company_ids
                and self._may_be_asked(user, value)
            )
        )

    def _may_be_asked(self, user, value=None):
        """Return whether a user may give the approval that is missing.

        :param user: `res.users` record
        :param value: float, what is to be approved; the value of the items by default
        :rtype: bool
        """
        self.ensure_one()
        # The question is about another user, who may not see the return yet.
        return not self.with_user(user).sudo()._get_user_refusal(value)

    def _get_first_refusal(self, value=None):
        """Return why the current user cannot give the first approval.

        :param value: float, what is to be approved; the value of the items by default
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        demanded = self._get_policy_groups()
        missing = (demanded or self._get_approval_group("first")) - self.env.user.all_group_ids
        # Company settings apply even if the user may not read them. What the policy demands knows no limit.
        if missing and (
            demanded or not self._is_within_lately(self.company_id.sudo().rma_approval_amount, self.env.user, value)
        ):
            return self.env._(
                "%(return)s needs approval by a member of “%(group)s”. Ask one of them.",
                **{"return": self.name, "group": missing[0].display_name},
            )
        if not self._user_is_manager() and not all(line.sale_line_id or line.move_id for line in self.line_ids):
            return self.env._(
                "%s contains items that no sales order delivered. Ask a returns manager to approve it.", self.name
            )
        return self._get_self_approval_refusal()

    def _get_second_refusal(self, first):
        """Return why the current user cannot give the second approval.

        :param first: `rma.approval` that was given already
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        group = self._get_approval_group("second")
        if first.user_id == self.env.user:
            return self.env._(
                "You already approved %(return)s. Because of its value, another member of “%(group)s” must approve "
                "it too.",
                **{"return": self.name, "group": group.display_name},
            )
        if group not in self.env.user.all_group_ids:
            return self.env._(
                "%(return)s needs a second approval by a member of “%(group)s”. Ask one of them.",
                **{"return": self.name, "group": group.display_name},
            )
        return self._get_self_approval_refusal()

    def _get_self_approval_refusal(self):
        """Return why the current user cannot approve their own request.

        :return: sentence, empty if allowed
        """
        # Company settings apply even if the user may not read them.
        if self.requested_by_id == self.env.user and not self.company_id.sudo().rma_self_approval:
            return self.env._("You requested %s yourself. Someone else must approve it.", self.name)
        return ""

    def _get_rejection_refusal(self):
        """Return why the current user cannot reject: users who may give an approval may reject, too.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if self.env.su:
            return ""
        return self._get_first_refusal() and self._get_approval_refusal()

    def _check_may_approve(self):
        """:raise AccessError: when the current user may not approve one of these returns"""
        for order in self:
            if refusal := order._get_approval_refusal():
                raise AccessError(refusal)

    def _check_may_reject(self):
        """:raise AccessError: when the current user may not reject one of these returns"""
        for order in self:
            if refusal := order._get_rejection_refusal():
                raise AccessError(refusal)

    def _get_reopen_refusal(self):
        """Return why the current user cannot reset this return: only approvers reset rejected ones.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        groups = self._get_approval_group("first") | self._get_approval_group("second")
        if self.env.su or self.state != "rejected" or groups & self.env.user.all_group_ids:
            return ""
        return self.env._(
            "%(return)s was rejected. Ask a member of “%(group)s” to reset it, or create a new return.",
            **{"return": self.name, "group": groups[0].display_name},
        )

    def _check_may_reopen(self):
        """:raise AccessError: when the current user may not reset one of these returns"""
        for order in self:
            if refusal := order._get_reopen_refusal():
                raise AccessError(refusal)

    # === Approving ===

    def action_request_and_approve(self):
        """Request drafts, and approve those that the current user may approve. The others wait for somebody who may.

        :return: True
        :raise UserError: as `action_request` and `action_approve`
        """
        self.check_access("write")
        self.action_request()
        self.filtered(lambda order: order.state == "requested" and not order._get_approval_refusal()).action_approve()
        return True

    def _record_approvals(self, value=None):
        """Record that the current user approves these returns.

        :param value: float, what is approved; the value of the items by default
        :return: returns that need no other approval
        """
        values = []
        complete = self.browse()
        for order in self:
            first = order._get_first_approval(value)
            values.append(order._prepare_approval_values("second" if first else "first", value))
            if self.env.su or first or not order._needs_second_approval(value):
                complete |= order
        # Only this method writes approvals.
        self.env["rma.approval"].sudo().create(values)
        waiting = self - complete
        waiting._log_first_approval()
        # Another person is asked now.
        waiting._sync_step_activities_later(new_responsible=True)
        return complete

    def _prepare_approval_values(self, level, value=None):
        """Prepare the record of an approval by the current user.

        :param level: "first" or "second"
        :param value: float, what is approved; the value of the items by default
        :return: values of `rma.approval`
        """
        self.ensure_one()
        values = {"order_id": self.id, "user_id": self.env.uid, "level": level, "amount": value}
        if value is None:
            shipping = sum(self._get_planned_shipping().values())
            values.update(amount=self.amount_to_approve, amount_shipping=shipping)
        return values

    def _log_first_approval(self):
        if self:
            self._message_log_batch(
                {
                    order.id: self.env._(
                        "First approval given. Because of the value, a second approval by a member of “%s” is needed.",
                        order._get_approval_group("second").display_name,
                    )
                    for order in self
                }
            )

    def _approve_automatically(self):
        """Approve automatically what the settings allow."""
        orders = self.filtered(lambda order: order._is_harmless())
        if not orders:
            return
        system = self.env["res.users"].browse(SUPERUSER_ID)
        orders._lock_customers()
        # Changes up to here belong to the user, what follows to the system.
        self._track_finalize()
        # One after the other: each counts for the next.
        for order in orders:
            if order._is_within_lately(order.company_id.sudo().rma_auto_approval_amount, system):
                order._track_set_author(system.partner_id)
                order.with_user(system).action_approve()
                order.with_user(system)._message_log(
                    body=self.env._(
                        "Approved automatically: the settings require no approval for returns of this value."
                    )
                )

    def _is_harmless(self):
        """Return whether this return can be approved automatically up to a value: the return policy or else the reasons
        of all items allow it, and an order sold them.

        :rtype: bool
        """
        self.ensure_one()
        return (
            # Nothing to compute in companies that do not use it.
            bool(self.company_id.sudo().rma_auto_approval_amount)
            and all(line._allows_auto_approval() and line.sale_line_id for line in self.line_ids)
            and not self._needs_second_approval()
        )

    def _lapse_approvals(self):
        """Invalidate approvals, keeping them as history."""
        # Only this class writes approvals.
        approvals = self.sudo().approval_ids.filtered("is_current")
        if approvals:
            approvals.is_current = False

    def _lapse_waiting_approvals(self):
        """Require the first approval again if a return was changed before the second one."""
        self.filtered(lambda order: order.state == "requested")._lapse_approvals()
