from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

# Amounts of each tax of an invoice line that are allocated.
TAX_AMOUNTS = ("tax_amount_currency", "tax_amount", "base_amount_currency", "base_amount")


class RmaOrderLine(models.Model):
    """Allocations: what part of an invoice line a credit note gives back, to the cent.

    An invoice line is cut into allocations by quantity. An allocation is the difference of two rounded running
    totals, so that allocations neither gain nor lose a cent, and the last one takes whatever is left.
    """

    _inherit = "rma.order.line"

    def _get_allocations(self, quantities):
        """Cut quantities out of the invoices that billed them, the newest invoice first.

        :param quantities: {`rma.settlement` record: quantity in the unit of measure of its line}
        :return: list of allocations (see `_prepare_allocation`), and {decision: quantity that was never invoiced}
        """
        billed, credited = self._get_billed_and_credited(self.sale_line_id)
        amounts = self._get_invoice_line_amounts(billed, credited)
        allocations = []
        uninvoiced = {}
        for decision, wanted in quantities.items():
            line = decision.line_id
            for invoice_line in billed[line.sale_line_id]:
                unit = invoice_line.product_uom_id
                left = invoice_line.quantity - credited[invoice_line]["quantity"]
                taken = min(left, line.product_uom_id._compute_quantity(wanted, unit, round=False))
                if line.product_uom_id.compare(unit._compute_quantity(taken, line.product_uom_id, round=False), 0) <= 0:
                    continue
                allocations.append(
                    self._prepare_allocation(
                        decision, line, invoice_line, taken, amounts[invoice_line], credited[invoice_line]
                    )
                )
                wanted -= unit._compute_quantity(taken, line.product_uom_id, round=False)
            if line.product_uom_id.compare(wanted, 0) > 0:
                uninvoiced[decision] = line._round(wanted)
        return allocations, uninvoiced

    @api.model
    def _get_billed_and_credited(self, sale_lines):
        """Find what billed order lines, and what was credited of it, by whomever.

        :param sale_lines: `sale.order.line` records
        :return: {order line: posted invoice lines, the newest first},
            {invoice line: {"quantity": credited so far in its unit,
                "parts": list of (credit note line, begin and end of the part of it that takes from the invoice line)}}
        """
        move_lines = self.env["account.move.line"].search(
            Domain("sale_line_ids", "in", sale_lines.ids)
            & Domain("display_type", "=", "product")
            & Domain("parent_state", "in", ("draft", "posted"))
            & Domain("move_id.move_type", "in", ("out_invoice", "out_refund"))
            & Domain("is_downpayment", "=", False)
        )
        billed = defaultdict(lambda: self.env["account.move.line"])
        credited = defaultdict(lambda: {"quantity": 0.0, "parts": []})
        invoice_lines = move_lines.filtered(
            lambda line: line.move_id.move_type == "out_invoice" and line.parent_state == "posted" and line.quantity > 0
        )
        for line in invoice_lines.sorted(
            lambda line: (line.move_id.invoice_date, line.move_id.id, -line.id), reverse=True
        ):
            for sale_line in line.sale_line_ids & sale_lines:
                billed[sale_line] |= line
        # An invoice credits too, where it takes off what an earlier one billed.
        crediting = move_lines.filtered(
            lambda line: line.quantity > 0 if line.move_id.move_type == "out_refund" else line.quantity < 0
        )
        for credit in crediting.sorted(lambda line: (not line.move_id.reversed_entry_id, line.id)):
            self._attribute_credit(credit, billed, credited)
        return billed, credited

    @api.model
    def _attribute_credit(self, credit, billed, credited):
        """Book a credit note line against the invoice lines it takes from: those of the invoice it reverses first."""
        invoice = credit.move_id.reversed_entry_id
        # A union has the rights of its first records; returns staff need none in accounting.
        lines = self.env["account.move.line"].sudo()
        lines = lines.union(*(billed[sale_line] for sale_line in credit.sale_line_ids))
        unit = credit.product_uom_id or lines[:1].product_uom_id
        whole = abs(credit.quantity)
        begin = 0.0
        for line in lines.sorted(lambda line: line.move_id != invoice):
            room = line.quantity - credited[line]["quantity"]
            taken = min(room, unit._compute_quantity(whole - begin, line.product_uom_id, round=False))
            end = begin + line.product_uom_id._compute_quantity(taken, unit, round=False)
            if unit.compare(end, begin) > 0:
                credited[line]["quantity"] += taken
                credited[line]["parts"].append((credit, begin / whole, end / whole))
                begin = end

    @api.model
    def _get_invoice_line_amounts(self, billed, credited):
        """Read from invoices, and from the credit notes that took from them, what each line amounts to.

        :return: {invoice or credit note line: {key: amount}}, a key being `total_excluded_currency`, `total_excluded`,
            or a tax and a name of TAX_AMOUNTS; as booked, with the rounding of the whole document
        """
        # A union has the rights of its first records; returns staff need none in accounting.
        lines = self.env["account.move.line"].sudo().union(*billed.values())
        lines = lines.union(*(credit for entry in credited.values() for credit, _begin, _end in entry["parts"]))
        amounts = {}
        # Read for all invoices at once: records reached by way of a single one are no longer read together.
        lines.move_id.line_ids.tax_ids.mapped("amount")
        lines.move_id.line_ids.tax_tag_ids.mapped("name")
        for move in lines.move_id:
            base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
            for base_line in base_lines:
                line = base_line["record"]
                # As booked: Odoo may compute it otherwise by now, when the invoice was dated after it was made.
                values = amounts[line] = {
                    "total_excluded_currency": move.direction_sign * line.amount_currency,
                    "total_excluded": move.direction_sign * line.balance,
                }
                for tax_data in base_line["tax_details"]["taxes_data"]:
                    if not tax_data["is_reverse_charge"]:
                        values.update({(tax_data["tax"], name): tax_data[name] for name in TAX_AMOUNTS})
        for entry in credited.values():
            entry["amounts"] = defaultdict(float)
            for credit, begin, end in entry["parts"]:
                sign = 1 if credit.quantity > 0 else -1
                for key, amount in amounts[credit].items():
                    currency = self._get_amount_currency(credit, key)
                    entry["amounts"][key] += sign * (currency.round(amount * end) - currency.round(amount * begin))
        return amounts

    @api.model
    def _get_amount_currency(self, move_line, key):
        """Tell which currency an amount of a document line is in.

        :param key: see `_get_invoice_line_amounts`
        :return: `res.currency` record
        """
        name = key if isinstance(key, str) else key[1]
        return move_line.currency_id if name.endswith("_currency") else move_line.company_currency_id

    @api.model
    def _prepare_allocation(self, decision, line, invoice_line, quantity, amounts, credited):
        """Cut an allocation out of an invoice line, and book it as credited.

        :param decision: `rma.settlement` record that it is credited by
        :param line: `rma.order.line` that it is credited for; empty for the shipping of the order
        :param quantity: float, in the unit of measure of the invoice line
        :param amounts: {key: amount of the whole invoice line}
        :param credited: {"quantity", "parts", "amounts"} credited so far; raised by this allocation
        :return: {"order", "decision", "line", "invoice_line", "quantity", "amounts"}
        """
        begin = credited["quantity"]
        end = begin + quantity
        whole = invoice_line.quantity
        unit = line.product_uom_id or invoice_line.product_uom_id
        is_last = unit.compare(invoice_line.product_uom_id._compute_quantity(whole - end, unit, round=False), 0) <= 0
        so_far = credited.setdefault("amounts", defaultdict(float))
        allocation = {}
        for key, amount in amounts.items():
            currency = self._get_amount_currency(invoice_line, key)
            rest = currency.round(amount - so_far[key])
            part = currency.round(amount if is_last else amount * end / whole) - currency.round(amount * begin / whole)
            # Credit notes made by hand round in their own way: the last allocation makes up for that. What they gave
            # more for a unit is not given again; what they gave less was meant to be less.
            strayed = currency.round(rest - part)
            if not is_last or abs(strayed) > currency.rounding * (1.5 + 2 * len(credited["parts"])):
                rest = max(0.0, min(part, rest)) if amount >= 0 else min(0.0, max(part, rest))
            allocation[key] = currency.round(rest)
            so_far[key] += allocation[key]
        credited["quantity"] = end
        return {
            "order": decision.order_id,
            "decision": decision,
            "line": line,
            "invoice_line": invoice_line,
            "quantity": quantity,
            "amounts": allocation,
        }

    @api.model
    def _get_allocation_total(self, allocation):
        """Tell what an allocation amounts to, taxes included, in the currency of the invoice.

        :rtype: float
        """
        return sum(
            amount
            for key, amount in allocation["amounts"].items()
            if key == "total_excluded_currency" or key[1] == "tax_amount_currency"
        )
