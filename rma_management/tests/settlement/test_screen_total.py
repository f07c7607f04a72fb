import random

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
