from odoo import api, models


class RmaOrderLine(models.Model):
    """Never above what was invoiced: what was credited by hand is not given again, to the cent."""

    _inherit = "rma.order.line"

    # === Prices lowered by hand ===

    @api.model
    def _find_cheaper_units(self, credited, amounts):
        """Find the units whose price a credit note made by hand only lowered: they are still worth the rest of it.

        :param credited: see `_get_billed_and_credited`; an entry with such units gets `cheaper`: list of
            {"quantity": in the unit of the invoice line, "taken": so far, "amounts": {key: amount left for all}}
        :param amounts: {line: {key: amount}}
        """
        for invoice_line, entry in credited.items():
            for credit, begin, end in entry["parts"]:
                if credit.rma_line_id or credit.move_id.move_type != "out_refund" or invoice_line._is_lowering():
                    continue
                quantity = credit.product_uom_id._compute_quantity(
                    credit.quantity * (end - begin), invoice_line.product_uom_id, round=False
                )
                left = {}
                for key, amount in amounts[invoice_line].items():
                    currency = self._get_amount_currency(invoice_line, key)
                    given = currency.round(amounts[credit].get(key, 0.0) * (end - begin))
                    left[key] = currency.round(amount * quantity / invoice_line.quantity) - given
                untaxed = left["total_excluded_currency"]
                # A few cents are how the credit note rounds.
                if untaxed > self._get_strays(invoice_line, invoice_line.currency_id, entry):
                    entry.setdefault("cheaper", []).append({"quantity": quantity, "taken": 0.0, "amounts": left})

    @api.model
    def _get_cheaper_allocations(self, decision, invoice_lines, wanted, amounts, credited):
        """Return allocations to units only lowered in price, for what exceeds the rest of the invoices.

        :param decision: `rma.settlement` record that it is credited by
        :param invoice_lines: lines that billed it, the newest first
        :param wanted: float, in the unit of measure of the line
        :param amounts: {line: {key: amount}}
        :param credited: see `_get_billed_and_credited`
        :return: list of allocations
        """
        line = decision.line_id
        allocations = []
        for invoice_line in invoice_lines:
            unit = invoice_line.product_uom_id
            for cheaper in credited[invoice_line].get("cheaper", ()):
                left = cheaper["quantity"] - cheaper["taken"]
                taken = min(left, line.product_uom_id._compute_quantity(wanted, unit, round=False))
                if line.product_uom_id.compare(unit._compute_quantity(taken, line.product_uom_id, round=False), 0) <= 0:
                    continue
                wanted -= unit._compute_quantity(taken, line.product_uom_id, round=False)
                allocations.append(
                    {
                        "order": decision.order_id,
                        "decision": decision,
                        "line": line,
                        "invoice_line": invoice_line,
                        "quantity": taken,
                        "amounts": self._cut_cheaper(
                            invoice_line, cheaper, taken, amounts[invoice_line], credited[invoice_line]
                        ),
                        "is_cheaper": True,
                    }
                )
        return allocations

    @api.model
    def _cut_cheaper(self, invoice_line, cheaper, taken, amounts, entry):
        """Return the amounts of units that were lowered in price, and count them as credited.

        :param cheaper: such units, see `_find_cheaper_units`
        :param taken: float, how many of them
        :param amounts: {key: amount of the whole invoice line}
        :param entry: what is credited of it so far
        :return: {key: amount}
        """
        begin, end = cheaper["taken"] / cheaper["quantity"], (cheaper["taken"] + taken) / cheaper["quantity"]
        cheaper["taken"] += taken
        unit = invoice_line.product_uom_id
        left = invoice_line.quantity - entry["quantity"]
        left += sum(other["quantity"] - other["taken"] for other in entry["cheaper"])
        cut = {}
        for key, amount in cheaper["amounts"].items():
            currency = self._get_amount_currency(invoice_line, key)
            part = currency.round(amount * end) - currency.round(amount * begin)
            rest = amounts[key] - entry["amounts"][key] - entry["amounts_beyond"][key]
            strays = self._get_strays(invoice_line, currency, entry) if unit.compare(left, 0) <= 0 else None
            cut[key] = self._get_part_within(currency, amounts[key], part, rest, strays)
            entry["amounts"][key] += cut[key]
        return cut

    # === The cap ===

    @api.model
    def _cap_allocations(self, allocations, amounts, credited, others=()):
        """Lower allocations to what their invoices still have to credit, the last ones first.

        Credit notes made by hand need not say which line they credit: what they gave is given by nobody else.

        :param allocations: list of allocations with what lowers them, booked already
        :param amounts: {line: {key: amount}}
        :param credited: see `_get_billed_and_credited`
        :param others: allocations of the same credit notes that `credited` does not count
        """
        invoices = self.env["account.move"].union(*(each["invoice_line"].move_id for each in allocations))
        unattributed = invoices._get_unattributed_credits()
        for invoice in invoices:
            same = [other for other in others if other["invoice_line"].move_id == invoice]
            # What lowers them is counted already.
            left = -unattributed[invoice] - sum(self._sum_amounts(other["amounts"]) for other in same)
            for line in invoice.line_ids.filtered(lambda line: line.display_type == "product"):
                if line.is_downpayment or line not in amounts:
                    continue
                left += self._sum_amounts(amounts[line])
                # What was credited beyond the units of the line, as a price cut by hand of units that came back later,
                # is given as well.
                for given in ("amounts", "amounts_beyond"):
                    left -= self._sum_amounts(credited[line].get(given, {})) if line in credited else 0.0
            for allocation in reversed(allocations):
                if allocation["invoice_line"].move_id == invoice and invoice.currency_id.compare_amounts(left, 0) < 0:
                    left += self._lower_allocation(allocation, -left)

    @api.model
    def _lower_allocation(self, allocation, amount):
        """Lower an allocation by an amount, as far as possible.

        :param amount: float, taxes included
        :return: what was taken off
        """
        invoice_line = allocation["invoice_line"]
        total = self._get_allocation_total(allocation)
        taken = min(amount, total)
        if taken <= 0:
            return 0.0
        for part in [allocation, *allocation["lowered"]]:
            part["amounts"] = {
                key: self._get_amount_currency(invoice_line, key).round(value * (total - taken) / total)
                for key, value in part["amounts"].items()
            }
        allocation["is_cheaper"] = True
        cents = invoice_line.currency_id.round(total - taken - self._get_allocation_total(allocation))
        for key, rate in (("total_excluded_currency", 1.0), ("total_excluded", invoice_line.currency_rate)):
            allocation["amounts"][key] += self._get_amount_currency(invoice_line, key).round(cents / rate)
        return taken
