import uuid
from collections import defaultdict

from odoo import api, fields, models


class SaleOrder(models.Model):
    """An order that sells another product in place of a returned one: its invoice, and why its delivery waits."""

    _name = "sale.order"
    _inherit = ["rma.sealed.mixin", "sale.order"]

    rma_release_reason = fields.Text(
        string="Shipped before Payment",
        readonly=True,
        copy=False,
        tracking=True,
        groups="rma_management.group_rma_manager",
        help="Why a returns manager released the replacement before payment.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_release_reason"}

    def _action_cancel(self):
        """Give returns their credit back that paid for a replacement, and have its posted invoice credited."""
        res = super()._action_cancel()
        # Whoever cancels an order need see neither the return, nor its credit notes.
        returns = self.sudo().order_line.rma_settlement_id.order_id
        returns._free_canceled_exchanges()
        returns._tell_canceled_exchanges()
        return res

    def action_confirm(self):
        """Set off the invoice of a replacement again that was canceled and is sold after all."""
        res = super().action_confirm()
        # As above.
        self.sudo().order_line.rma_settlement_id.order_id.filtered("replacement_invoice_ids")._set_off_exchanges()
        return res

    def _invoice_replacements(self):
        """Invoice replacements as a whole, so that the credit for what came back can be set off.

        :return: `account.move` records
        """
        invoices = self.env["account.move"]
        # Free of charge, there is nothing to set off.
        for orders in self.filtered("amount_total").grouped("company_id").values():
            invoices |= orders._create_invoices(grouped=True)
        for invoice in invoices:
            # Given at once, so that the customer's page, which links it, is only read.
            invoice.access_token = str(uuid.uuid4())
        invoices.filtered(lambda invoice: invoice._is_replacement_posted_at_once())._post_for_returns()
        return invoices

    def _get_replacement_due(self):
        """Return what is still to pay for replacements before credits are set off, taxes included.

        :return: {order: float in its currency}
        """
        due = defaultdict(float)
        for order in self:
            lines = order.order_line._filter_exchanges()
            invoices = lines.invoice_lines.move_id.filtered(
                lambda move: move.move_type == "out_invoice" and move.state != "cancel"
            )
            due[order] = lines._get_amount_uninvoiced() + sum(invoice._get_amount_open() for invoice in invoices)
        return due

    def _filter_waiting_for_payment(self):
        """Return the orders whose delivery waits until the customer has paid the difference to what came back.

        :return: `sale.order` records
        """
        # Whoever ships need see neither the return, nor what was decided, nor the invoice.
        exchanges = self.sudo().order_line._filter_exchanges()
        waiting = exchanges.filtered(lambda line: line.rma_settlement_id.exchange_delivery == "wait").order_id
        waiting = waiting.filtered(lambda order: not order.rma_release_reason)
        due = waiting._get_replacement_due()
        return waiting.filtered(
            lambda order: (
                order.currency_id.compare_amounts(due[order], 0) > 0
                and any(rma.amount_exchange_due > 0 for rma in order.order_line.rma_line_id.order_id)
            )
        )
