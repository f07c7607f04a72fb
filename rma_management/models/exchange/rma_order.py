from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount


class RmaOrder(models.Model):
    """An exchange is settled when the credit is set off, the difference paid, and the other product delivered."""

    _inherit = "rma.order"

    replacement_invoice_ids = fields.Many2many(
        "account.move",
        string="Replacement Invoices",
        compute="_compute_replacement_invoice_ids",
        compute_sudo=True,
        help="Invoices of the replacements.",
    )
    amount_exchange_due = fields.Monetary(
        string="Difference to Pay",
        compute="_compute_amount_exchange_due",
        compute_sudo=True,
        help="What the customer still has to pay for the replacements, after deducting the credit.",
    )
    wait_note = fields.Char(
        string="Delivery Waits",
        compute="_compute_wait_note",
        compute_sudo=True,
        help="Why the delivery of a replacement waits.",
    )

    canceled_note = fields.Char(
        string="Canceled Replacement",
        compute="_compute_canceled_note",
        compute_sudo=True,
        help="What is to be done about the invoice of a canceled replacement.",
    )

    @api.depends("line_ids.replacement_line_ids.invoice_lines", "line_ids.replacement_line_ids.state")
    def _compute_replacement_invoice_ids(self):
        for order in self:
            lines = order.line_ids.replacement_line_ids._filter_exchanges()
            order.replacement_invoice_ids = lines.invoice_lines.move_id.filtered(
                lambda move: move.move_type == "out_invoice" and move.state != "cancel"
            )

    @api.depends(
        "line_ids.replacement_line_ids.invoice_lines.move_id.amount_residual",
        "line_ids.replacement_line_ids.invoice_lines.move_id.payment_state",
        "refund_ids.amount_residual",
        "refund_ids.state",
        "line_ids.replacement_line_ids.qty_invoiced",
        "line_ids.replacement_line_ids.state",
    )
    def _compute_amount_exchange_due(self):
        for order in self:
            sales = order.line_ids.replacement_line_ids._filter_exchanges().order_id
            due = sum(
                order._convert_charge(amount, sale.currency_id, order.currency_id)
                for sale, amount in sales._get_replacement_due().items()
            )
            if due:
                due -= order._get_amount_to_set_off()
            order.amount_exchange_due = max(0.0, order.currency_id.round(due))

    @api.depends("amount_exchange_due", "line_ids.replacement_line_ids.order_id.rma_release_reason")
    def _compute_wait_note(self):
        for order in self:
            sales = order.line_ids.replacement_line_ids._filter_exchanges().order_id
            order.wait_note = bool(sales._filter_waiting_for_payment()) and self.env._(
                "The replacement is shipped once the customer has paid %s, or when a returns manager releases it.",
                format_amount(self.env, order.amount_exchange_due, order.currency_id),
            )

    @api.depends(
        "line_ids.replacement_line_ids.state",
        "line_ids.replacement_line_ids.qty_invoiced",
        "line_ids.replacement_line_ids.invoice_lines.move_id.amount_residual",
    )
    def _compute_canceled_note(self):
        for order in self:
            canceled = order.line_ids.replacement_line_ids._filter_canceled_exchanges()
            billed = canceled.filtered(lambda line: line.qty_invoiced > 0)
            invoices = billed.invoice_lines.move_id.filtered(
                lambda move: move.move_type == "out_invoice" and move.state == "posted"
            )
            notes = canceled._get_open_credit_notes()
            order.canceled_note = False
            if invoices:
                order.canceled_note = self.env._(
                    "%(order)s was canceled after its invoice was posted. Credit %(invoice)s in full. The credit of "
                    "this return pays for the next replacement, or is paid back.",
                    order=", ".join(billed.order_id.mapped("name")),
                    invoice=", ".join(invoices.mapped("name")),
                )
            elif notes:
                order.canceled_note = self.env._(
                    "The customer paid for a replacement that was canceled. Pay back %(note)s, or send another "
                    "replacement, which it pays for.",
                    note=", ".join(notes.mapped("name")),
                )

    def _get_amount_to_set_off(self):
        """Return what the credit notes can still pay of the replacements, in the currency of the return.

        :rtype: float
        """
        self.ensure_one()
        return sum(
            self._convert_charge(note._get_amount_available(), note.currency_id, self.currency_id)
            for note in self._get_notes_to_set_off()
        )

    def _get_notes_to_set_off(self):
        """Return the credit notes that pay for replacements: those of the return, and those of the invoices of canceled
        replacements.

        :return: `account.move` records
        """
        self.ensure_one()
        canceled = self.line_ids.replacement_line_ids._filter_canceled_exchanges()
        return (self.refund_ids | canceled.invoice_lines.move_id).filtered(lambda note: note._is_set_off())

    # === Setting off ===

    def _set_off_exchanges(self):
        """Reconcile posted credit notes with the posted invoices of what replaces the returned products."""
        # Whoever posts one of them need see neither the return nor the other.
        orders = self.sudo()
        plan = []
        for order in orders:
            notes = order._get_notes_to_set_off()
            moves = (notes | order.replacement_invoice_ids).filtered(lambda move: move.state == "posted")
            owed = moves.line_ids.filtered(lambda line: line.display_type == "payment_term" and not line.reconciled)
            groups = owed.grouped("account_id").values()
            plan += [lines for lines in groups if len(set(lines.move_id.mapped("move_type"))) > 1]
        if plan:
            self.env["account.move.line"].sudo()._reconcile_plan(plan)
        settled = orders.filtered(lambda order: order._is_exchange_posted())
        settled._give_exchange_rest()
        settled.filtered(lambda order: order.amount_exchange_due > 0)._ask_for_difference()

    def _free_canceled_exchanges(self):
        """Undo what credit notes were set off against invoices of canceled replacements: it is the customer's again."""
        canceled = self.line_ids.replacement_line_ids._filter_canceled_exchanges()
        partials = canceled.invoice_lines.move_id.line_ids.matched_credit_ids
        partials.filtered(lambda partial: partial.credit_move_id.move_id in self.refund_ids).unlink()

    def _tell_canceled_exchanges(self):
        """Create activities to credit the invoices of replacements that were canceled."""
        for order in self.filtered("canceled_note"):
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(order),
                summary=self.env._("Credit the invoice of a canceled replacement"),
                note=order.canceled_note,
                user_id=(order._get_responsible() or self.env.user).id,
            )

    def _is_exchange_posted(self):
        """Return whether all credit notes and replacement invoices are posted: what is left is the difference.

        :rtype: bool
        """
        self.ensure_one()
        moves = self.refund_ids | self.replacement_invoice_ids
        return bool(moves) and "draft" not in moves.mapped("state")

    def _give_exchange_rest(self):
        """Give what a cheaper product leaves of the credit. It stays open to be paid back, like any refund, unless an
        addon gives it otherwise."""

    def _ask_for_difference(self):
        """Mail the customers what they have to pay before a dearer product is shipped, with the link to pay."""
        asked = self.filtered(lambda order: order.company_id.rma_mail_exchange_template_id)
        self.env["rma.announcement"]._queue([{"order_id": order.id, "kind": "difference"} for order in asked])

    def _get_difference_invoice(self):
        """Return the invoice that the customer pays the difference by.

        :return: `account.move` record
        """
        self.ensure_one()
        posted = self.replacement_invoice_ids.filtered(lambda move: move.state == "posted")
        return posted.filtered(lambda move: move._get_amount_open())[:1]

    def _get_difference_url(self):
        """Return the page of Odoo's on which the customer pays the difference.

        :return: str, empty where nothing can be paid yet
        """
        self.ensure_one()
        invoice = self._get_difference_invoice() if self.amount_exchange_due > 0 else None
        return invoice.get_portal_url(anchor="portal_pay") if invoice else ""

    def action_payment_link(self):
        """Open Odoo's window that makes a payment link for the difference.

        :return: window action
        :raise UserError: when there is nothing to pay, or the invoice is not posted
        """
        self.ensure_one()
        self.check_access("read")
        # Whoever works on the return need not see its invoices; the window asks for rights by itself.
        invoice = self.sudo()._get_difference_invoice()
        if not self.amount_exchange_due or not invoice:
            raise UserError(self.env._("Nothing is to be paid for %s, or its invoice is not posted yet.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id("account_payment.action_invoice_order_generate_link")
        return {**action, "context": {"active_model": "account.move", "active_id": invoice.id}}

    def _get_money_told(self):
        """Return what the customer reads of the money: by mail, and on their page. An addon that gives it otherwise
        adds its own.

        :return: list of (words, amount in the currency of the return), none of them zero
        """
        self.ensure_one()
        told = [
            (self.env._("Credited:"), self.amount_credited),
            (self.env._("Applied to open invoices:"), self.amount_set_off),
            (self.env._("Refunded to you:"), self.amount_paid_back),
            (self.env._("Still to be refunded:"), self.amount_to_pay_back),
            (self.env._("Being prepared:"), self.amount_to_post),
            (self.env._("Still to pay for the replacement:"), self.amount_exchange_due),
        ]
        return [(words, amount) for words, amount in told if not self.currency_id.is_zero(amount)]

    # === Shipping before payment ===

    def action_open_release(self):
        """Open the window that asks a returns manager why a replacement is shipped before it is paid.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release Delivery"),
            "res_model": "rma.release.delivery",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def action_release_delivery(self, reason):
        """Let the replacements go though they are not paid.

        :param reason: sentence, kept on the order and in the log of the return
        :return: True
        :raise AccessError: when the user is no returns manager
        :raise UserError: when there is no reason
        """
        if not self._user_is_manager():
            raise AccessError(self.env._("Only returns managers ship before payment. Ask one of them."))
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Enter why the replacement is shipped before it is paid."))
        for order in self:
            # Returns managers need no rights in sales to release a delivery.
            sales = order.sudo().line_ids.replacement_line_ids._filter_exchanges().order_id
            waiting = sales._filter_waiting_for_payment()
            waiting.rma_release_reason = reason
            order._message_log(body=self.env._("Replacement shipped before payment: %s", reason))
            for sale in waiting:
                sale._message_log(body=self.env._("Shipped before payment: %s", reason))
        return True
