import os
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase

# `make properties` tries more.
EXAMPLES = 100 if "RMA_PROPERTIES" in os.environ else 8
TAX_SETS = (
    "none",
    "on top",
    "included",
    "two on top",
    "two included",
    "fixed",
    "fixed included",
    "base of the next",
    "fixed base of the next",
    "division",
    "two accounts",
    "reverse charge",
)

prices = st.one_of(
    st.sampled_from([0.0, 0.01, 0.05, 9.99, 33.33, 100.0]),
    st.decimals(min_value=0, max_value=2000, places=2).map(float),
    st.decimals(min_value=0, max_value=50, places=4).map(float),
)
discounts = st.sampled_from([0.0, 0.0, 5.0, 12.5, 33.33, 99.0, 100.0])
quantities = st.one_of(st.integers(1, 9).map(float), st.sampled_from([0.5, 1.25, 2.33]))
sold_lines = st.lists(
    st.tuples(quantities, prices, discounts, st.sampled_from(TAX_SETS)),
    min_size=1,
    max_size=4,
)
splits = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=0, max_size=4)


@tagged("post_install", "-at_install")
class TestRefundProperty(RmaCase):
    """X1: any series of partial refunds of any order sums to exactly what was invoiced, and is never above it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.invoice_day = cls.today - timedelta(days=40)
        cls.second_currency = cls.env["res.currency"].create(
            {
                "name": "RMX",
                "symbol": "x",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create({"name": cls.invoice_day - timedelta(days=5), "rate": 0.73457}),
                    Command.create({"name": cls.today - timedelta(days=5), "rate": 1.31113}),
                ],
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Abroad", "currency_id": cls.second_currency.id})
        cls.taxes = cls._create_taxes()
        cls.products = [
            cls._create_product(f"Ware {number}", 10.0, on_hand=0, is_storable=False) for number in range(4)
        ]
        cls.keep = cls.refund_keep.copy({"name": "Keep it, posted", "post_credit_note": True})

    @classmethod
    def _create_taxes(cls):
        sequence = iter(range(1, 100))

        def tax(amount, **values):
            number = next(sequence)
            return cls.env["account.tax"].create(
                {"name": f"Tax {number}", "amount": amount, "type_tax_use": "sale", "sequence": number, **values}
            )

        def split(*factors):
            accounts = cls.env["account.account"].search(
                [("account_type", "=", "liability_current"), ("reconcile", "=", False)], limit=2
            )
            parts = [
                Command.create(
                    {"repartition_type": "tax", "factor_percent": factor, "account_id": accounts[number % 2].id}
                )
                for number, factor in enumerate(factors)
            ]
            base = [Command.create({"repartition_type": "base"})]
            return {"invoice_repartition_line_ids": base + parts, "refund_repartition_line_ids": base + parts}

        included = {"price_include_override": "tax_included"}
        excluded = {"price_include_override": "tax_excluded"}
        return {
            "none": cls.env["account.tax"],
            "on top": tax(15, **excluded),
            "included": tax(21, **included),
            "two on top": tax(9, **excluded) | tax(5.5, **excluded),
            "two included": tax(20, **included) | tax(2.1, **included),
            "fixed": tax(0.37, amount_type="fixed", **excluded),
            "fixed included": tax(0.13, amount_type="fixed", **included) | tax(7, **included),
            "base of the next": tax(10, include_base_amount=True, **excluded) | tax(4.7, **excluded),
            "fixed base of the next": tax(1.13, amount_type="fixed", include_base_amount=True, **excluded)
            | tax(21, **excluded),
            "division": tax(10, amount_type="division", **excluded),
            "two accounts": tax(19, **split(33.33, 66.67), **excluded),
            "reverse charge": tax(20, **split(100, -100), **excluded),
        }

    def _sell_any(self, lines, foreign, rounding, invoices):
        """Sell, deliver and invoice, in one or two deliveries with an invoice each, the first one at another rate."""
        self.company.tax_calculation_rounding_method = rounding
        items = [
            (
                self.products[number],
                {
                    "product_uom_qty": quantity,
                    "price_unit": price,
                    "discount": discount,
                    "tax_ids": [Command.set(self.taxes[taxes].ids)],
                },
            )
            for number, (quantity, price, discount, taxes) in enumerate(lines)
        ]
        order = self._sell(*items, **({"pricelist_id": self.pricelist.id} if foreign else {}))
        days = [self.invoice_day, self.today - timedelta(days=2)]
        if invoices == 2:
            self._deliver(
                order,
                {
                    line.product_id: line.product_uom_id.round(line.product_uom_qty / 3) or line.product_uom_qty
                    for line in order.order_line
                },
            )
            self._invoice_on(order, days.pop(0))
        self._deliver(order)
        if any(order.order_line.mapped("qty_to_invoice")):
            self._invoice_on(order, days.pop(0))
        return order

    def _invoice_on(self, order, day):
        invoice = self._invoice(order, post=False)
        try:
            invoice.invoice_date = day
        except UserError:
            # Odoo itself does not balance some invoices of parts of a cent when it applies another rate.
            reject()
        invoice.action_post()
        return invoice

    def _get_amounts(self, moves):
        """Sum what documents amount to: whole, untaxed and each tax; in their currency and the company's."""
        lines = moves.line_ids
        amounts = {
            "total": sum(moves.mapped("amount_total")),
            "untaxed": sum(moves.mapped("amount_untaxed")),
            "tax": sum(moves.mapped("amount_tax")),
            "company total": sum(abs(move.amount_total_signed) for move in moves),
            "company untaxed": sum(abs(move.amount_untaxed_signed) for move in moves),
            "company tax": sum(abs(move.amount_tax_signed) for move in moves),
        }
        for tax in lines.tax_line_id:
            of_tax = lines.filtered(lambda line, tax=tax: line.tax_line_id == tax)
            amounts[tax.name] = abs(sum(of_tax.mapped("amount_currency")))
            amounts[f"company {tax.name}"] = abs(sum(of_tax.mapped("balance")))
        return amounts

    def _check_never_above(self, invoices, refunds):
        for invoice in invoices:
            whole = self._get_amounts(invoice)
            for name, amount in self._get_amounts(refunds & invoice.reversal_move_ids).items():
                self.assertLessEqual(round(amount - whole[name], 6), 0, f"{name} of {whole}")

    def _check_sums(self, invoices, refunds):
        for invoice in invoices:
            whole = self._get_amounts(invoice)
            credited = self._get_amounts(refunds & invoice.reversal_move_ids)
            for name, amount in whole.items():
                self.assertEqual(round(amount, 6), round(credited.get(name, 0.0), 6), f"{name}: {whole} {credited}")
            self.assertEqual(invoice.amount_residual, 0)
        receivable = (invoices | refunds).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertFalse(any(receivable.mapped("amount_residual")))
        self.assertFalse(any(receivable.mapped("amount_residual_currency")))

    def _check_series(self, lines, foreign, rounding, invoices, split):
        order = self._sell_any(lines, foreign, rounding, invoices)
        bills = order.invoice_ids
        refunds = self.env["account.move"]
        left = {line: line.product_uom_qty for line in order.order_line}
        for part in [*split, None]:
            items = []
            for number, line in enumerate(order.order_line):
                quantity = left[line] if part is None else min(part[number], left[line])
                left[line] = line.product_uom_id.round(left[line] - quantity)
                if quantity:
                    items.append((line.product_id, quantity, self.keep))
            if items:
                rma = self._approve(self._ask(order, *items)).sudo()
                self.assertEqual(rma.state, "done")
                self.assertTrue(all(refund.state == "posted" for refund in rma.refund_ids))
                refunds |= rma.refund_ids
                self._check_never_above(bills, refunds)
        self.assertFalse(any(left.values()))
        self._check_sums(bills, refunds)
        matched = (bills | refunds).line_ids
        self.assertFalse(matched.matched_debit_ids.exchange_move_id | matched.matched_credit_ids.exchange_move_id)

    def test_any_series_of_partial_refunds_sums_to_the_invoices(self):
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(
            sold_lines,
            st.booleans(),
            st.sampled_from(["round_per_line", "round_globally"]),
            st.integers(1, 2),
            splits,
        )
        def check(lines, foreign, rounding, invoices, split):
            # Goods that cost less than the fixed tax they include make a negative invoice, which Odoo refuses.
            assume(
                not any(
                    taxes == "fixed included" and price * (1 - discount / 100) < 0.14
                    for _quantity, price, discount, taxes in lines
                )
            )
            with self.env.cr.savepoint() as savepoint:
                self._check_series(lines, foreign, rounding, invoices, split)
                savepoint.rollback()
            self.env.invalidate_all()

        check()
