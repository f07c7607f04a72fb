from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

OPEN_STATES = ("approved", "processing", "done")


class RmaOrder(models.Model):
    """Implement the lifecycle of a return: each step, its guard, and the visibility of its button."""

    _inherit = "rma.order"

    can_cancel = fields.Boolean(compute="_compute_can")
    can_draft = fields.Boolean(compute="_compute_can")
    can_process = fields.Boolean(compute="_compute_can")
    can_done = fields.Boolean(compute="_compute_can")
    can_receive = fields.Boolean(compute="_compute_can")
    can_send_back = fields.Boolean(compute="_compute_can")
    date_done = fields.Datetime(
        string="Done on",
        compute="_compute_date_done",
        store=True,
        readonly=True,
        copy=False,
        help="When everything was settled.",
    )
    reject_reason = fields.Text(readonly=True, copy=False, tracking=True, help="Reason given to the customer.")
    was_requested = fields.Boolean(
        string="On Record",
        readonly=True,
        copy=False,
        help="The return was requested once. It can be archived, but not deleted.",
    )
    date_approved = fields.Datetime(
        string="Approved on", readonly=True, copy=False, help="When the last required approval was given."
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False, help="Who gave the last required approval."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("cancel", "Canceled"),
        ],
        string="Status",
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        compute="_compute_state",
        store=True,
        readonly=False,
        help="Once approved, the status follows the documents.",
    )

    @api.depends("state", "line_ids.qty_received", "line_ids.is_settled", "line_ids.qty_without_receipt")
    @api.depends_context("uid")
    def _compute_can(self):
        """Show a button only when its method would not refuse."""
        for order in self:
            order.can_cancel = order._nothing_happened() and order.state in ("draft", "requested", "approved")
            order.can_draft = (
                order._nothing_happened()
                and order.state in ("requested", "approved", "rejected", "cancel")
                and not order._get_reopen_refusal()
            )
            order.can_process = order.state in OPEN_STATES and any(
                line.qty_to_settle or line.qty_to_dispose for line in order.line_ids
            )
            order.can_send_back = order.state == "processing" and bool(order.line_ids._get_repairs_to_send_back())
            order.can_done = order.state in ("approved", "processing") and not any(
                line.qty_to_settle or line.qty_away for line in order.line_ids
            )
            order.can_receive = order.state in OPEN_STATES and any(order.line_ids.mapped("qty_without_receipt"))

    @api.model
    def create_and_request(self, vals_list):
        """Create returns and request them in one transaction, for integrations: where a request is refused, as when
        somebody else was first, no draft is left behind.

        :param vals_list: values of the returns, or a list of them
        :return: list of their IDs
        :raise UserError: as `action_request`
        """
        orders = self.create(vals_list)
        orders.action_request()
        return orders.ids

    def action_request(self):
        """Request approval: `draft` becomes `requested`, and the quantities are reserved. If the settings allow it, the
        return becomes `approved` immediately.

        :return: True
        :raise UserError: when an item is incomplete, or more is asked than can still be returned
        """
        orders = self._filter_transition("requested", ("draft",))
        orders._check_complete()
        orders.line_ids._check_quantities()
        orders.line_ids._apply_policy()
        orders._set_state("requested", requested_by_id=self.env.uid, was_requested=True)
        orders._approve_automatically()
        return True

    def action_approve(self):
        """Approve: `requested` becomes `approved`, the receipts are created, and what does not wait for the goods is
        settled. If the settings require two people, the first approval is recorded, and the return stays
        `requested` until the second one.

        :return: True
        :raise AccessError: when the user may not approve, or has approved already where a second one must
        :raise UserError: when an item is incomplete, or more is asked than can still be returned
        """
        orders = self._filter_transition("approved", ("requested",))
        orders._check_may_approve()
        orders._check_complete()
        if orders.line_ids._apply_policy_to_changed():
            # It may demand somebody else.
            orders._check_may_approve()
        orders.line_ids._check_quantities()
        orders = orders._record_approvals()
        orders._set_state(
            "approved", date_approved=fields.Datetime.now(), approved_by_id=self.env.uid, reject_reason=False
        )
        orders.line_ids._create_receipts_on_approval()
        early = orders.filtered(
            lambda order: any(line.operation_type_id.receipt_policy != "before" for line in order.line_ids)
        )
        if early:
            early.action_settle()
        return True

    def action_reject(self, reason=None):
        """Reject: `requested` becomes `rejected`, and the customer gets the reason with the email of that status.

        :param reason: sentence for the customer
        :return: True
        :raise AccessError: when the user may give none of the approvals
        :raise UserError: when no reason is given
        """
        orders = self._filter_transition("rejected", ("requested",))
        if not orders:
            return True
        orders._check_may_reject()
        if not (reason or "").strip():
            raise UserError(self.env._("Enter the reason for rejecting the return. It is sent to the customer."))
        orders._set_state("rejected", reject_reason=reason.strip())
        return True

    def action_open_reject(self):
        """Open the wizard that asks for the reason for a rejection.

        :return: window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "rma.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_ids": self.ids},
        }

    def action_process(self):
        """Open the process screen with the plan filled in.

        :return: window action
        :raise UserError: when there is nothing to process
        """
        self.ensure_one()
        if not self.can_process:
            raise UserError(
                self.env._("There is nothing to process on %s. Receive the goods first.", self.name)
                if self.state == "approved"
                else self.env._("There is nothing to process on %s.", self.name)
            )
        return self.env["rma.process"].create({"rma_id": self.id})._get_window_action()

    def action_settle(self):
        """Settle all that is due by each line's plan. What is already settled is skipped.

        :return: True
        :raise UserError: when a return is not approved, or a document cannot be made
        """
        self._check_may_settle()
        self.line_ids._settle()
        return True

    def action_receive_again(self):
        """Create a receipt for what has neither arrived nor is expected, because the first one was canceled or the
        customer sends the rest after all.

        :return: True
        :raise UserError: when the return is not approved, or the quantities are taken by now
        """
        self._check_may_settle()
        lines = self.line_ids.filtered("qty_without_receipt")
        lines._check_quantities(missing_only=True)
        lines._create_receipts()
        return True

    def action_done(self):
        """Close the return: nothing more is expected. Open receipts are canceled.

        :return: True
        :raise UserError: when something that arrived is not settled, or a repaired product not sent back
        """
        orders = self._filter_transition("done", ("approved", "processing"))
        for order in orders:
            if not order.can_done:
                raise UserError(
                    self.env._(
                        "%s is not settled. Process what was received, and send repaired products back first.",
                        order.name,
                    )
                )
        orders._cancel_open_receipts()
        orders.filtered(lambda order: order.state != "done")._set_state("done")
        return True

    def action_cancel(self):
        """Cancel a return for which nothing was received or settled, with its open receipts.

        :return: True
        :raise UserError: when goods have arrived or documents exist
        """
        orders = self._filter_transition("cancel", ("draft", "requested", "approved"))
        orders._check_nothing_happened()
        orders._cancel_open_receipts()
        orders._revoke_decisions()
        orders._set_state("cancel", date_approved=False, approved_by_id=False)
        return True

    def action_draft(self):
        """Reset to draft a return for which nothing was received or settled.

        :return: True
        :raise AccessError: when it was rejected, and the user is none of those who approve
        :raise UserError: when goods have arrived or documents exist
        """
        orders = self._filter_transition("draft", ("requested", "approved", "rejected", "cancel"))
        orders._check_may_reopen()
        orders._check_nothing_happened()
        orders._cancel_open_receipts()
        orders._revoke_decisions()
        orders._lapse_approvals()
        orders._set_state(
            "draft", date_approved=False, approved_by_id=False, requested_by_id=False, reject_reason=False
        )
        return True

    def _filter_transition(self, target, sources):
        """Return the records to change in a transition, skipping those already in the target state.

        :param target: state to reach
        :param sources: states from which it can be reached
        :return: records to change
        :raise UserError: when a record is in any other state
        """
        self.check_access("write")
        states = dict(self._fields["state"]._description_selection(self.env))
        for order in self:
            if order.state != target and order.state not in sources:
                raise UserError(
                    self.env._(
                        "%(return)s cannot change from %(state)s to %(target)s.",
                        **{
                            "return": order.name,
                            "state": states[order.state].lower(),
                            "target": states[target].lower(),
                        },
                    )
                )
        # Two users may click at once: the second transaction waits here and is retried with the first one's result.
        orders = self.filtered(lambda order: order.state != target)
        orders._lock_rows()
        return orders

    def _lock_rows(self):
        if self.ids:
            self.flush_recordset()
            # Written, not only locked: the second one must not go on with what it saw before the first one ended.
            self.env.cr.execute(
                SQL(
                    "UPDATE rma_order SET write_date = write_date WHERE id IN"
                    " (SELECT id FROM rma_order WHERE id IN %s ORDER BY id FOR UPDATE)",
                    tuple(self.ids),
                )
            )

    def _set_state(self, state, **values):
        # The methods that guard the transitions are the only ones that write these fields.
        self.sudo().write({"state": state, **values})

    def _nothing_happened(self):
        """Return whether nothing was received or settled.

        :rtype: bool
        """
        self.ensure_one()
        return not any(line.qty_received or line._has_settlement() for line in self.line_ids)

    def _check_nothing_happened(self):
        for order in self:
            if not order._nothing_happened():
                raise UserError(
                    self.env._(
                        "Goods of %s have arrived or documents were already created, so it cannot be canceled or "
                        "reset. Close it instead.",
                        order.name,
                    )
                )

    def _check_may_settle(self):
        self.check_access("write")
        for order in self:
            if order.is_imported:
                raise UserError(self.env._("%s was imported as completed and cannot be processed.", order.name))
            if order.state not in OPEN_STATES:
                raise UserError(self.env._("%s is not approved yet. Approve it first.", order.name))
        self._lock_rows()

    def _check_complete(self):
        """Refuse returns that are incomplete for the next step.

        :raise UserError: names the return and what is missing
        """
        for order in self:
            if not order.line_ids:
                raise UserError(self.env._("%s has no items. Add the products to return.", order.name))
        self.line_ids._check_complete()

    def _cancel_open_receipts(self):
        moves = self.line_ids._get_open_receipts()
        # Returns staff need no access to Inventory to cancel a receipt.
        moves.sudo()._action_cancel()

    @api.depends("state")
    def _compute_date_done(self):
        now = fields.Datetime.now()
        for order in self:
            order.date_done = order.state == "done" and (order.date_done or now)

    @api.depends(
        "line_ids.qty_received",
        "line_ids.qty_to_settle",
        "line_ids.is_settled",
        "line_ids.is_open",
        "line_ids.is_awaited",
        "line_ids.is_exchange_open",
        "line_ids.is_down_payment_open",
    )
    def _compute_state(self):
        """Follow the documents once a return is approved. Earlier steps, and closing early, are manual."""
        for order in self:
            order.state = order.state or "draft"
            if order.state not in OPEN_STATES:
                continue
            lines = order.line_ids
            waits = any(
                line.is_exchange_open or line.is_down_payment_open or (line.is_awaited and line._is_done_late())
                for line in lines
            )
            if waits or any(lines.mapped("is_open")):
                order.state = "processing" if any(lines.mapped("qty_received")) else "approved"
            elif any(lines.mapped("is_settled")):
                order.state = "done"
            elif order.state == "processing":
                # What was received was sent back manually.
                order.state = "approved"
