import uuid
from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, float_is_zero

from ..allocation.rma_order_line import TAX_AMOUNTS


class RmaOrderLine(models.Model):
    """Refund: a credit note made from the invoice lines that billed the returned product."""

    _inherit = "rma.order.line"

    qty_unordered = fields.Float(
        string="Ordered Quantity Reduction",
        digits="Product Unit",
        copy=False,
        readonly=True,
        help="The ordered quantity was reduced by this much, because the product is invoiced on ordered quantities.",
    )
    # Credit notes of this line.
    credit_line_ids = fields.One2many(
        "account.move.line",
        "rma_line_id",
        string="Credit Note Lines",
        copy=False,
        help="Credit note lines that refund it.",
    )
    qty_refunded = fields.Float(
        string="Refunded",
        compute="_compute_qty_refunded",
        store=True,
        digits="Product Unit",
        help="Quantity on credit notes.",
    )

    @api.depends(
        "credit_line_ids.parent_state",
        "credit_line_ids.quantity",
        "credit_line_ids.product_uom_id",
        "credit_line_ids.rma_inspection_id",
    )
    def _compute_qty_refunded(self):
        for line in self:
            line.qty_refunded = line._count_credits(line._get_refund_credits())

    def _get_refund_credits(self):
        """Return the credit note lines that refund this line. Other ways to credit exclude their own.

        :return: `account.move.line` records, with rights to read them
        """
        return self._get_valid_credits()

    def _get_valid_credits(self):
        """Return the credit note lines that credit this line, whichever way the customer gets the money.

        :return: `account.move.line` records, with rights to read them
        """
        self.ensure_one()
        # Returns staff see credited amounts without access to accounting.
        # Inspection deductions are separate lines without a returned quantity.
        return self.sudo().credit_line_ids.filtered(
            lambda credit: credit.parent_state != "cancel" and not credit.rma_inspection_id
        )

    def _count_credits(self, credit_lines):
        """Return the quantity that credit note lines credit, in the unit of measure of this line.

        :param credit_lines: `account.move.line` records
        :rtype: float
        """
        return self._round(
            sum(
                credit.product_uom_id._compute_quantity(credit.quantity, self.product_uom_id, round=False)
                for credit in credit_lines
            )
        )

    def _get_qty_credited(self):
        """Return the credited quantity, whichever way the customer gets the money.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return self.qty_refunded

    def _sync_order_quantities(self):
        super()._sync_order_quantities()
        # Returns staff need no access to Sales to update the order.
        self.sudo()._lower_ordered_quantities()

    # === Credit notes ===

    def _prepare_refunds(self, allocations, charges):
        """Prepare the credit notes of allocations: one for each return, invoice and way in which the money is given.

        :param allocations: list as given by `_get_allocations`
        :param charges: `rma.settlement` records, what is given or kept besides
        :return: list of (invoice, total with taxes before cash rounding, values of `account.move`)
        :raise UserError: when more would be kept than is refunded
        """
        groups = self._group_allocations(allocations)
        deductions = defaultdict(list)
        for deduction in self._get_deductions(allocations):
            deductions[id(deduction["allocation"])].append(deduction)
        refunds = defaultdict(list)
        for (order, invoice, _way), group in groups.items():
            values = self._prepare_refund_values(order, invoice, group)
            taken_off = [deduction for allocation in group for deduction in deductions[id(allocation)]]
            values["invoice_line_ids"] += [
                Command.create(self._prepare_deduction_line_values(deduction)) for deduction in taken_off
            ]
            total = sum(map(self._get_allocation_total, group)) - sum(map(self._get_deduction_total, taken_off))
            refunds[order].append((invoice, total, values))
        for order in charges.order_id:
            booked = charges.filtered(lambda charge, order=order: charge.order_id == order)
            refunds[order] = order._add_charges(refunds[order], booked)
        return [refund for group in refunds.values() for refund in group]

    @api.model
    def _group_allocations(self, allocations):
        """Group allocations into credit notes: refunds first, so that charges are booked with them.

        :param allocations: list as given by `_get_allocations`
        :return: {(return, invoice, way in which the money is given): list of allocations}
        """
        ways = defaultdict(list)
        for allocation in allocations:
            if allocation["line"]:
                ways[allocation["order"]].append(allocation["decision"]._get_refund_way())
        groups = defaultdict(list)
        for allocation in allocations:
            order = allocation["order"]
            # Shipping is given back as the goods are: as money, unless all of them are given otherwise.
            way = (
                allocation["decision"]._get_refund_way()
                if allocation["line"]
                else next(iter(sorted(ways[order], key=bool)), False)
            )
            groups[order, allocation["invoice_line"].move_id, way].append(allocation)
        return dict(sorted(groups.items(), key=lambda item: bool(item[0][2])))

    @api.model
    def _prepare_refund_values(self, order, invoice, allocations):
        """Prepare a credit note. Override it to carry a field of your own.

        :param order: `rma.order`
        :param invoice: posted `account.move`
        :param allocations: list of allocations of this invoice
        :return: values of `account.move`
        """
        return {
            "move_type": "out_refund",
            # Set now, so that the customer's page that links to it does not need to write.
            "access_token": str(uuid.uuid4()),
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
            # Due at once; but a discount for early payment that lowered the taxes of the invoice lowers them here.
            "invoice_payment_term_id": invoice._get_mixed_payment_term().id,
            "invoice_cash_rounding_id": invoice.invoice_cash_rounding_id.id,
            "ref": self.env._("%(return)s, of %(invoice)s", **{"return": order.name, "invoice": invoice.name}),
            "team_id": invoice.team_id.id,
            "invoice_line_ids": [
                Command.create(self._prepare_refund_line_values(allocation)) for allocation in allocations
            ]
            + [Command.create(values) for values in self._prepare_lowering_lines_values(allocations)],
        }

    @api.model
    def _prepare_refund_line_values(self, allocation):
        """Prepare a credit note line. Override it to carry a field of your own.

        :param allocation: one of `_get_allocations`
        :return: values of `account.move.line`
        """
        invoice_line = allocation["invoice_line"]
        unit = self._get_refund_unit(allocation)
        values = {
            "name": invoice_line.name,
            "product_id": invoice_line.product_id.id,
            "product_uom_id": unit.id,
            "quantity": invoice_line.product_uom_id._compute_quantity(allocation["quantity"], unit, round=False),
            "price_unit": invoice_line.product_uom_id._compute_price(invoice_line.price_unit, unit)
            * self._get_price_ratio(allocation),
            "discount": invoice_line.discount,
            "tax_ids": [Command.set(invoice_line.tax_ids.ids)],
            "account_id": invoice_line.account_id.id,
            "analytic_distribution": invoice_line.analytic_distribution,
            "sale_line_ids": [Command.set(invoice_line.sale_line_ids.ids)],
            "rma_line_id": allocation["line"].id,
            "rma_settlement_id": allocation["decision"].id,
        }
        self._fix_refund_line_amounts(values, allocation)
        return values

    @api.model
    def _get_price_ratio(self, allocation):
        """Return the credited part of the invoice price, lower if manual credits already gave some of it.

        :rtype: float
        """
        invoice_line = allocation["invoice_line"]
        whole = invoice_line.price_subtotal * allocation["quantity"] / invoice_line.quantity
        if not allocation.get("is_cheaper") or not whole:
            return 1.0
        return allocation["amounts"]["total_excluded_currency"] / whole

    @api.model
    def _prepare_lowering_lines_values(self, allocations):
        """Prepare the lines that credit the parts of what lowered an invoice as a whole, one for each line of it.

        :param allocations: list of allocations of one credit note
        :return: list of values of `account.move.line`
        """
        parts = {}
        for part in (part for allocation in allocations for part in allocation.get("lowered", ())):
            if part["is_automatic"]:
                continue
            amounts = parts.setdefault(part["invoice_line"], defaultdict(float))
            for key, amount in part["amounts"].items():
                amounts[key] += amount
        return [
            self._prepare_lowering_line_values(invoice_line, amounts)
            for invoice_line, amounts in parts.items()
            if any(amounts.values())
        ]

    @api.model
    def _prepare_lowering_line_values(self, invoice_line, amounts):
        """Prepare a line that credits a part of what lowered an invoice. Override it to carry a field of your own.

        :param invoice_line: the line of the invoice
        :param amounts: {key: amount} that is credited of it
        :return: values of `account.move.line`
        """
        share = amounts["total_excluded_currency"] / (invoice_line.price_subtotal or 1.0)
        values = {
            "name": invoice_line.name,
            "product_id": invoice_line.product_id.id,
            "product_uom_id": invoice_line.product_uom_id.id,
            "quantity": 1,
            "price_unit": invoice_line.price_unit * invoice_line.quantity * share,
            "discount": invoice_line.discount,
            "tax_ids": [Command.set(invoice_line.tax_ids.ids)],
            "account_id": invoice_line.account_id.id,
            "analytic_distribution": invoice_line.analytic_distribution,
            "sale_line_ids": [Command.set(invoice_line.sale_line_ids.ids)],
            "rma_lowering_id": invoice_line.id,
        }
        self._fix_refund_line_amounts(values, {"invoice_line": invoice_line, "amounts": amounts})
        return values

    @api.model
    def _get_refund_unit(self, allocation):
        """Return the unit of measure to credit in: that of the invoice, unless the quantity would be a fraction.

        :param allocation: one of `_get_allocations`
        :return: `uom.uom` record
        """
        invoiced = allocation["invoice_line"].product_uom_id
        line = allocation["line"]
        for unit in (invoiced, line.product_uom_id, line.product_id.uom_id):
            quantity = invoiced._compute_quantity(allocation["quantity"], unit, round=False)
            if float_is_zero(quantity - unit.round(quantity), precision_digits=6):
                return unit
        return invoiced

    @api.model
    def _fix_refund_line_amounts(self, values, allocation):
        """Make Odoo's tax computation match the amounts of the allocation, to the cent."""
        invoice_line = allocation["invoice_line"]
        amounts = allocation["amounts"]
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
        """Prevent two transactions from crediting the same invoice at once: see `stock.move._lock_as_return_origin`."""
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
        """Refuse to treat a product as not invoiced while a draft invoice bills it.

        :param uninvoiced: {`rma.settlement` record: quantity}
        :raise UserError: names the return, the product and the order
        """
        for line in self.env["rma.settlement"].union(*uninvoiced).line_id:
            drafts = line.sale_line_id.invoice_lines.filtered(
                lambda move_line: move_line.parent_state == "draft" and move_line.move_id.move_type == "out_invoice"
            )
            if drafts and float_compare(sum(drafts.mapped("quantity")), 0, precision_digits=6) > 0:
                raise UserError(
                    self.env._(
                        "%(return)s: %(product)s is on a draft invoice of %(order)s. Post the invoice to refund the "
                        "product, or remove the product from it. Then settle the return.",
                        **{
                            "return": line.order_id.name,
                            "order": line.sale_line_id.order_id.name,
                            "product": line.product_id.display_name,
                        },
                    )
                )

    def _lower_ordered_quantities(self):
        """Lower the ordered quantities of lines invoiced as ordered by what came back and was not deducted yet."""
        for line in self.filtered("sale_line_id"):
            unit = line.sale_line_id.product_uom_id
            due = min(line._get_qty_credited() + line.qty_uninvoiced, line.qty_received) - line.qty_unordered
            if line.product_uom_id.compare(due, 0) > 0:
                lowered = line.sale_line_id._lower_ordered_quantity(
                    line.product_uom_id._compute_quantity(due, unit, round=False)
                )
                line.qty_unordered += unit._compute_quantity(lowered, line.product_uom_id, round=False)
