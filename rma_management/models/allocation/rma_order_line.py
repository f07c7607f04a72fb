from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

# Amounts of each tax of an invoice line that are allocated.
OWN_TAX_AMOUNTS = ("tax_amount_currency", "tax_amount")
TAX_AMOUNTS = (*OWN_TAX_AMOUNTS, "base_amount_currency", "base_amount")


class RmaOrderLine(models.Model):
    """Allocations: what part of an invoice line a credit note gives back, to the cent.

    An invoice line is cut into allocations by quantity. An allocation is the difference of two rounded running
    totals, so that allocations neither gain nor lose a cent, and the last one takes whatever is left.
    """

    _inherit = "rma.order.line"

    def _get_allocations(self, quantities):
        """Return the allocations of quantities to the invoices that billed them, newest invoice first.

        :param quantities: {`rma.settlement` record: quantity in the unit of measure of its line}
        :return: list of allocations (see `_prepare_allocation`), and {decision: quantity that was never invoiced}
        """
        billed, credited = self._get_billed_and_credited(self.sale_line_id)
        amounts = self._get_invoice_line_amounts(billed, credited)
        invoice_lines = self.env["account.move.line"].union(*(billed[line] for line in self.sale_line_id))
        lowerings = invoice_lines._get_lowerings(amounts, credited)
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
            cheaper = self._get_cheaper_allocations(decision, billed[line.sale_line_id], wanted, amounts, credited)
            allocations += cheaper
            wanted -= self._count_allocations(cheaper, line.product_uom_id)
            if line.product_uom_id.compare(wanted, 0) > 0:
                uninvoiced[decision] = line._round(wanted)
        invoice_lines._lower_allocations(allocations, lowerings)
        self._cap_allocations(allocations, amounts, credited)
        return allocations, uninvoiced

    @api.model
    def _get_billed_and_credited(self, sale_lines):
        """Return the invoice lines of order lines, and everything credited of them.

        :param sale_lines: `sale.order.line` records
        :return: {order line: posted invoice lines, the newest first},
            {invoice line: {"quantity": credited so far in its unit,
                "parts": list of (credit note line, begin and end of the part of it that takes from the invoice line),
                "beyond": the same of credits of more than the invoice line has}}
        """
        # What lowers an invoice as a whole is shared among all its lines, so all of them are counted.
        invoices = self.env["account.move"].search(
            Domain("line_ids.sale_line_ids", "in", sale_lines.ids) & Domain("move_type", "=", "out_invoice")
        )
        sale_lines |= invoices.line_ids.sale_line_ids
        move_lines = self._get_move_lines(sale_lines)
        discounts = invoices.line_ids.filtered(lambda line: line._is_lowering())
        by_hand = discounts.filtered(lambda line: not line.sale_line_ids)
        if by_hand:
            move_lines |= by_hand._get_credits_without_order()
        billed = defaultdict(lambda: self.env["account.move.line"])
        invoice_lines = move_lines.filtered(
            lambda line: line.move_id.move_type == "out_invoice" and line.parent_state == "posted" and line.quantity > 0
        )
        for line in invoice_lines.sorted(
            lambda line: (line.move_id.invoice_date, line.move_id.id, -line.id), reverse=True
        ):
            for sale_line in line.sale_line_ids & sale_lines:
                billed[sale_line] |= line
        return billed, self._get_credited(move_lines, billed, discounts)

    @api.model
    def _get_move_lines(self, sale_lines):
        """Find the lines of invoices and credit notes that bill order lines.

        :param sale_lines: `sale.order.line` records
        :return: `account.move.line` records of documents that are not canceled, down payments left out
        """
        return self.env["account.move.line"].search(
            Domain("sale_line_ids", "in", sale_lines.ids)
            & Domain("display_type", "=", "product")
            & Domain("parent_state", "in", ("draft", "posted"))
            & Domain("move_id.move_type", "in", ("out_invoice", "out_refund"))
            & Domain("is_downpayment", "=", False)
        )

    @api.model
    def _get_credited(self, move_lines, billed, discounts):
        """Find what was credited of invoice lines, by whomever.

        :param move_lines: lines of invoices and credit notes
        :param billed: {order line: invoice lines, the newest first}
        :param discounts: lines of invoices that lower them as a whole
        :return: see `_get_billed_and_credited`
        """
        credited = defaultdict(lambda: {"quantity": 0.0, "parts": [], "beyond": []})
        # An invoice credits too, where it takes off what an earlier one billed.
        crediting = move_lines.filtered(
            lambda line: line.quantity > 0 if line.move_id.move_type == "out_refund" else line.quantity < 0
        )
        # What returns credited are goods that came back; what was credited by hand may be a lower price.
        for credit in crediting.sorted(
            lambda line: (not line.move_id.reversed_entry_id, not line.rma_line_id, line.id)
        ):
            discount = discounts and credit.price_subtotal < 0 and credit._get_lowering_of_credit(discounts)
            if discount:
                credited[discount]["parts"].append((credit, 0.0, 1.0))
            else:
                self._attribute_credit(credit, billed, credited)
        return credited

    @api.model
    def _attribute_credit(self, credit, billed, credited):
        """Book a credit note line against the invoice lines it takes from: those of the invoice it reverses first."""
        invoice = credit.move_id.reversed_entry_id
        # A union has the environment of its first records; returns staff need no access to accounting.
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
        own = lines.filtered(lambda line: line.move_id == invoice)[:1]
        if own and unit.compare(whole, begin) > 0:
            # The units that were only lowered in price came back since then: what they were lowered by stays given.
            credited[own]["beyond"].append((credit, begin / whole, 1.0))

    @api.model
    def _get_invoice_line_amounts(self, billed, credited):
        """Return the amounts of each line of invoices and their credit notes.

        :return: {invoice or credit note line: {key: amount}}, a key being `total_excluded_currency`, `total_excluded`,
            or a tax and a name of TAX_AMOUNTS; as booked, with the rounding of the whole document
        """
        # A union has the environment of its first records; returns staff need no access to accounting.
        lines = self.env["account.move.line"].sudo().union(*billed.values())
        lines = lines.union(*(part[0] for entry in credited.values() for part in entry["parts"] + entry["beyond"]))
        amounts = {}
        # Read for all invoices at once: records reached by way of a single one are no longer read together.
        lines.move_id.line_ids.tax_ids.mapped("amount")
        lines.move_id.line_ids.tax_tag_ids.mapped("name")
        for move in lines.move_id:
            base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
            # A tax of less than a cent of the document may be one in the other currency, and is not booked.
            booked = move.line_ids.tax_line_id
            for base_line in base_lines:
                line = base_line["record"]
                # As booked: Odoo may compute it otherwise by now, when the invoice was dated after it was made.
                values = amounts[line] = {
                    "total_excluded_currency": move.direction_sign * line.amount_currency,
                    "total_excluded": move.direction_sign * line.balance,
                }
                for tax_data in base_line["tax_details"]["taxes_data"]:
                    tax = tax_data["tax"]
                    if not tax_data["is_reverse_charge"]:
                        values.update({(tax, name): tax_data[name] for name in TAX_AMOUNTS})
                        if tax not in booked:
                            values.update({(tax, name): 0.0 for name in OWN_TAX_AMOUNTS})
        for entry in credited.values():
            entry["amounts"] = self._sum_parts(entry["parts"], amounts)
            entry["amounts_beyond"] = self._sum_parts(entry["beyond"], amounts)
        self._find_cheaper_units(credited, amounts)
        return amounts

    @api.model
    def _sum_parts(self, parts, amounts):
        """Return the amounts of parts of credit note lines.

        :param parts: list of (credit note line, begin and end of the part of it)
        :param amounts: {line: {key: amount}}
        :return: {key: amount}
        """
        total = defaultdict(float)
        for credit, begin, end in parts:
            sign = 1 if credit.move_id.move_type == "out_refund" else -1
            for key, amount in amounts[credit].items():
                currency = self._get_amount_currency(credit, key)
                total[key] += sign * (currency.round(amount * end) - currency.round(amount * begin))
        return total

    @api.model
    def _get_strays(self, invoice_line, currency, credited):
        """Return by how much credit notes may stray from the allocations: made by hand, each rounds in its own way, and
        cash rounding that is part of a tax is rounded for each.

        :param invoice_line: the line that they credit
        :param currency: `res.currency` of the amounts
        :param credited: what is credited so far, see `_get_billed_and_credited`
        :rtype: float
        """
        notes = len(credited["parts"] + credited["beyond"])
        cash = invoice_line.move_id.invoice_cash_rounding_id.filtered(lambda method: method.strategy == "biggest_tax")
        return max(currency.rounding * (1.5 + 2 * notes), cash.rounding * notes)

    @api.model
    def _get_part_within(self, currency, amount, part, rest, strays=None):
        """Return the part of an amount that is credited: never more than the rest of it.

        What is credited last makes up for the rounding of others. What they gave more for a unit is not given again;
        what they gave less was meant to be less.

        :param currency: `res.currency` of the amounts
        :param amount: float, the whole
        :param part: float, as computed
        :param rest: float, what is left of the whole
        :param strays: float, by how much the rest may stray from the part that is the last one; None for others
        :rtype: float
        """
        if strays is not None and abs(currency.round(rest - part)) <= strays:
            return currency.round(rest)
        return currency.round(max(0.0, min(part, rest)) if amount >= 0 else min(0.0, max(part, rest)))

    @api.model
    def _get_amount_currency(self, move_line, key):
        """Return which currency an amount of a document line is in.

        :param key: see `_get_invoice_line_amounts`
        :return: `res.currency` record
        """
        name = key if isinstance(key, str) else key[1]
        return move_line.currency_id if name.endswith("_currency") else move_line.company_currency_id

    @api.model
    def _prepare_allocation(self, decision, line, invoice_line, quantity, amounts, credited):
        """Return an allocation of an invoice line, and count it as credited.

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
            part = invoice_line._get_running_amount(amounts, key, 1.0 if is_last else end / whole)
            part -= invoice_line._get_running_amount(amounts, key, begin / whole)
            strays = self._get_strays(invoice_line, currency, credited) if is_last else None
            allocation[key] = self._get_part_within(currency, amount, part, rest, strays)
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

    # === Totals ===

    @api.model
    def _sum_amounts(self, amounts):
        """Return the sum of amounts in the currency of the document, taxes included.

        :param amounts: {key: amount}
        :rtype: float
        """
        return sum(
            amount
            for key, amount in amounts.items()
            if key == "total_excluded_currency" or key[1] == "tax_amount_currency"
        )

    @api.model
    def _get_allocation_total(self, allocation):
        """Return what an allocation amounts to, less what lowered it, taxes included, in the currency of the invoice.

        :rtype: float
        """
        return sum(self._sum_amounts(part["amounts"]) for part in [allocation, *allocation.get("lowered", ())])

    @api.model
    def _get_allocation_untaxed(self, allocation):
        """Return what an allocation amounts to, less what lowered it, before taxes, in the currency of the invoice.

        :rtype: float
        """
        return sum(part["amounts"]["total_excluded_currency"] for part in [allocation, *allocation.get("lowered", ())])

    @api.model
    def _get_allocation_ratio(self, allocation):
        """Return what part of its price on the invoice an allocation is worth, less what lowered it.

        :rtype: float
        """
        invoice_line = allocation["invoice_line"]
        whole = invoice_line.price_subtotal * allocation["quantity"] / invoice_line.quantity
        return self._get_allocation_untaxed(allocation) / whole if whole else 1.0

    @api.model
    def _count_allocations(self, allocations, unit):
        """Return the quantity of allocations in a unit of measure.

        :rtype: float
        """
        return sum(
            allocation["invoice_line"].product_uom_id._compute_quantity(allocation["quantity"], unit, round=False)
            for allocation in allocations
        )
