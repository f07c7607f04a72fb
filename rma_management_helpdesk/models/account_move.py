from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )

    ticket_items = fields.Text(
        string="Items", compute="_compute_ticket_items", compute_sudo=True, help="The items invoiced, as one text."
    )

    @api.depends("invoice_line_ids.quantity", "invoice_line_ids.price_total", "invoice_line_ids.product_id")
    def _compute_ticket_items(self):
        """List the items, for users without access to journal items."""
        for move in self:
            move.ticket_items = "\n".join(
                self.env._(
                    "%(quantity)s %(unit)s %(product)s: %(amount)s",
                    quantity=line.product_uom_id._format_rma_quantity(line.quantity),
                    unit=line.product_uom_id.name or "",
                    product=line.product_id.display_name or line.name,
                    amount=format_amount(self.env, line.price_total, move.currency_id),
                )
                for line in move.invoice_line_ids
                if line.display_type == "product"
            )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"ticket_id"}

    def _get_ticket_paths(self):
        # Agents read the invoice of a credit note, too: both name it, and the refund window showed it.
        paths = super()._get_ticket_paths() + ["rma_id.ticket_ids"]
        return paths + [f"reversal_move_ids.{path}" for path in paths]

    @api.model
    def _get_agent_actions(self):
        return super()._get_agent_actions() | {"account.account_invoices_without_payment"}

    def _get_amounts_left_to_credit(self):
        """Return the amounts of invoices not credited yet, drafts included, with taxes.

        :return: {invoice: amount in its currency}
        """
        credited = dict(
            self.env["account.move"]._read_group(
                [
                    ("reversed_entry_id", "in", self.ids),
                    ("move_type", "=", "out_refund"),
                    ("state", "!=", "cancel"),
                ],
                ["reversed_entry_id"],
                ["amount_total:sum"],
            )
        )
        return {move: move.currency_id.round(move.amount_total - credited.get(move, 0.0)) for move in self}

    def _check_ticket_credit(self):
        """Refuse credit notes of tickets above the invoiced amount.

        :raise UserError: names the credit note and its invoice
        """
        for invoice, left in self.reversed_entry_id._get_amounts_left_to_credit().items():
            if invoice.currency_id.compare_amounts(left, 0) < 0:
                raise UserError(
                    self.env._(
                        "The credit notes of %(invoice)s would exceed the invoiced amount. Lower this one, or cancel "
                        "another one.",
                        invoice=invoice.name,
                    )
                )

    def _post(self, soft=True):
        # Draft credit notes are edited by hand before they are posted.
        self.filtered(lambda move: move.ticket_id and move.move_type == "out_refund")._check_ticket_credit()
        return super()._post(soft)

    def _is_rma_posted_at_once(self):
        # Returns that agents approve themselves post no more than agents may post.
        ticket = self.env["helpdesk.ticket"].browse(self.env.context.get("helpdesk_approval_ticket_id"))
        is_allowed = not ticket or ticket._may_post_refund(self, self.amount_total)
        return is_allowed and super()._is_rma_posted_at_once()
