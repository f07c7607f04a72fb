from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

# Where the shares of all lines come so near to the whole, nothing is left.
WHOLE = 1 - 1e-6
# Which amounts of a tax belong to an untaxed amount.
TAX_OF = {"total_excluded_currency": "tax_amount_currency", "total_excluded": "tax_amount"}
UNTAXED_OF = {"base_amount_currency": "total_excluded_currency", "base_amount": "total_excluded"}


class AccountMoveLine(models.Model):
    """What lowers an invoice as a whole is credited with the goods that it lowered.

    A lowering is a dict of such a line of an invoice: `invoice_line`, `shares` ({line: its share}), `begin` (the part
    that goods credited so far take with them), `whole` and `amounts` ({key: amount} of all, and credited so far, see
    `rma.order.line._get_invoice_line_amounts`), and `is_automatic`: the taxes of an early payment, which Odoo adds.
    """

    _name = "account.move.line"
    _inherit = ["rma.sealed.mixin", "account.move.line"]

    rma_lowering_id = fields.Many2one(
        "account.move.line",
        string="Discount of the Invoice",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The invoice discount line that this line partly credits.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_lowering_id"}

    def _is_lowering(self):
        """Return whether this line lowers its invoice as a whole.

        :rtype: bool
        """
        self.ensure_one()
        if self.display_type != "product" or self.is_downpayment or self.price_subtotal >= 0:
            return False
        sale_line = self.sale_line_ids[:1]
        if sale_line:
            return sale_line._is_lowering()
        return self.quantity > 0 or self.product_id.type != "consu"

    def _get_credits_without_order(self):
        """Return the lines of credit notes that may give back these lines of invoices, which no order has.

        :return: `account.move.line` records
        """
        return self.search(
            Domain("display_type", "=", "product")
            & Domain("parent_state", "in", ("draft", "posted"))
            & Domain("move_id.move_type", "=", "out_refund")
            & Domain("sale_line_ids", "=", False)
            & Domain("rma_line_id", "=", False)
            & (Domain("rma_lowering_id", "in", self.ids) | Domain("move_id.reversed_entry_id", "in", self.move_id.ids))
        )

    def _get_lowering_of_credit(self, invoice_lines):
        """Return the line of an invoice that lowered it, which this line of a credit note gives back.

        :param invoice_lines: lines that lower invoices
        :return: `account.move.line` record
        """
        self.ensure_one()
        if self.rma_lowering_id:
            return self.rma_lowering_id
        invoice = self.move_id.reversed_entry_id
        found = invoice_lines.filtered(
            lambda line: (
                line.sale_line_ids & self.sale_line_ids
                if self.sale_line_ids
                else (line.move_id, line.product_id, line.account_id) == (invoice, self.product_id, self.account_id)
            )
        )
        return found.sorted(lambda line: line.move_id != invoice)[:1]

    def _get_lowerings(self, amounts, credited):
        """Return what lowers these lines of invoices.

        :param amounts: {line: {key: amount}}
        :param credited: {line: {"quantity", "amounts"} credited so far}
        :return: {line: list of lowerings}
        """
        lowerings = defaultdict(list)
        for invoice in self.move_id:
            lines = invoice.line_ids.filtered(lambda line: line.display_type == "product")
            early = invoice.line_ids.filtered(lambda line: line.display_type == "epd")
            for discount in lines.filtered(lambda line: line._is_lowering()) | early:
                shares = self.env["rma.lowering"]._get_shares(discount, lines)
                lowering = {
                    "invoice_line": discount,
                    "shares": shares,
                    "begin": sum(
                        share * self._get_share_credited(line, credited[line])
                        for line, share in shares.items()
                        if line in credited
                    ),
                    "whole": amounts[discount],
                    "amounts": credited[discount].setdefault("amounts", defaultdict(float)),
                    # What Odoo adds to the credit note itself is only counted.
                    "is_automatic": discount in early,
                }
                for line in shares:
                    lowerings[line].append(lowering)
        return lowerings

    @api.model
    def _get_share_credited(self, line, entry):
        """Return which share of a line of an invoice is credited, but for units that were only lowered in price.

        :param entry: what is credited of it so far
        :rtype: float
        """
        cheaper = sum(units["quantity"] - units["taken"] for units in entry.get("cheaper", ()))
        return (entry["quantity"] - cheaper) / line.quantity

    def _get_running_amount(self, amounts, key, share):
        """Return the rounded share of an amount of this invoice line.

        Of a price that includes taxes the whole is rounded, as the customer reads it, and the untaxed amount is the
        rest of it.

        :param amounts: {key: amount} of the whole line, see `rma.order.line._get_invoice_line_amounts`
        :param key: one of their keys
        :param share: float from 0 to 1
        """
        self.ensure_one()
        untaxed = key if isinstance(key, str) else UNTAXED_OF.get(key[1])
        currency = self.env["rma.order.line"]._get_amount_currency(self, key)
        included = []
        # The base of a tax is the untaxed amount, unless another tax is a part of it.
        if untaxed and amounts[key] == amounts[untaxed]:
            # Returns staff need no access to taxes.
            included = [
                amount
                for other, amount in amounts.items()
                if not isinstance(other, str) and other[1] == TAX_OF[untaxed] and other[0].sudo().price_include
            ]
        whole = currency.round((amounts[key] + sum(included)) * share)
        return currency.round(whole - sum(currency.round(amount * share) for amount in included))

    @api.model
    def _lower_allocations(self, allocations, lowerings):
        """Add to allocations their parts of what lowered the invoice: the last ones take whatever is left of it.

        :param allocations: list of allocations (see `rma.order.line._prepare_allocation`), each gets `lowered`: list
            of {"invoice_line": the line that lowers, "share": what part of it, "amounts": {key: amount}}
        :param lowerings: {line: list of lowerings}
        """
        for allocation in allocations:
            line = allocation["invoice_line"]
            allocation["lowered"] = []
            # What paid is cut out of what discounts leave.
            for lowering in sorted(lowerings[line], key=lambda each: each["invoice_line"]._is_tender()):
                share = lowering["shares"][line] * allocation["quantity"] / line.quantity
                share = self._get_cut_share(lowering, share, allocation)
                part = {
                    "invoice_line": lowering["invoice_line"],
                    "share": share,
                    "amounts": self._cut_lowering(lowering, share),
                    "is_automatic": lowering["is_automatic"],
                }
                self._keep_above_zero(allocation, lowering, part)
                allocation["lowered"].append(part)

    @api.model
    def _keep_above_zero(self, allocation, lowering, part):
        """Lower an allocation by no more than it is worth: goods that were credited by hand may be worth less.

        What is not taken off is left for the last of them.

        :param allocation: dict, its `lowered` so far
        :param lowering: see the class
        :param part: what would lower the allocation by a part of it
        """
        lines = self.env["rma.order.line"]
        line = part["invoice_line"]
        cut = lines._sum_amounts(part["amounts"])
        worth = max(0.0, lines._get_allocation_total(allocation))
        if part["is_automatic"] or line.currency_id.compare_amounts(worth + cut, 0) >= 0:
            return
        kept = {
            key: lines._get_amount_currency(line, key).round(amount * -worth / cut)
            for key, amount in part["amounts"].items()
        }
        cents = line.currency_id.round(-worth - lines._sum_amounts(kept))
        for key, rate in (("total_excluded_currency", 1.0), ("total_excluded", line.currency_rate)):
            kept[key] += lines._get_amount_currency(line, key).round(cents / rate)
        for key, amount in kept.items():
            lowering["amounts"][key] += amount - part["amounts"][key]
        part["amounts"] = kept

    def _is_tender(self):
        """Return whether this line says what paid a part of the invoice.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.sale_line_ids) and self.sale_line_ids[:1]._is_tender()

    @api.model
    def _get_cut_share(self, lowering, share, allocation):
        """Return what share of a lowering an allocation takes: that of its price. An addon may choose another one.

        :param lowering: see the class; what it says is booked so far may be set right here
        :param share: float, in proportion to the price
        :param allocation: dict, its `lowered` so far
        :rtype: float
        """
        return share

    @api.model
    def _cut_lowering(self, lowering, share):
        """Return a share of a line that lowers its invoice, and count it as credited.

        :return: {key: amount}
        """
        begin, end = lowering["begin"], lowering["begin"] + share
        lowering["begin"] = end
        so_far = lowering["amounts"]
        cut = {}
        line, whole = lowering["invoice_line"], lowering["whole"]
        for key, amount in whole.items():
            currency = self.env["rma.order.line"]._get_amount_currency(line, key)
            rest = currency.round(amount - so_far[key])
            if lowering["is_automatic"]:
                rest = currency.round(amount * end) - currency.round(amount * begin)
            elif end < WHOLE:
                # Goods that were credited by hand without their part of the discount leave more of it, not less.
                part = line._get_running_amount(whole, key, end) - line._get_running_amount(whole, key, begin)
                rest = max(part, min(rest, 0.0)) if amount < 0 else min(part, max(rest, 0.0))
            cut[key] = currency.round(rest)
            so_far[key] += cut[key]
        return cut

    @api.model
    def _book_lowerings(self, allocations, lowerings):
        """Count allocations that are not booked yet among what is credited.

        :param allocations: list of allocations with what lowers them
        :param lowerings: {line: list of lowerings}
        """
        for allocation in allocations:
            for part in allocation["lowered"]:
                for lowering in lowerings[allocation["invoice_line"]]:
                    if lowering["invoice_line"] == part["invoice_line"]:
                        lowering["begin"] += part["share"]
                        for key, amount in part["amounts"].items():
                            lowering["amounts"][key] += amount
