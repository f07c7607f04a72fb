import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context, format_amount
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

REFUND_DAYS = 14
OPEN_STATES = ("received", "accepted")
PAID = ("paid", "in_payment", "reversed")


class RmaWithdrawal(models.Model):
    """What follows from a declaration: the order is canceled or its delivery stopped, delivered goods come back as one
    return, and the refund is due in 14 days (Directive 2011/83/EU, article 13)."""

    _inherit = "rma.withdrawal"

    state = fields.Selection(
        [("received", "Received"), ("accepted", "Accepted"), ("done", "Refunded"), ("refused", "Refused")],
        string="Status",
        required=True,
        readonly=True,
        default="received",
        copy=False,
        index=True,
        tracking=True,
        help="Received until staff decide; refunded when the customer has the money.",
    )
    refusal_reason = fields.Text(copy=False, tracking=True, help="Reason given to the customer.")
    date_decided = fields.Datetime(string="Decided on", readonly=True, copy=False, help="When it was decided.")
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, help="Who accepted or refused it."
    )
    date_proof_sent = fields.Date(
        string="Proof of Sending",
        copy=False,
        tracking=True,
        help="When the customer proved that the goods were sent. From then on the refund no longer waits for them.",
    )
    rma_ids = fields.One2many(
        "rma.order", "withdrawal_id", string="Returns", readonly=True, help="What comes back because of it."
    )
    date_refund_due = fields.Date(
        string="Refund Due on",
        compute="_compute_date_refund_due",
        store=True,
        help="14 days after the declaration. The refund may wait for the goods, or for the proof that they were sent.",
    )
    may_wait = fields.Boolean(
        string="Waiting for the Goods",
        compute="_compute_may_wait",
        help="The refund may wait: goods are to come back, and neither they nor a proof of sending have arrived.",
    )
    currency_id = fields.Many2one(related="sale_order_id.currency_id", related_sudo=True)
    amount_shipping_excess = fields.Monetary(
        string="Express Shipping",
        readonly=True,
        copy=False,
        help="What the customer paid, before taxes, for a dearer delivery than the cheapest standard one. It need not "
        "be refunded: enter it as a deduction when the return is processed.",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    # === Computed fields ===

    @api.depends("date_declared", "tz")
    def _compute_date_refund_due(self):
        for withdrawal in self:
            here = withdrawal.with_context(tz=withdrawal.tz)
            declared = withdrawal.date_declared and fields.Date.context_today(here, withdrawal.date_declared)
            withdrawal.date_refund_due = declared and declared + timedelta(days=REFUND_DAYS)

    @api.depends("state", "rma_ids.state", "date_proof_sent")
    def _compute_may_wait(self):
        for withdrawal in self:
            # The return may belong to somebody else.
            states = withdrawal.sudo().rma_ids.mapped("state")
            withdrawal.may_wait = (
                withdrawal.state == "accepted"
                and not withdrawal.date_proof_sent
                and any(state in ("draft", "requested", "approved") for state in states)
            )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        is_manager = self.env["rma.order"]._user_is_manager()
        for withdrawal in self:
            withdrawal.can_decide = is_manager and withdrawal.state in OPEN_STATES

    # === Buttons ===

    def action_accept(self):
        """Accept: stop what was not delivered yet, and make a return of what was.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when there is no order, or no item is accepted
        """
        self._check_may_decide()
        for withdrawal in self:
            withdrawal._accept()
        return True

    def action_refuse(self):
        """Refuse, with the reason that the customer reads.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when no reason is given, or it was decided already
        """
        self._check_may_decide()
        for withdrawal in self:
            withdrawal._check_received()
            if not (withdrawal.refusal_reason or "").strip():
                raise UserError(self.env._("Enter the reason of the refusal. The customer reads it."))
            withdrawal._decide("refused")
            withdrawal._send_decision("rma_management.mail_template_withdrawal_refused")
        return True

    def action_done(self):
        """Record that the customer has the money.

        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when it is not accepted
        """
        self._check_may_decide()
        if any(withdrawal.state != "accepted" for withdrawal in self):
            raise UserError(self.env._("Accept the withdrawal before you record its refund."))
        self._finish()
        return True

    def _check_may_decide(self):
        """:raise AccessError: when the user may not decide on these declarations"""
        self.check_access("write")
        if not self.env["rma.order"]._user_is_manager():
            raise AccessError(self.env._("Only a returns manager can decide on a withdrawal. Ask one of them."))

    def _check_received(self):
        """:raise UserError: when it was decided already"""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "received":
            raise UserError(self.env._("%s was already decided.", self.name))

    # === Accepting ===

    def _accept(self):
        self.ensure_one()
        self._check_received()
        if not self.sale_order_id:
            raise UserError(self.env._("Choose the sales order that %s is about.", self.name))
        lines = self.line_ids.filtered(lambda line: line.is_accepted and line.quantity)
        if not lines:
            raise UserError(
                self.env._(
                    "Enter the quantities of the items that you accept, and mark them. What is late, or an exception "
                    "of the law, is not marked by default."
                )
            )
        # The law lets the customer stop the order; returns managers may have no rights in Sales.
        order = self.sale_order_id.sudo()
        order.order_line.move_ids.lock_for_update()
        returned, stopped = {}, []
        is_canceled = self._is_whole_undelivered(order, lines)
        if is_canceled:
            order.with_context(clean_context(self.env.context))._action_cancel()
            order.message_post(body=self.env._("Canceled: the customer withdrew from the order (%s).", self.name))
        else:
            returned, stopped = self._stop_deliveries(lines)
        if not (is_canceled or stopped or returned):
            raise UserError(
                self.env._(
                    "Nothing of %s is left to withdraw from: it was stopped, or came back already. Refuse the "
                    "declaration, and say why.",
                    order.name,
                )
            )
        excess = order._get_shipping_excess()
        self._decide("accepted", amount_shipping_excess=excess)
        self._create_return(returned)
        if not self.rma_ids and not self._is_paid(order):
            self._finish()
        if not self.rma_ids:
            self._send_decision("rma_management.mail_template_withdrawal_accepted")

    @api.model
    def _is_whole_undelivered(self, order, lines):
        """Return whether the customer withdraws from all of an order of which nothing was delivered.

        :rtype: bool
        """
        quantities = {line.sale_line_id.sudo(): line.quantity for line in lines}
        sold = order.order_line._filter_withdrawable()
        # What was delivered and came back is no longer delivered.
        is_untouched = not any(sold.mapped("qty_delivered")) and "done" not in sold.move_ids.mapped("state")
        return is_untouched and all(
            line.product_uom_id.compare(quantities.get(line, 0.0), line.product_uom_qty) >= 0 for line in sold
        )

    def _stop_deliveries(self, lines):
        """Stop the delivery of what the customer withdraws from, as far as it is open.

        :param lines: `rma.withdrawal.line` records
        :return: {sales order line: quantity that was delivered and comes back}, and texts of what was stopped
        """
        returned = {}
        stopped = []
        for line in lines:
            sale_line = line.sale_line_id.sudo()
            unit = sale_line.product_uom_id
            open_quantity = min(line.quantity, sale_line._get_qty_undelivered())
            if unit.compare(open_quantity, 0) > 0:
                sale_line._stop_delivery(open_quantity)
                stopped.append(f"{unit._format_rma_quantity(open_quantity)} × {sale_line.product_id.display_name}")
            back = min(line.quantity - open_quantity, sale_line._get_qty_withdrawable())
            if unit.compare(back, 0) > 0:
                returned[sale_line] = back
        if stopped:
            body = self.env._(
                "The customer withdrew (%(name)s). Not delivered: %(items)s", name=self.name, items=", ".join(stopped)
            )
            lines.sale_line_id.order_id.sudo().message_post(body=body)
        return returned, stopped

    def _create_return(self, quantities):
        """Make one return of what was delivered, and have it approved as the settings say.

        :param quantities: {sales order line: quantity in its unit of measure}
        """
        self.ensure_one()
        if not quantities:
            return
        order = self.sale_order_id.sudo()
        reason = self.env.ref("rma_management.rma_return_reason_withdrawal", raise_if_not_found=False)
        operation = self.env.ref("rma_management.rma_operation_type_withdrawal", raise_if_not_found=False)
        if not (reason and operation):
            raise UserError(
                self.env._("The return reason or resolution of withdrawals was deleted. Upgrade this addon.")
            )
        values = {
            **order._prepare_rma_values(),
            "withdrawal_id": self.id,
            "user_id": self.user_id.id,
            "line_ids": [
                Command.create(line._prepare_withdrawn_line_values(quantity, reason.sudo(), operation.sudo()))
                for line, quantity in quantities.items()
            ],
        }
        # Only this method links a return to its declaration.
        rma = self.env["rma.order"].sudo().with_company(self.company_id).create(values).sudo(self.env.su)
        refused = rma.line_ids.filtered("policy_refusal")
        if refused:
            # The law goes before the policy of the shop.
            refused.action_override_refusal(self.env._("Right of withdrawal (%s)", self.name))
        if not self.currency_id.is_zero(self.amount_shipping_excess):
            rma._message_log(
                body=self.env._(
                    "The customer paid %s, before taxes, for a dearer delivery than the cheapest standard one. It need "
                    "not be refunded: enter it as a deduction if the shipping is refunded.",
                    format_amount(self.env, self.amount_shipping_excess, self.currency_id),
                )
            )
        rma.action_request_and_approve()

    def _decide(self, state, **values):
        # Only the buttons write what was decided.
        self.sudo().write(
            {"state": state, "date_decided": fields.Datetime.now(), "decided_by_id": self.env.uid, **values}
        )
        self._get_alarms().unlink()

    def _finish(self):
        # As above.
        self.sudo().write({"state": "done"})
        self._get_alarms().unlink()

    def _send_decision(self, xmlid):
        # Templates read the order and the company for people who may not.
        self.env.ref(xmlid).sudo().send_mail(self.id, email_layout_xmlid="rma_management.mail_layout")

    @api.model
    def _is_paid(self, order):
        """Return whether the customer may have paid something that has to be refunded.

        :rtype: bool
        """
        billed = order.invoice_ids.filtered(lambda move: move.state == "posted")
        return bool(billed or order.transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done")))

    def _accept_automatically(self):
        """Accept what the settings let through: in time, without exception, by a customer who is known."""
        for withdrawal in self:
            if (
                withdrawal.company_id.sudo().rma_withdrawal_auto
                and withdrawal.is_verified
                and not withdrawal.is_edited
                and withdrawal.state == "received"
                and withdrawal.sale_order_id
                and withdrawal.order_reference.strip().upper() == withdrawal.sale_order_id.name.upper()
                and (withdrawal.chose_items or not withdrawal.scope)
                and not (withdrawal.is_late or withdrawal.has_exception)
            ):
                withdrawal._accept_or_leave()

    def _accept_or_leave(self):
        """Accept by the system. What stands in the way is left to staff, and does not reach the customer."""
        self.ensure_one()
        withdrawal = self.with_user(SUPERUSER_ID)
        try:
            with self.env.cr.savepoint():
                withdrawal._accept()
        except OperationalError:
            raise
        except Exception as error:  # pylint: disable=broad-except
            _logger.info("%s is left to staff", withdrawal.name, exc_info=True)
            withdrawal._message_log(body=self.env._("It could not be accepted automatically: %s", str(error)))

    # === Alarms ===

    @api.model
    def _cron_alarm(self):
        """Alarm staff before a refund is due, close what was refunded, and forget addresses of machines."""
        old = fields.Datetime.now() - timedelta(days=1)
        self.search([("ip", "!=", False), ("create_date", "<", old)]).write({"ip": False})
        opened = self.search([("state", "in", OPEN_STATES)])
        opened.filtered(lambda withdrawal: withdrawal._is_refunded())._finish()
        for withdrawal in opened.filtered(lambda withdrawal: withdrawal._is_alarming()):
            withdrawal._try("_alarm")

    def _alarm(self):
        self._schedule("mail_activity_type_refund_due", self.date_refund_due)

    def _is_refunded(self):
        """Return whether the credit notes of all returns of this declaration are paid.

        :rtype: bool
        """
        self.ensure_one()
        notes = self.rma_ids.refund_ids.filtered(lambda note: note.state != "cancel")
        return (
            self.state == "accepted"
            and bool(notes)
            and all(rma.state == "done" for rma in self.rma_ids)
            and all(note.state == "posted" and note.payment_state in PAID for note in notes)
        )

    def _is_alarming(self):
        """Return whether the refund is due soon, and need not wait for the goods.

        :rtype: bool
        """
        self.ensure_one()
        first = fields.Date.today() + timedelta(days=self.company_id.rma_withdrawal_alarm_days)
        return self.state in OPEN_STATES and not self.may_wait and self.date_refund_due <= first

    def _ask_staff(self):
        """Ask the responsible to decide on a new declaration."""
        for withdrawal in self.filtered(lambda withdrawal: withdrawal.state == "received"):
            withdrawal._schedule("mail_activity_type_withdrawal", fields.Date.today() + timedelta(days=1))

    def _schedule(self, kind, deadline):
        """Make an activity for the responsible, once.

        :param kind: name of a `mail.activity.type`
        :param deadline: date
        """
        self.ensure_one()
        user = self.user_id or self.company_id._get_withdrawal_user(self.sale_order_id)
        activity_type = self.env.ref(f"rma_management.{kind}", raise_if_not_found=False)
        if user and activity_type and activity_type not in self.activity_ids.activity_type_id:
            self.activity_schedule(
                activity_type_id=activity_type.id,
                user_id=user.id,
                date_deadline=deadline,
                summary=activity_type.with_context(lang=user.lang).summary,
            )

    def _get_alarms(self):
        """Return the open activities that were made for these declarations.

        :return: `mail.activity` records of the superuser
        """
        # Whoever decides does so for the others, too.
        return self.sudo().activity_ids.filtered("automated")
