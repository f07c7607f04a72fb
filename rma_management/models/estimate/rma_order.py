from odoo import models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """Compute what settling would give before anything is booked. The process screen and the website read the same."""

    _inherit = "rma.order"

    def _get_refund_amounts(self, allocations, refund_shipping=False, fee=0.0, adjustment=0.0):
        """Return what the credit notes of allocations would amount to. Nothing is booked.

        :param allocations: list of allocations of this return (see `rma.order.line._get_allocations`)
        :param refund_shipping: whether the shipping left to credit is refunded, too
        :param fee: float, what is deducted before taxes, in the currency of the return
        :param adjustment: float, what is added before taxes, in the currency of the return; below zero what is deducted
        :return: {`products`, `deduction`, `shipping`, `fee`, `adjustment`, `rounding`, `total`: float, taxes included,
            in the currency of the return; what is deducted is below zero}
        :raise UserError: when the company has no product for the fee or the adjustment
        """
        self.ensure_one()
        amounts = {
            "products": self._sum_allocations(allocations),
            "deduction": -self._sum_deductions(allocations),
            "shipping": self._get_amount_shipping(allocations) if refund_shipping else 0.0,
            "fee": self._get_charge_amount("fee", -fee, allocations),
            "adjustment": self._get_charge_amount("adjustment", adjustment, allocations),
            "rounding": self._get_cash_rounding(allocations, refund_shipping, fee, adjustment),
        }
        return {**amounts, "total": sum(amounts.values())}

    def _convert_invoiced(self, amount, currency):
        """Return an amount of an invoice in the currency of the return, rounded.

        :param amount: float
        :param currency: `res.currency` of the invoice
        :rtype: float
        """
        return self.currency_id.round(self._convert_charge(amount, currency, self.currency_id))

    def _sum_allocations(self, allocations):
        """Return the sum of allocations, taxes included, in the currency of the return.

        :rtype: float
        """
        lines = self.env["rma.order.line"]
        return sum(
            self._convert_invoiced(lines._get_allocation_total(allocation), allocation["invoice_line"].currency_id)
            for allocation in allocations
        )

    def _sum_deductions(self, allocations):
        """Return the sum of inspection deductions, taxes included, in the currency of the return.

        :rtype: float
        """
        if not self.inspection_ids:
            return 0.0
        # Returns staff see what would be credited without access to accounting.
        lines = self.env["rma.order.line"].sudo()
        return sum(
            self._convert_invoiced(
                lines._get_deduction_total(deduction), deduction["allocation"]["invoice_line"].currency_id
            )
            for deduction in lines._get_deductions(allocations)
        )

    def _get_charge_amount(self, kind, amount, allocations):
        """Return a fee or an adjustment, taxes included, in the currency of the return.

        :param kind: `fee` or `adjustment`
        :param amount: float, before taxes; below zero what is kept
        :rtype: float
        """
        if self.currency_id.is_zero(amount):
            return 0.0
        if not allocations:
            return amount
        # Returns staff see totals without access to taxes.
        order = self.sudo()
        invoice = allocations[0]["invoice_line"].move_id
        values = order._prepare_charge_line_values(order._new_charge(kind, amount), amount, invoice)
        return self._convert_invoiced(order._get_charge_total(values, invoice), invoice.currency_id)

    def _get_cash_rounding(self, allocations, refund_shipping, fee, adjustment):
        """Return what cash rounding adds to the credit notes that would be made, each of which is rounded for itself.

        :return: float, in the currency of the return
        """
        # Returns staff see what would be credited without access to accounting.
        lines = self.env["rma.order.line"].sudo()
        invoices = lines.credit_line_ids.union(*(allocation["invoice_line"] for allocation in allocations)).move_id
        if not invoices.invoice_cash_rounding_id:
            return 0.0
        order = self.sudo()
        charges = order._new_charge("fee", -fee) | order._new_charge("adjustment", adjustment)
        if refund_shipping:
            shipping = order._new_charge("shipping", 1.0)
            allocations = allocations + order._get_shipping_allocations(shipping, allocations)
        try:
            refunds = lines._prepare_refunds(allocations, charges.filtered("amount"))
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
            self._convert_invoiced(invoice._get_cash_rounding_of_notes(of_notes), invoice.currency_id)
            for invoice, of_notes in totals.items()
            if invoice.invoice_cash_rounding_id
        )

    # === Exchanges ===

    def _get_exchange_difference(self, sold, refund):
        """Return what the customer would pay for replacements besides the credit.

        :param sold: float, price of the replacements, taxes included, in the currency of the return
        :param refund: float, total of the credit notes, in the currency of the return
        :return: float; below zero what would be left of the credit
        """
        self.ensure_one()
        credit = max(0.0, refund - self._get_amount_owed()) if sold else 0.0
        return self.currency_id.round(sold - credit)

    def _get_amount_owed(self):
        """Return what is open of the invoices of what comes back: a credit note pays that first.

        :return: float, in the currency of the return
        """
        self.ensure_one()
        # Returns staff need no rights in accounting to see what is left of a credit.
        invoices = self.sudo().line_ids.sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        return sum(self._convert_invoiced(invoice._get_amount_open(), invoice.currency_id) for invoice in invoices)
