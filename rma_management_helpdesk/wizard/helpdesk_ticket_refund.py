from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

from ..models.service.helpdesk_ticket import OFFERED


class HelpdeskTicketRefund(models.TransientModel):
    """Create a credit note for one of the customer's invoices, using Odoo's reversal wizard."""

    _name = "helpdesk.ticket.refund"
    _inherit = "helpdesk.ticket.service"
    _description = "Refund from a Ticket"

    invoice_ids = fields.One2many(
        "helpdesk.ticket.refund.invoice",
        "wizard_id",
        string="Invoices",
        compute="_compute_invoice_ids",
        store=True,
        readonly=False,
    )
    choice_id = fields.Many2one(
        "helpdesk.ticket.refund.invoice",
        string="Invoice",
        compute="_compute_choice_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', invoice_ids)]",
    )
    is_paid = fields.Boolean(related="choice_id.is_paid")
    is_credited = fields.Boolean(related="choice_id.is_credited")
    currency_id = fields.Many2one(related="choice_id.currency_id")
    amount_left = fields.Monetary(related="choice_id.amount_left")
    amount_total = fields.Monetary(
        string="Refund", compute="_compute_amount_total", help="What the customer gets, with taxes."
    )
    is_above_limit = fields.Boolean(compute="_compute_is_above_limit")
    method = fields.Selection(
        [
            ("draft", "Partial refund: draft to edit"),
            ("refund", "Full refund: posted and reconciled with the invoice"),
            ("modify", "Full refund and a new draft invoice"),
        ],
        required=True,
        default="draft",
    )
    line_ids = fields.One2many(
        "helpdesk.ticket.refund.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    reason = fields.Char(compute="_compute_reason", store=True, readonly=False, help="Printed on the credit note.")

    @api.depends("ticket_id")
    def _compute_invoice_ids(self):
        for wizard in self:
            wizard.invoice_ids = [Command.clear()] + [
                Command.create({"invoice_id": invoice.id})
                for invoice in wizard.ticket_id._get_refundable_invoices()[:OFFERED]
            ]

    @api.depends("invoice_ids")
    def _compute_choice_id(self):
        """Choose the only invoice, or the newest one if the ticket has an order."""
        for wizard in self:
            choices = wizard.invoice_ids
            wizard.choice_id = choices[:1] if len(choices) == 1 or wizard.ticket_id.sale_order_id else False

    @api.depends("choice_id")
    def _compute_line_ids(self):
        """Propose all that is left to credit, limited to the product of the ticket if it has one."""
        for wizard in self:
            product = wizard.ticket_id.product_id
            # The invoice is one of the customer's, see `_get_refundable_invoices`.
            invoice = wizard.choice_id.invoice_id.sudo()
            left = wizard._get_quantities_left(invoice)
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "move_line_id": line.id,
                        "qty_left": quantity,
                        "quantity": quantity if not product or line.product_id == product else 0.0,
                    }
                )
                for line, quantity in left.items()
                if quantity > 0
            ]

    @api.depends("choice_id", "method", "is_paid", "line_ids.quantity")
    def _compute_amount_total(self):
        for wizard in self:
            lines = wizard.line_ids
            is_full = wizard.method != "draft" and not wizard.is_paid
            # To the cent, whatever the shares of the lines are rounded to.
            if is_full or all(self._compare(line.quantity, line.qty_left) == 0 for line in lines):
                wizard.amount_total = wizard.amount_left
            else:
                wizard.amount_total = min(wizard.amount_left, sum(lines.mapped("price_total")))

    @api.depends("ticket_id", "choice_id", "amount_total")
    def _compute_is_above_limit(self):
        for wizard in self:
            # The invoice is one of the customer's, see `_get_refundable_invoices`.
            invoice = wizard.choice_id.invoice_id.sudo()
            wizard.is_above_limit = invoice and not wizard.ticket_id._is_within_refund_limit(
                invoice, wizard.amount_total
            )

    @api.depends("ticket_id")
    def _compute_reason(self):
        for wizard in self:
            wizard.reason = wizard.ticket_id.display_name

    def action_refund(self):
        """Create the credit note and link it to the ticket.

        :return: action that closes the window and shows the ticket with its new document
        :raise UserError: when the invoice is not the customer's, or nothing is left to credit
        """
        self.ensure_one()
        ticket = self.ticket_id
        self._check_service()
        invoice = self._get_invoice()
        documents = self._reverse(invoice)
        for document in documents:
            kind = self.env._("Credit note") if document.move_type == "out_refund" else self.env._("New invoice")
            ticket._link_document(document, kind)
        return {"type": "ir.actions.act_window_close"}

    def _get_invoice(self):
        """Return the chosen invoice, locked, after checking that the ticket allows it.

        :return: `account.move` record, readable
        :raise UserError: when it is not among them
        """
        # Agents have no access to accounting; the customer of the invoice is checked below.
        invoice = self.choice_id.invoice_id.sudo()
        if not invoice:
            raise UserError(self.env._("Choose the invoice to refund."))
        # Two agents may refund at once: the second transaction is retried with the first one's result.
        self.env.cr.execute(SQL("UPDATE account_move SET write_date = write_date WHERE id = %s", invoice.id))
        if invoice not in self.ticket_id._get_refundable_invoices():
            raise UserError(
                self.env._(
                    "%s cannot be refunded from this ticket: it belongs to another customer or order, or has nothing "
                    "left to credit.",
                    invoice.name,
                )
            )
        return invoice

    def _get_method(self, invoice):
        """Return how the credit note is created. A paid invoice leaves no choice.

        :param invoice: `account.move` record
        :return: "draft", "refund" or "modify"
        :raise UserError: when the invoice can no longer be replaced by a new one
        """
        if invoice.payment_state in ("paid", "in_payment"):
            return "draft"
        left = invoice._get_amounts_left_to_credit()[invoice]
        if self.method == "modify" and invoice.currency_id.compare_amounts(left, invoice.amount_total) < 0:
            raise UserError(
                self.env._(
                    "%s was already partly credited, so it cannot be replaced by a new invoice. Refund the rest of it.",
                    invoice.name,
                )
            )
        return self.method

    def _reverse(self, invoice):
        """Reverse an invoice with Odoo's wizard, and remove from the copy what is not credited.

        :param invoice: posted `account.move` record, checked and readable
        :return: `account.move` records: the credit note, and the new invoice
        """
        method = self._get_method(invoice)
        left = invoice._get_amounts_left_to_credit()[invoice]
        if method != "draft" and not self.ticket_id._may_post_refund(invoice, left):
            method = "review"
        wanted = None
        if method == "draft":
            # The lines are compared with those of the checked invoice.
            wanted = {line.move_line_id.sudo(): line.quantity for line in self.line_ids}
        plan = self._prepare_refund_lines(invoice, wanted)
        # Agents have no rights in accounting. The invoice was checked to be one of their ticket's customer.
        reversal = (
            self._get_maker("account.move.reversal")
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(self._prepare_reversal_values(invoice))
        )
        before = invoice.reversal_move_ids
        if method == "modify":
            reversal.modify_moves()
        else:
            reversal.refund_moves()
        refund = invoice.reversal_move_ids - before
        documents = refund | reversal.new_move_ids
        documents.ticket_id = self.ticket_id
        if method != "modify":
            self._change_refund_lines(refund, plan)
        if method == "refund":
            refund.action_post()
        refund._check_ticket_credit()
        if refund.state == "draft":
            self._ask_accounting(refund)
        return documents

    def _ask_accounting(self, refund):
        """Hand a draft to accounting: always above the amount of the team, else where the company names an accountant.

        :param refund: draft `account.move` record
        """
        invoice = refund.reversed_entry_id
        if self.ticket_id._may_post_refund(refund, refund.amount_total):
            refund._ask_to_post()
            return
        # Agents may have no access to the settings of their team or company.
        team, company = self.ticket_id.team_id.sudo(), invoice.company_id.sudo()
        reviewers = [team.refund_reviewer_id, company.rma_accountant_id, invoice.invoice_user_id, invoice.create_uid]
        refund.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=next((user.id for user in reviewers if user.active and company in user.company_ids), False),
            summary=self.env._("Review the refund of %s", self.ticket_id.display_name),
            note=self.env._("The amount exceeds what agents of the team can post. Post or cancel the credit note."),
        )

    def _prepare_reversal_values(self, invoice):
        """Prepare Odoo's wizard. Override it to carry a field of your own.

        :param invoice: `account.move` record
        :return: values of `account.move.reversal`
        """
        return {"reason": self.reason, "journal_id": invoice.journal_id.id, "date": fields.Date.context_today(self)}

    # === Quantities ===

    @api.model
    def _get_quantities_left(self, invoice):
        """Return the quantity of each invoice line not credited yet, drafts included.

        :param invoice: `account.move` record, readable
        :return: {`account.move.line`: quantity in its unit of measure}
        """
        credited, _amounts = self._get_credited(invoice)
        return {line: max(0.0, line.quantity - credited[line]["quantity"]) for line in self._get_product_lines(invoice)}

    @api.model
    def _get_product_lines(self, move):
        return move.invoice_line_ids.filtered(lambda line: line.display_type == "product").sorted(
            lambda line: (line.sequence, line.id)
        )

    @api.model
    def _get_credited(self, invoice):
        """Return what is credited of each invoice line: by the order lines, as for returns, or, without an order, by
        lines of credit notes of this invoice with the same product and price.

        :param invoice: `account.move` record, readable
        :return: {`account.move.line`: {"quantity", "parts", "amounts"}}, and {`account.move.line`: {key: amount}}, see
            `rma.order.line._prepare_allocation`
        """
        # Agents have no access to returns, whose methods are used here.
        returns = self.env["rma.order.line"].sudo()
        billed, credited = returns._get_billed_and_credited(invoice.invoice_line_ids.sale_line_ids)
        amounts = returns._get_invoice_line_amounts(billed, credited)
        taken = defaultdict(float)
        notes = invoice.reversal_move_ids.filtered(lambda move: move.state != "cancel")
        for line in notes.invoice_line_ids.filtered(lambda line: not line.sale_line_ids):
            taken[self._get_line_key(line)] += line.quantity
        for line in invoice.invoice_line_ids.filtered(lambda line: not line.sale_line_ids):
            key = self._get_line_key(line)
            part = max(0.0, min(line.quantity, taken[key]))
            taken[key] -= part
            credited[line]["quantity"] += part
        return credited, amounts

    @api.model
    def _get_line_key(self, line):
        return line.product_id, line.account_id, line.price_unit, line.product_id.id or line.name

    @api.model
    def _prepare_refund_lines(self, invoice, wanted=None):
        """Return the changes to each line of the credit note, never more than is left to credit.

        :param invoice: `account.move` record, readable, before it is reversed
        :param wanted: {invoice line: quantity to credit}; None: all that is left
        :return: list, for each product line: values to change on its copy, or None where it is left out
        :raise UserError: when nothing would be credited
        """
        credited, amounts = self._get_credited(invoice)
        # Agents have no access to returns, whose methods are used here.
        returns = self.env["rma.order.line"].sudo()
        lines = self._get_product_lines(invoice)
        quantities = {}
        for line in lines:
            left = max(0.0, line.quantity - credited[line]["quantity"])
            quantities[line] = left if wanted is None else min(max(0.0, wanted.get(line, 0.0)), left)
        if all(line.quantity <= 0 or self._compare(quantities[line], line.quantity) == 0 for line in lines):
            # The whole invoice: deductions such as down payments are deducted from the credit note, too.
            return [{} for _line in lines]
        plan = []
        for line, quantity in quantities.items():
            if self._compare(quantity, 0) <= 0:
                plan.append(None)
                continue
            values = {"quantity": quantity, "price_unit": line.price_unit, "discount": line.discount}
            if line in amounts:
                # To the cent: all credit notes of an invoice line sum to what it billed.
                allocation = returns._prepare_allocation(
                    returns.settlement_ids, returns, line, quantity, amounts[line], credited[line]
                )
                returns._fix_refund_line_amounts(values, allocation)
            plan.append(values)
        if not any(plan):
            raise UserError(self.env._("Enter the quantities to refund."))
        return plan

    @api.model
    def _compare(self, quantity, other):
        return float_compare(quantity, other, precision_digits=6)

    @api.model
    def _change_refund_lines(self, refund, plan):
        """Remove from a draft credit note what is not to be credited.

        :param refund: draft `account.move`, a copy of the whole invoice
        :param plan: list as given by `_prepare_refund_lines`
        """
        commands = []
        for line, values in zip(self._get_product_lines(refund), plan, strict=True):
            if values is None:
                commands.append(Command.delete(line.id))
            elif values:
                commands.append(Command.update(line.id, values))
        if commands:
            refund.write({"invoice_line_ids": commands})
