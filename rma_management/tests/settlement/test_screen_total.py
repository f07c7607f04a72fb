import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..refund.common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestScreenTotal(RefundCase):
    """Point 8: the total of the process screen is that of the credit notes, whichever way the company rounds taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = [cls._create_product(f"Good {number}", 10.0) for number in range(3)]
        cls.half = cls.env["rma.grade"].create({"name": "Half", "refund_percent": 50})

    def _check(self, lines, taxes, values, inspected=0):
        """Return all of an order, and compare the screen with what it books.

        :param lines: list of (price, quantity, discount)
        :param taxes: taxes of goods, and of fee and adjustment
        :param values: what is typed on the screen
        """
        (self.company.rma_fee_product_id | self.company.rma_adjustment_product_id).taxes_id = taxes
        items = [
            (good, {"price_unit": price, "product_uom_qty": quantity, "discount": discount, "tax_ids": taxes.ids})
            for good, (price, quantity, discount) in zip(self.goods, lines, strict=False)
        ]
        order = self._sell_and_invoice(*items)
        rma = self._return(order, *((good, what["product_uom_qty"], self.refund_posted) for good, what in items))
        for line in rma.sudo().line_ids[:inspected]:
            self.env["rma.inspection"].create(
                {"line_id": line.id, "quantity": line.qty_received, "grade_id": self.half.id}
            )
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.write(values)
        total = wizard.amount_total_refund
        wizard.action_complete()
        booked = sum(rma.sudo().refund_ids.mapped("amount_total"))
        self.assertAlmostEqual(total, booked, 2, msg=f"{lines} {taxes.mapped('amount')} {values} {inspected}")

    def test_fee_and_adjustment_of_odd_cents(self):
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            tax = self._tax(15, name=method)
            self._check(
                [(66.57, 3, 0), (10.03, 1, 5)],
                tax,
                {"fee_type": "amount", "refund_fee": 10.03, "refund_adjustment": -8.37, "adjustment_reason": "So"},
            )

    def test_any_order_by_both_ways_of_rounding(self):
        dice = random.Random(210)
        for number in range(12):
            self.company.tax_calculation_rounding_method = ("round_per_line", "round_globally")[number % 2]
            taxes = self._tax(dice.choice([5.5, 7, 15, 19]), included=dice.random() < 0.3, name=f"A{number}")
            if dice.random() < 0.3:
                taxes |= self._tax(dice.choice([1.3, 2]), name=f"B{number}")
            lines = [
                (round(dice.uniform(1, 90), 2), dice.randint(1, 4), dice.choice([0, 0, 7.5, 33.3])) for _line in "abc"
            ]
            self._check(
                lines,
                taxes,
                {
                    "fee_type": "amount",
                    "refund_fee": round(dice.uniform(1, 2), 2),
                    "refund_adjustment": round(dice.uniform(-1, 0.9), 2),
                    "adjustment_reason": "So",
                },
                inspected=dice.randint(0, 2),
            )


@tagged("post_install", "-at_install")
class TestScreenTotalOfCash(RefundCase):
    """Point 4: what cash rounding adds is on the screen, and all notes of an invoice sum to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls._create_product("Good", 10.01)
        cls.account = cls.env["account.account"].search([("account_type", "=", "income_other")], limit=1)

    def _sell_rounded(self, strategy, rounding, **line):
        method = self.env["account.cash.rounding"].create(
            {
                "name": strategy,
                "rounding": rounding,
                "strategy": strategy,
                "rounding_method": "HALF-UP",
                "profit_account_id": self.account.id,
                "loss_account_id": self.account.id,
            }
        )
        order = self._sell((self.good, {"product_uom_qty": 3, **line}))
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.invoice_cash_rounding_id = method
        invoice.action_post()
        return order

    def _check_screen(self, order, quantity, **values):
        """Return some of an order.

        :return: the total, on the screen as on the credit notes
        """
        rma = self._return(order, (self.good, quantity, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.write(values)
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertAlmostEqual(total, sum(rma.sudo().refund_ids.mapped("amount_total")), 2)
        return total

    def _get_sums(self, moves):
        sums = {}
        for line in moves.line_ids:
            for key in [line.account_id, *line.tax_line_id, *line.tax_tag_ids]:
                sums[key] = round(sums.get(key, 0.0) + line.balance, 2)
        return {key.display_name: amount for key, amount in sums.items() if amount}

    def test_all_at_once_and_one_by_one(self):
        for strategy in ("add_invoice_line", "biggest_tax"):
            for rounding in (0.05, 1.0):
                for quantities in ((3,), (1, 1, 1), (2, 1)):
                    with self.subTest(strategy=strategy, rounding=rounding, quantities=quantities):
                        order = self._sell_rounded(strategy, rounding)
                        invoice = order.invoice_ids
                        total = sum(self._check_screen(order, quantity) for quantity in quantities)
                        self.assertAlmostEqual(total, invoice.amount_total, 2)
                        self.assertEqual(invoice.amount_residual, 0)
                        self.assertEqual(self._get_sums(invoice | invoice.reversal_move_ids), {})

    def test_without_taxes_only_a_line_rounds(self):
        for strategy, expected in (("add_invoice_line", 30.05), ("biggest_tax", 30.03)):
            order = self._sell_rounded(strategy, 0.05, tax_ids=False)
            self.assertEqual(self._check_screen(order, 3), expected)

    def test_fee_and_adjustment_are_rounded_with_the_rest(self):
        values = {"fee_type": "amount", "refund_fee": 1.01, "refund_adjustment": 0.33, "adjustment_reason": "So"}
        for strategy in ("add_invoice_line", "biggest_tax"):
            order = self._sell_rounded(strategy, 0.05)
            total = self._check_screen(order, 2, **values)
            self.assertAlmostEqual(total / 0.05, round(total / 0.05), 6)

    def test_what_is_kept_may_not_exceed_the_refund(self):
        order = self._sell_rounded("add_invoice_line", 0.05)
        rma = self._return(order, (self.good, 1, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id, "refund_fee": 50})
        self.assertLess(wizard.amount_total_refund, 0)
        with self.assertRaisesRegex(UserError, "exceed the refund"):
            wizard.action_complete()
