from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class RmaOrder(models.Model):
    """What became of the credited money, and refunds through the payment provider that received it."""

    _inherit = "rma.order"

    can_pay_back = fields.Boolean(compute="_compute_can_pay_back")
    amount_goods = fields.Monetary(
        string="Paid for What Came Back",
        compute="_compute_amounts_money",
        compute_sudo=True,
        help="What the invoices charged for it, less its part of discounts, taxes included.",
    )
    amount_deducted = fields.Monetary(
        string="Deductions",
        compute="_compute_amounts_money",
        compute_sudo=True,
        help="Deducted by fee, adjustment, and inspection, taxes included.",
    )
    amount_besides = fields.Monetary(
        string="Shipping and Adjustments",
        compute="_compute_amounts_money",
        compute_sudo=True,
        help="Refunded in addition to the price of the goods, taxes included.",
    )
    amount_to_post = fields.Monetary(
        string="Credit Notes to Post",
        compute="_compute_amounts_money",
        compute_sudo=True,
        help="Total of draft credit notes.",
    )
    amount_credited = fields.Monetary(
        string="Credited", compute="_compute_amounts_money", compute_sudo=True, help="Total of posted credit notes."
    )
    amount_set_off = fields.Monetary(
        string="Set Off",
        compute="_compute_amounts_money",
        compute_sudo=True,
        help="Applied to open invoices, or to those of the replacements.",
    )
    amount_paid_back = fields.Monetary(string="Paid Back", compute="_compute_amounts_money", compute_sudo=True)
    amount_to_pay_back = fields.Monetary(
        string="Still to Pay Back", compute="_compute_amounts_money", compute_sudo=True
    )

    amount_down_payment = fields.Monetary(
        string="Open Down Payments",
        compute="_compute_amount_down_payment",
        compute_sudo=True,
        help="Invoiced, and neither deducted by an invoice nor credited, though goods came back before their invoice.",
    )
    has_refund_to_post = fields.Boolean(
        compute="_compute_has_refund", search="_search_has_refund_to_post", compute_sudo=True
    )
    has_refund_to_pay = fields.Boolean(
        compute="_compute_has_refund", search="_search_has_refund_to_pay", compute_sudo=True
    )
    can_register_payment = fields.Boolean(compute="_compute_can_register_payment")

    @api.depends("refund_ids.amount_total", "refund_ids.amount_residual", "refund_ids.payment_state", "currency_id")
    def _compute_amounts_money(self):
        for order in self:
            totals = defaultdict(float)
            for note in order.refund_ids.filtered(lambda note: note.state != "cancel"):
                for name, amount in {**note._sum_credited_lines(), **note._sum_payments_of_credit()}.items():
                    totals[name] += note.currency_id._convert(
                        amount,
                        order.currency_id,
                        order.company_id,
                        note.invoice_date or fields.Date.context_today(order),
                    )
            for name in (
                *("amount_goods", "amount_deducted", "amount_besides", "amount_to_post", "amount_credited"),
                *("amount_set_off", "amount_paid_back", "amount_to_pay_back"),
            ):
                order[name] = totals[name]

    @api.depends("line_ids.is_down_payment_open", "currency_id")
    def _compute_amount_down_payment(self):
        for order in self:
            sales = order.line_ids.filtered("is_down_payment_open").sale_line_id.order_id
            order.amount_down_payment = sum(
                order._convert_charge(sale._get_excess_down_payment(), sale.currency_id, order.currency_id)
                for sale in sales
            )

    @api.depends("refund_ids.state", "refund_ids.amount_residual", "refund_ids.payment_state")
    def _compute_has_refund(self):
        for order in self:
            order.has_refund_to_post = "draft" in order.refund_ids.mapped("state")
            order.has_refund_to_pay = bool(order._get_refunds_to_pay())

    def _search_has_refund_to_post(self, operator, value):
        return self._search_refunds(operator, Domain("state", "=", "draft"))

    def _search_has_refund_to_pay(self, operator, value):
        open_ = Domain("state", "=", "posted") & Domain("payment_state", "in", ("not_paid", "partial"))
        return self._search_refunds(operator, open_ & Domain("amount_residual", ">", 0))

    @api.model
    def _search_refunds(self, operator, domain):
        """Search returns by their credit notes: whoever works on returns need see none of them.

        :param operator: `in` for the returns that have such a credit note
        :param domain: of credit notes
        :return: domain of returns
        """
        if operator != "in":
            return NotImplemented
        return Domain("refund_ids", "any!", domain)

    @api.depends("has_refund_to_pay", "amount_exchange_due")
    @api.depends_context("uid")
    def _compute_can_register_payment(self):
        may = self.env.su or self.env.user.has_group("account.group_account_invoice")
        for order in self:
            order.can_register_payment = may and bool(order.sudo()._get_moves_to_pay())

    def _get_refunds_to_pay(self):
        """Return the posted credit notes whose money the customer has not got yet.

        :return: `account.move` records
        """
        return self.refund_ids.filtered(
            lambda note: (
                note.state == "posted" and note.payment_state in ("not_paid", "partial") and note.amount_residual
            )
        )

    def _get_moves_to_pay(self):
        """Return what a payment can be registered for: open credit notes, or what the customer owes for an exchange.

        :return: `account.move` records
        """
        return self._get_refunds_to_pay() or self.replacement_invoice_ids.filtered(
            lambda move: move.state == "posted" and move._get_amount_open()
        )

    def action_register_payment(self):
        """Open Odoo's window that registers the payment of what is open.

        :return: window action
        :raise AccessError: when the user has no rights in invoicing
        :raise UserError: when nothing is open
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accounting users register payments. Ask one of them."))
        self.check_access("read")
        # Accountants see the documents by their own rights, which the window asks for.
        moves = self.sudo()._get_moves_to_pay().sudo(False)
        if not moves:
            raise UserError(self.env._("Nothing is open. Post the credit note first, if it is not paid yet."))
        return moves.action_register_payment()

    @api.depends("refund_ids.amount_residual", "refund_ids.state")
    @api.depends_context("uid")
    def _compute_can_pay_back(self):
        may = self.env.su or self.env.user.has_group("account.group_account_invoice")
        for order in self:
            # Accountants may not have access to every payment transaction.
            order.can_pay_back = may and bool(order.sudo()._get_online_payments())

    def _get_online_payments(self):
        """Return the open credit notes of these returns with the online payments that can be refunded.

        :return: list of (credit note, `payment.transaction`, amount in the currency of both)
        """
        matches = []
        for refund in self.refund_ids.filtered(lambda move: move.state == "posted" and move.amount_residual):
            left = refund.amount_residual
            for transaction in refund.reversed_entry_id.transaction_ids:
                payment = transaction.payment_id
                if transaction.state != "done" or transaction.currency_id != refund.currency_id or not payment:
                    continue
                amount = refund.currency_id.round(min(left, payment.amount_available_for_refund))
                if refund.currency_id.compare_amounts(amount, 0) > 0 and transaction._can_pay_back(amount):
                    matches.append((refund, transaction, amount))
                    left -= amount
        return matches

    def action_pay_back(self):
        """Refund open credit notes through the payment providers that received the money.

        :return: notification of the last provider that was asked
        :raise AccessError: when the user has no rights in invoicing
        :raise UserError: when nothing was paid online, or it is paid back already
        """
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accounting users can refund payments. Ask one of them."))
        self.check_access("write")
        self._lock_rows()
        matches = self._get_online_payments()
        if not matches:
            raise UserError(
                self.env._("There is no online payment to refund, or the credit note is not posted or is already paid.")
            )
        action = None
        for refund, transaction, amount in matches:
            action = transaction.with_context(rma_refund=refund).action_refund(amount_to_refund=amount)
        return action
