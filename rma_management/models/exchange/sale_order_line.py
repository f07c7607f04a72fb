from odoo import models


class SaleOrderLine(models.Model):
    """A line that sells another product in place of a returned one."""

    _inherit = "sale.order.line"

    def _filter_exchanges(self):
        """Return the lines that exchange a product on terms: they are invoiced and set off.

        :return: `sale.order.line` records, with rights to read them
        """
        # Whoever sells or ships need not see what was decided about a return.
        return self.sudo().filtered(lambda line: line.state != "cancel" and line.rma_settlement_id.exchange_delivery)

    def _filter_canceled_exchanges(self):
        """Return the lines of canceled orders that would have exchanged a product on terms.

        :return: `sale.order.line` records, with rights to read them
        """
        # As above.
        return self.sudo().filtered(lambda line: line.state == "cancel" and line.rma_settlement_id.exchange_delivery)

    def _has_invoice_left(self):
        """Return whether invoices of these lines of canceled orders are not credited, or the customer's money not given
        back.

        :rtype: bool
        """
        return any(line.qty_invoiced > 0 for line in self) or bool(self._get_open_credit_notes())

    def _get_open_credit_notes(self):
        """Return the posted credit notes of these lines whose money the customer has not got yet.

        :return: `account.move` records
        """
        return self.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted" and move._get_amount_open()
        )

    def _get_amount_uninvoiced(self):
        """Return what these lines sell and no invoice bills yet, taxes included.

        :return: float, in the currency of the order
        """
        return sum(
            line.price_total * max(0.0, line.product_uom_qty - line.qty_invoiced) / line.product_uom_qty
            for line in self
            if line.product_uom_qty
        )

    def _is_exchange_settled(self):
        """Return whether another product was delivered, invoiced, and paid where it was to wait for that.

        :rtype: bool
        """
        self.ensure_one()
        # What is free of charge needs no invoice.
        settled = min(self.qty_delivered, self.qty_invoiced) if self.price_total else self.qty_delivered
        if self.product_uom_id.compare(settled, self.product_uom_qty) < 0:
            return False
        invoices = self.invoice_lines.move_id.filtered(lambda move: move.state != "cancel")
        if any(move.state == "draft" for move in invoices):
            return False
        on_account = self.rma_settlement_id.exchange_delivery == "ship" or self.order_id.rma_release_reason
        return bool(on_account) or not any(move._get_amount_open() for move in invoices)
