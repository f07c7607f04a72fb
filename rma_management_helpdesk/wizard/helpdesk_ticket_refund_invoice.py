from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class HelpdeskTicketRefundInvoice(models.TransientModel):
    """Show the number and amounts of an invoice to agents without access to accounting."""

    _name = "helpdesk.ticket.refund.invoice"
    _inherit = "rma.window.mixin"
    _description = "Invoice to Refund"

    wizard_id = fields.Many2one("helpdesk.ticket.refund", required=True, ondelete="cascade")
    invoice_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name", compute_sudo=True)
    currency_id = fields.Many2one(related="invoice_id.currency_id")
    amount_left = fields.Monetary(
        string="Left to Credit", compute="_compute_name", compute_sudo=True, help="With taxes, drafts deducted."
    )
    is_paid = fields.Boolean(compute="_compute_name", compute_sudo=True)
    is_credited = fields.Boolean(compute="_compute_name", compute_sudo=True, help="Already partly credited.")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "invoice_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "invoice_id":
            return super()._may_link(name, records)
        # Agents have no access to accounting; only the invoices of their ticket's customer are shown.
        invoices = records.sudo()
        are_theirs = all(
            move.move_type == "out_invoice" and move.state == "posted" and move.company_id in self.env.companies
            for move in invoices
        )
        return are_theirs and self.env["helpdesk.ticket"]._works_for(invoices.commercial_partner_id, "refund")

    @api.depends("invoice_id")
    def _compute_name(self):
        left = self.invoice_id._get_amounts_left_to_credit()
        for choice in self:
            invoice = choice.invoice_id
            currency = invoice.currency_id
            choice.amount_left = left.get(invoice, 0.0)
            choice.is_paid = invoice.payment_state in ("paid", "in_payment")
            choice.is_credited = bool(
                left and currency.compare_amounts(left.get(invoice, 0.0), invoice.amount_total) < 0
            )
            parts = [
                invoice.name or "",
                format_date(self.env, invoice.invoice_date),
                format_amount(self.env, invoice.amount_total, currency),
            ]
            if choice.is_credited:
                parts.append(self.env._("%s left to credit", format_amount(self.env, left[invoice], currency)))
            if choice.is_paid:
                parts.append(self.env._("paid"))
            choice.name = " · ".join(parts)
