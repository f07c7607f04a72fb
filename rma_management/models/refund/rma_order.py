from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """Compute the charges of a refund: shipping, restocking fee and adjustment.

    A charge is a decision (`rma.settlement`) about the return as a whole, its amount in the currency of the return:
    `shipping` (what is left of it is credited), `fee` (below zero: kept) and `adjustment` (given, or kept below zero).
    """

    _inherit = "rma.order"

    refund_ids = fields.One2many(
        "account.move", "rma_id", string="Credit Notes", readonly=True, help="Credit notes made for this return."
    )
    amount_refunded = fields.Monetary(
        string="Refunded", compute="_compute_amount_refunded", help="Total of the credit notes, taxes included."
    )

    def _get_shipping_lines(self):
        """Return the order lines that bill the shipping of the returned goods.

        :return: `sale.order.line` records
        """
        # Returns staff may not have access to every order.
        orders = self.sudo()
        return (orders.sale_order_id | orders.line_ids.sale_line_id.order_id).order_line.filtered("is_delivery")

    def _get_original_order(self):
        """Return the original order: that of the return, or of its first item.

        :return: `sale.order` record
        """
        self.ensure_one()
        return self.sale_order_id or self.line_ids.sale_line_id.order_id[:1]

    def _get_open_charges(self):
        """Return the charges that are decided but not booked yet.

        :return: `rma.settlement` records, with rights to read them
        """
        # Users who settle may not have access to decisions.
        return self.sudo().settlement_ids.filtered(lambda decision: not decision.line_id and not decision.is_booked)

    def _get_charges(self, allocations):
        """Return the charges that staff decided, or record and return the planned ones.

        :param allocations: list as given by `rma.order.line._get_allocations`
        :return: `rma.settlement` records
        """
        decided = self._get_open_charges()
        by_order = {order: [] for order in self - decided.order_id}
        for allocation in allocations:
            if allocation["order"] in by_order:
                by_order[allocation["order"]].append(allocation)
        planned = [values for order, group in by_order.items() for values in order._prepare_planned_charges(group)]
        self._check_planned_shipping(planned)
        return decided | self.env["rma.settlement"]._record(planned)

    def _prepare_planned_charges(self, allocations):
        """Prepare the planned charges: shipping by the resolutions, the fee by the reasons.

        :param allocations: list of allocations of this return
        :return: list of values of `rma.settlement`
        """
        self.ensure_one()
        amounts = {
            "shipping": self._is_shipping_refunded(allocations) and self._get_amount_shipping(),
            "fee": -self._get_default_fee(allocations),
        }
        return [
            {"order_id": self.id, "resolution": kind, "amount": amount, "is_planned": True}
            for kind, amount in amounts.items()
            if not self.currency_id.is_zero(amount)
        ]

    def _new_charge(self, kind, amount, note=False):
        """Return a charge that is not saved.

        :param kind: `shipping`, `fee` or `adjustment`
        :param amount: float, in the currency of the return; below zero what is kept
        :param note: why, for the customer
        :return: `rma.settlement` record in memory
        """
        self.ensure_one()
        return self.env["rma.settlement"].new({"order_id": self.id, "resolution": kind, "amount": amount, "note": note})

    def _is_shipping_refunded(self, allocations):
        """Return whether the return policy or else the resolutions of the refunded items refund the shipping.

        :param allocations: list of allocations of this return
        :rtype: bool
        """
        policies = {line._get_shipping_terms() for line in {allocation["line"] for allocation in allocations}}
        return "always" in policies or ("whole" in policies and self._is_refunded_whole(allocations))

    def _is_refunded_whole(self, allocations):
        """Return whether the customer keeps nothing of the orders once these allocations are credited.

        :param allocations: list of allocations of this return
        :rtype: bool
        """
        credited = {}
        for allocation in allocations:
            for sale_line in allocation["invoice_line"].sale_line_ids:
                quantity = allocation["invoice_line"].product_uom_id._compute_quantity(
                    allocation["quantity"], sale_line.product_uom_id, round=False
                )
                credited[sale_line] = credited.get(sale_line, 0.0) + quantity
        # Returns staff may not have access to every order.
        goods = self.sudo().line_ids.sale_line_id.order_id.order_line.filtered(
            lambda line: line.product_id.type == "consu" and not line.is_delivery
        )
        return all(
            line.product_uom_id.compare(line.qty_invoiced, credited.get(line, 0.0)) <= 0
            and line.product_uom_id.compare(line.qty_delivered, line.qty_invoiced) <= 0
            for line in goods
        )

    def _get_default_fee(self, allocations):
        """Return the total restocking fee of the return policy or else of the reasons, before taxes: no more of an item
        than is refunded of it.

        :param allocations: list of allocations of this return
        :return: float, in the currency of the return
        """
        self.ensure_one()
        fee = 0.0
        for allocation in allocations:
            terms = allocation["line"]._get_fee_terms()
            if not allocation["line"].operation_type_id.charge_fee or terms.fee_type in (False, "none"):
                continue
            refunded = self._get_fee_base(allocation)
            if terms.fee_type == "percent":
                fee += refunded * terms.fee_percent / 100
            else:
                quantity = allocation["invoice_line"].product_uom_id._compute_quantity(
                    allocation["quantity"], allocation["line"].product_uom_id, round=False
                )
                company_currency = self.company_id.currency_id
                charge = self._convert_charge(terms.fee_amount * quantity, company_currency, self.currency_id)
                fee += min(charge, refunded)
        return self.currency_id.round(fee)

    def _get_fee_base(self, allocation):
        """Return what a fee is a share of, and takes no more than: what is refunded, before taxes.

        :param allocation: allocation of this return
        :return: float, in the currency of the return
        """
        # What a card paid goes back to it, and leaves less than nothing where it paid the taxes, too.
        refunded = max(0.0, self.env["rma.order.line"]._get_allocation_untaxed(allocation))
        return self._convert_charge(refunded, allocation["invoice_line"].currency_id, self.currency_id)

    def _convert_charge(self, amount, source, target):
        if source == target:
            return amount
        return source._convert(amount, target, self.company_id, fields.Date.context_today(self), round=False)

    def _get_shipping_allocations(self, charges, goods=()):
        """Return the allocations of all shipping left to credit.

        :param charges: `rma.settlement` records, of which only shipping is used
        :param goods: allocations of goods that are credited with it
        :return: list of allocations (see `rma.order.line._prepare_allocation`), of no line
        """
        # Returns staff need no access to accounting to refund the shipping.
        lines = self.env["rma.order.line"].sudo()
        given = charges.sudo().filtered(lambda charge: charge.resolution == "shipping" and charge.amount)
        shipping = {charge: charge.order_id._get_shipping_lines() for charge in given}
        shipping_lines = self.env["sale.order.line"].sudo().union(*shipping.values())
        if not shipping_lines:
            return []
        billed, credited = lines._get_billed_and_credited(shipping_lines)
        amounts = lines._get_invoice_line_amounts(billed, credited)
        invoice_lines = lines.credit_line_ids.union(*(billed[line] for line in shipping_lines))
        lowerings = invoice_lines._get_lowerings(amounts, credited)
        invoice_lines._book_lowerings(goods, lowerings)
        allocations = []
        for charge, sale_lines in shipping.items():
            for invoice_line in lines.credit_line_ids.union(*(billed[sale_line] for sale_line in sale_lines)):
                entry = credited[invoice_line]
                left = invoice_line.quantity - entry["quantity"]
                if invoice_line.product_uom_id.compare(left, 0) > 0:
                    allocations.append(
                        lines._prepare_allocation(charge, lines, invoice_line, left, amounts[invoice_line], entry)
                    )
        invoice_lines._lower_allocations(allocations, lowerings)
        lines._cap_allocations(allocations, amounts, credited, goods)
        return allocations

    def _get_amount_shipping(self, goods=()):
        """Return the shipping left to refund, taxes included.

        :param goods: allocations of goods that are credited with it
        :return: float, in the currency of the return
        """
        self.ensure_one()
        lines = self.env["rma.order.line"]
        return self.currency_id.round(
            sum(
                self._convert_charge(
                    lines._get_allocation_total(allocation), allocation["invoice_line"].currency_id, self.currency_id
                )
                for allocation in self._get_shipping_allocations(self._new_charge("shipping", 1.0), goods)
            )
        )

    # === Lines of the credit note ===

    def _add_charges(self, refunds, charges):
        """Add the lines of fee and adjustment to the credit notes of one return.

        :param refunds: list of (invoice, total with taxes, values of `account.move`), the newest invoice first
        :param charges: `rma.settlement` records of this return
        :return: the list with totals that count the charges
        :raise UserError: when more would be kept than is refunded
        """
        self.ensure_one()
        totals = [total for _invoice, total, _values in refunds]
        booked = charges.filtered(lambda charge: charge.resolution != "shipping")
        for charge in booked.sorted(lambda charge: charge.amount < 0):
            left = charge.amount
            for position, (invoice, _total, values) in enumerate(refunds):
                if self.currency_id.is_zero(left):
                    break
                part, line, total = self._fit_charge(charge, left, invoice, totals[position])
                if not invoice.currency_id.is_zero(line["price_unit"]):
                    values["invoice_line_ids"].append(Command.create(line))
                    totals[position] += total
                left -= part
            if not self.currency_id.is_zero(left):
                raise UserError(self._get_charge_refusal(charge))
        return [(invoice, totals[position], values) for position, (invoice, _total, values) in enumerate(refunds)]

    def _fit_charge(self, charge, amount, invoice, credited):
        """Return the part of a charge that fits on the credit note of an invoice. The next one takes the rest.

        :param charge: `rma.settlement` record
        :param amount: float, what is left of the charge
        :param invoice: `account.move` that is credited
        :param credited: total of the credit note so far, in the currency of the invoice
        :return: (part of the amount, values of `account.move.line`, its total in the currency of the invoice)
        """
        line = self._prepare_charge_line_values(charge, amount, invoice)
        total = self._get_charge_total(line, invoice)
        if total < 0 and credited + total < 0:
            amount = self.currency_id.round(-amount * credited / total)
            line = self._prepare_charge_line_values(charge, amount, invoice)
            total = self._get_charge_total(line, invoice)
        return amount, line, total

    def _get_charge_refusal(self, charge):
        """Return why a charge does not fit on any credit note.

        :param charge: `rma.settlement` record
        :return: sentence
        """
        self.ensure_one()
        if charge.amount < 0:
            return self.env._(
                "%(return)s: the fee and the adjustment exceed the refund. Lower them until the total is zero or more.",
                **{"return": self.name},
            )
        return self.env._(
            "%s: no invoice is credited, so there is nothing to adjust. Refund a product, or remove the adjustment.",
            self.name,
        )

    def _prepare_charge_line_values(self, charge, amount, invoice):
        """Prepare the credit note line of a fee or an adjustment.

        :param charge: `rma.settlement` record
        :param amount: float, in the currency of the return; below zero what is kept
        :param invoice: `account.move` that is credited
        :return: values of `account.move.line`
        """
        self.ensure_one()
        # The product provides account and taxes; returns staff need no access to accounting.
        product = self._get_charge_product(charge.resolution).sudo().with_company(self.company_id)
        position = invoice.fiscal_position_id
        values = {
            "name": charge._get_charge_name(),
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": 1,
            "price_unit": invoice.currency_id.round(
                self._convert_charge(amount, self.currency_id, invoice.currency_id)
            ),
            "tax_ids": [Command.set(position.map_tax(product.taxes_id._filter_taxes_by_company(self.company_id)).ids)],
            "account_id": product.product_tmpl_id.get_product_accounts(fiscal_pos=position)["income"].id,
            "rma_settlement_id": charge.id,
        }
        return self._fix_line_amounts(values, invoice)

    def _get_charge_product(self, kind):
        """Return the product of a fee or an adjustment.

        :param kind: `fee` or `adjustment`
        :return: `product.product` record
        :raise UserError: when the company has none
        """
        # Company settings apply even if the user may not read them.
        product = self.company_id.sudo()[f"rma_{kind}_product_id"]
        if not product:
            raise UserError(
                self.env._("Choose the products for restocking fees and for adjustments in the Returns settings.")
            )
        return product

    @api.model
    def _fix_line_amounts(self, values, invoice):
        """Compute a credit note line as if it were the only one, and have exactly that booked.

        Taxes that a document rounds as a whole would be a cent more or less with the other lines than by themselves: no
        screen could tell the total before the credit note is made.

        :param values: values of `account.move.line`, that get the amounts
        :param invoice: `account.move` that is credited
        :return: the values
        """
        company = invoice.company_id
        # Returns staff need no rights on taxes and products to see a total.
        taxes = self.env["account.tax"].sudo().with_company(company)
        line = taxes._prepare_base_line_for_taxes_computation(
            {},
            price_unit=values["price_unit"],
            quantity=values["quantity"],
            discount=values.get("discount", 0.0),
            tax_ids=taxes.browse(values["tax_ids"][0][2]),
            product_id=self.env["product.product"].sudo().browse(values.get("product_id")),
            partner_id=invoice.partner_id,
            currency_id=invoice.currency_id,
            rate=invoice.invoice_currency_rate,
            is_refund=True,
        )
        taxes._add_tax_details_in_base_line(line, company)
        taxes._round_base_lines_tax_details([line], company)
        taxes._fix_base_lines_tax_details_on_manual_tax_amounts([line], company)
        values["extra_tax_data"] = taxes._export_base_line_extra_tax_data(line)
        return values

    @api.model
    def _get_charge_total(self, line_values, invoice):
        """Return what a credit note line to be made amounts to, taxes included, in the currency of the invoice.

        :param line_values: values of `account.move.line` with the amounts of `_fix_line_amounts`
        :param invoice: `account.move` that is credited
        :rtype: float
        """
        amounts = line_values["extra_tax_data"]
        if not amounts.get("manual_tax_amounts"):
            price = line_values["price_unit"] * (1 - line_values.get("discount", 0.0) / 100)
            return invoice.currency_id.round(price * line_values["quantity"])
        return amounts["manual_total_excluded_currency"] + sum(
            tax.get("tax_amount_currency", 0.0) for tax in amounts["manual_tax_amounts"].values()
        )

    def _check_not_above_invoices(self, charges):
        """Refuse adjustments that refund more than was invoiced.

        :param charges: `rma.settlement` records
        :raise UserError: names the return and what is left
        """
        given = charges.filtered(lambda charge: charge.resolution == "adjustment" and charge.amount > 0)
        for order in self & given.order_id:
            moves = order.line_ids.sale_line_id.order_id.invoice_ids | order.refund_ids
            moves = moves.filtered(lambda move: move.state != "cancel")
            left = sum(moves.mapped("amount_total_signed"))
            if order.company_id.currency_id.compare_amounts(left, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(return)s: the refund would exceed the invoiced amount by %(amount)s. Lower the adjustment.",
                        **{
                            "return": order.name,
                            "amount": order.company_id.currency_id.format(-left),
                        },
                    )
                )

    @api.depends("refund_ids.amount_total", "refund_ids.state", "currency_id")
    def _compute_amount_refunded(self):
        # Returns staff see refunded amounts without access to accounting.
        for order in self.sudo():
            order.amount_refunded = sum(
                refund.currency_id._convert(
                    refund.amount_total,
                    order.currency_id,
                    order.company_id,
                    refund.invoice_date or fields.Date.context_today(order),
                )
                for refund in order.refund_ids
                if refund.state != "cancel"
            )
