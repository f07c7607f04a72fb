from odoo import models
from odoo.exceptions import UserError


class RmaProcess(models.TransientModel):
    """What cash rounding adds to the credit notes of the screen."""

    _inherit = "rma.process"

    def _get_cash_rounding(self, allocations):
        """Return what cash rounding adds to the credit notes that would be made, each of which is rounded for itself.

        :param allocations: list of allocations of the screen (see `rma.order.line._get_allocations`)
        :return: float, in the currency of the return
        """
        self.ensure_one()
        # Returns staff see what would be credited without access to accounting.
        lines = self.env["rma.order.line"].sudo()
        invoices = lines.credit_line_ids.union(*(allocation["invoice_line"] for allocation in allocations)).move_id
        if not invoices.invoice_cash_rounding_id:
            return 0.0
        order = self.rma_id.sudo()
        fee = order._new_charge("fee", -self.refund_fee)
        adjustment = order._new_charge("adjustment", self.refund_adjustment)
        charges = (fee | adjustment).filtered("amount")
        if self.refund_shipping:
            shipping = order._new_charge("shipping", self.amount_shipping)
            allocations = allocations + order._get_shipping_allocations(shipping, allocations)
        try:
            refunds = lines._prepare_refunds(allocations, charges)
        except UserError:
            # More is kept than is refunded: the total says so, and nothing is rounded.
            return 0.0
        totals = {}
        for invoice, total, values in refunds:
            taxes = [
                tax.get("tax_amount_currency")
                for _command, _id, line in values["invoice_line_ids"]
                for tax in line.get("extra_tax_data", {}).get("manual_tax_amounts", {}).values()
            ]
            totals.setdefault(invoice, []).append((total, any(taxes)))
        return sum(
            self._convert(invoice._get_cash_rounding_of_notes(of_notes), invoice.currency_id)
            for invoice, of_notes in totals.items()
            if invoice.invoice_cash_rounding_id
        )
