from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare, float_is_zero

# Amounts of each tax of an invoice line that are shared out.
TAX_AMOUNTS = ("tax_amount_currency", "tax_amount", "base_amount_currency", "base_amount")


class RmaOrderLine(models.Model):
    """Refund: a credit note made from the invoice lines that billed the returned product.

    An invoice line is cut into shares by quantity. A share is the difference of two rounded running totals, so that
    shares neither gain nor lose a cent, and the last one takes whatever is left.
    """

    _inherit = "rma.order.line"

    qty_unordered = fields.Float(
        string="Ordered Less",
        digits="Product Unit",
        copy=False,
        readonly=True,
        help="The order was lowered by this quantity, because it is invoiced as ordered.",
    )

    @api.depends("credit_line_ids.parent_state", "credit_line_ids.quantity", "credit_line_ids.product_uom_id")
    def _compute_qty_refunded(self):
        for line in self:
            # Returns staff see what was credited though they may see no accounting.
            valid = line.sudo().credit_line_ids.filtered(lambda credit: credit.parent_state != "cancel")
            line.qty_refunded = line._round(
                sum(
                    credit.product_uom_id._compute_quantity(credit.quantity, line.product_uom_id, round=False)
                    for credit in valid
                )
            )

    def _due_refund(self):
        """Tell what is still to credit. Where another product replaces the returned one, it is credited too.

        :return: float, in the unit of measure of the line
        """
        planned = self._get_qty_planned("refund") + self._get_qty_exchange()
        return max(0.0, planned - self.qty_refunded - self.qty_uninvoiced)

    def _settled_refund(self):
        """Tell what was credited, or came back before it was invoiced, in place of anything else.

        :return: float, in the unit of measure of the line
        """
        return max(0.0, self.qty_refunded + self.qty_uninvoiced - self._get_qty_exchange())

    def _settle_refund(self, quantities):
        """Make the credit notes, one for each invoice and return.

        What was never invoiced is not credited: the order delivers less, and the line says so.

        :param quantities: {line: quantity in its unit of measure}
        :return: `account.move` records
        :raise UserError: when the product is billed by a draft invoice
        """
        # Returns staff need no rights in accounting to have a credit note made, and get none by it.
        lines = self.sudo()
        quantities = {line: quantities[line] for line in lines}
        lines._lock_invoices()
        shares, uninvoiced = lines._get_refund_shares(quantities)
        lines._check_no_draft_invoice(uninvoiced)
        for line, quantity in uninvoiced.items():
            line.qty_uninvoiced += quantity
        refunds = self.env["account.move"].sudo().create(lines._prepare_refunds(shares))
        posted = refunds.filtered(
            lambda refund: all(refund.invoice_line_ids.rma_line_id.operation_type_id.mapped("post_credit_note"))
        )
        if posted:
            posted._post(soft=False)
        return refunds

    def _sync_order_quantities(self):
        super()._sync_order_quantities()
        # Returns staff need no rights in sales to have the order follow.
        self.sudo()._lower_ordered_quantities()

    @api.model
    def _get_decision_fields(self):
        return super()._get_decision_fields() | {"qty_unordered"}

    # === Shares ===

    def _get_refund_shares(self, quantities):
        """Cut quantities out of the invoices that billed them, the newest invoice first.

        :param quantities: {line: quantity in its unit of measure}
        :return: list of shares (see `_prepare_refund_share`), and {line: quantity that was never invoiced}
        """
        billed, credited = self._get_billed_and_credited()
        amounts = self._get_invoice_line_amounts(billed, credited)
        shares = []
        uninvoiced = {}
        for line, wanted in quantities.items():
            for invoice_line in billed[line.sale_line_id]:
                unit = invoice_line.product_uom_id
                left = invoice_line.quantity - credited[invoice_line]["quantity"]
                taken = min(left, line.product_uom_id._compute_quantity(wanted, unit, round=False))
                if line.product_uom_id.compare(unit._compute_quantity(taken, line.product_uom_id, round=False), 0) <= 0:
                    continue
                shares.append(
                    line._prepare_refund_share(invoice_line, taken, amounts[invoice_line], credited[invoice_line])
                )
                wanted -= unit._compute_quantity(taken, line.product_uom_id, round=False)
            if line.product_uom_id.compare(wanted, 0) > 0:
                uninvoiced[line] = line._round(wanted)
        return shares, uninvoiced

    def _get_billed_and_credited(self):
        """Find what billed the order lines of these lines, and what was credited of it, by whomever.

        :return: {order line: posted invoice lines, the newest first},
            {invoice line: {"quantity": credited so far in its unit,
                "parts": list of (credit note line, begin and end of the part of it that takes from the invoice line)}}
        """
        move_lines = self.env["account.move.line"].search(
            Domain("sale_line_ids", "in", self.sale_line_id.ids)
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
        own_lines = self.sale_line_id
        for line in invoice_lines.sorted(
            lambda line: (line.move_id.invoice_date, line.move_id.id, -line.id), reverse=True
        ):
            for sale_line in line.sale_line_ids & own_lines:
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
        lines = self.env["account.move.line"].union(*(billed[sale_line] for sale_line in credit.sale_line_ids))
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
        lines = self.env["account.move.line"].union(*billed.values())
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

    def _prepare_refund_share(self, invoice_line, quantity, amounts, credited):
        """Cut a share out of an invoice line, and book it as credited.

        :param quantity: float, in the unit of measure of the invoice line
        :param amounts: {key: amount of the whole invoice line}
        :param credited: {"quantity", "parts", "amounts"} credited so far; raised by this share
        :return: {"line", "invoice_line", "quantity", "amounts"}
        """
        self.ensure_one()
        begin = credited["quantity"]
        end = begin + quantity
        whole = invoice_line.quantity
        left = invoice_line.product_uom_id._compute_quantity(whole - end, self.product_uom_id, round=False)
        is_last = self.product_uom_id.compare(left, 0) <= 0
        so_far = credited.setdefault("amounts", defaultdict(float))
        share = {}
        for key, amount in amounts.items():
            currency = self._get_amount_currency(invoice_line, key)
            rest = currency.round(amount - so_far[key])
            part = currency.round(amount if is_last else amount * end / whole) - currency.round(amount * begin / whole)
            # Credit notes made by hand round in their own way: the last share makes up for that. What they gave more
            # for a unit is not given again; what they gave less was meant to be less.
            strayed = currency.round(rest - part)
            if not is_last or abs(strayed) > currency.rounding * (1.5 + 2 * len(credited["parts"])):
                rest = max(0.0, min(part, rest)) if amount >= 0 else min(0.0, max(part, rest))
            share[key] = currency.round(rest)
            so_far[key] += share[key]
        credited["quantity"] = end
        return {"line": self, "invoice_line": invoice_line, "quantity": quantity, "amounts": share}

    # === Credit notes ===

    def _prepare_refunds(self, shares):
        """Prepare the credit notes of shares, one for each return and invoice.

        :param shares: list as given by `_get_refund_shares`
        :return: list of values of `account.move`
        """
        groups = defaultdict(list)
        for share in shares:
            groups[share["line"].order_id, share["invoice_line"].move_id].append(share)
        return [self._prepare_refund_values(order, invoice, group) for (order, invoice), group in groups.items()]

    @api.model
    def _prepare_refund_values(self, order, invoice, shares):
        """Prepare a credit note. Override it to carry a field of your own.

        :param order: `rma.order`
        :param invoice: posted `account.move`
        :param shares: list of shares of this invoice
        :return: values of `account.move`
        """
        return {
            "move_type": "out_refund",
            "rma_id": order.id,
            "reversed_entry_id": invoice.id,
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": fields.Date.context_today(order),
            "invoice_origin": invoice.invoice_origin,
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_payment_term_id": False,
            "ref": self.env._("%(return)s, of %(invoice)s", **{"return": order.name, "invoice": invoice.name}),
            "team_id": invoice.team_id.id,
            "invoice_line_ids": [Command.create(self._prepare_refund_line_values(share)) for share in shares],
        }

    @api.model
    def _prepare_refund_line_values(self, share):
        """Prepare a credit note line. Override it to carry a field of your own.

        :param share: one of `_get_refund_shares`
        :return: values of `account.move.line`
        """
        invoice_line = share["invoice_line"]
        unit = self._get_refund_unit(share)
        values = {
            "name": invoice_line.name,
            "product_id": invoice_line.product_id.id,
            "product_uom_id": unit.id,
            "quantity": invoice_line.product_uom_id._compute_quantity(share["quantity"], unit, round=False),
            "price_unit": invoice_line.product_uom_id._compute_price(invoice_line.price_unit, unit),
            "discount": invoice_line.discount,
            "tax_ids": [Command.set(invoice_line.tax_ids.ids)],
            "account_id": invoice_line.account_id.id,
            "analytic_distribution": invoice_line.analytic_distribution,
            "sale_line_ids": [Command.set(invoice_line.sale_line_ids.ids)],
            "rma_line_id": share["line"].id,
        }
        self._fix_refund_line_amounts(values, share)
        return values

    @api.model
    def _get_refund_unit(self, share):
        """Choose the unit of measure to credit in: that of the invoice, unless one unit of a dozen is a broken number.

        :param share: one of `_get_refund_shares`
        :return: `uom.uom` record
        """
        invoiced = share["invoice_line"].product_uom_id
        line = share["line"]
        for unit in (invoiced, line.product_uom_id, line.product_id.uom_id):
            quantity = invoiced._compute_quantity(share["quantity"], unit, round=False)
            if float_is_zero(quantity - unit.round(quantity), precision_digits=6):
                return unit
        return invoiced

    @api.model
    def _fix_refund_line_amounts(self, values, share):
        """Make Odoo's tax computation arrive at the amounts of the share, to the cent."""
        invoice_line = share["invoice_line"]
        amounts = share["amounts"]
        taxes = invoice_line.tax_ids._flatten_taxes_and_sort_them()[0]
        values["extra_tax_data"] = {
            "currency_id": invoice_line.currency_id.id,
            "price_unit": values["price_unit"],
            "discount": values["discount"],
            "quantity": values["quantity"],
            "rate": invoice_line.currency_rate,
            "manual_total_excluded_currency": amounts["total_excluded_currency"],
            "manual_total_excluded": amounts["total_excluded"],
            "manual_tax_amounts": {
                str(tax.id): {name: amounts[tax, name] for name in TAX_AMOUNTS if (tax, name) in amounts}
                for tax in taxes
            }
            # Odoo reads none of this where it finds no tax amounts: a line without taxes has those of no tax.
            or {"0": {}},
        }

    # === Checks and the order ===

    def _lock_invoices(self):
        """Keep two transactions from crediting the same invoice at once: see `stock.move._lock_as_return_origin`."""
        invoices = self.sale_line_id.invoice_lines.move_id.filtered(lambda move: move.move_type == "out_invoice")
        if invoices:
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET write_date = write_date WHERE id IN"
                    " (SELECT id FROM account_move WHERE id IN %s ORDER BY id FOR NO KEY UPDATE)",
                    tuple(invoices.ids),
                )
            )

    @api.model
    def _check_no_draft_invoice(self, uninvoiced):
        """Refuse to call a product not invoiced while a draft invoice bills it.

        :param uninvoiced: {line: quantity}
        :raise UserError: names the return, the product and the order
        """
        for line in uninvoiced:
            drafts = line.sale_line_id.invoice_lines.filtered(
                lambda move_line: move_line.parent_state == "draft" and move_line.move_id.move_type == "out_invoice"
            )
            if drafts and float_compare(sum(drafts.mapped("quantity")), 0, precision_digits=6) > 0:
                raise UserError(
                    self.env._(
                        "%(return)s: a draft invoice of %(order)s bills %(product)s. Post it to refund the product, or "
                        "take the product off it, and settle the return then.",
                        **{
                            "return": line.order_id.name,
                            "order": line.sale_line_id.order_id.name,
                            "product": line.product_id.display_name,
                        },
                    )
                )

    def _lower_ordered_quantities(self):
        """Tell the order what came back, where it is invoiced as ordered. What is told already is not told again."""
        for line in self.filtered("sale_line_id"):
            unit = line.sale_line_id.product_uom_id
            due = min(line.qty_refunded + line.qty_uninvoiced, line.qty_received) - line.qty_unordered
            if line.product_uom_id.compare(due, 0) > 0:
                lowered = line.sale_line_id._lower_ordered_quantity(
                    line.product_uom_id._compute_quantity(due, unit, round=False)
                )
                line.qty_unordered += unit._compute_quantity(lowered, line.product_uom_id, round=False)
