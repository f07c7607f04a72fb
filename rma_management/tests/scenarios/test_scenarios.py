"""Figures that other shops' software is tested with, told as returns of ours.

Only numbers are taken, never a sentence or code: where each comes from is said with it. Where a cent can be in one
part or another the sum and the parts in any order are compared, as others begin with the larger part.
"""

from dataclasses import dataclass

from odoo import Command
from odoo.tests import tagged

from ..refund.test_price_paid import PricePaidCase


@dataclass(frozen=True)
class Scenario:
    """What was sold, and what each return of it gives.

    `lines` are (quantity, price, discount in percent), `discount` is (kind, value) of the discount on the order,
    `returns` are quantities of each line, `totals` what they give, taxes included.
    """

    source: str
    lines: tuple
    returns: tuple
    totals: tuple
    tax: float = 0.0
    included: bool = False
    discount: tuple = ()


SCENARIOS = (
    Scenario("Solidus, reimbursements: 3 at 100 less 10, one by one", ((3, 100.0, 0),), ((1,),) * 3,
             (96.66, 96.67, 96.67), discount=("amount", 10.0)),
    Scenario("Solidus, reimbursements: 3 at 100 less 10, at once", ((3, 100.0, 0),), ((3,),),
             (290.0,), discount=("amount", 10.0)),
    Scenario("Solidus, assemblies: 159.99 and 6 %", ((1, 159.99, 0),), ((1,),), (169.59,), tax=6.0),
    Scenario("WooCommerce: 10 at 23.90 with 20 % included, less 25 %", ((10, 23.90, 0),), ((10,),), (179.25,),
             tax=20.0, included=True, discount=("so_discount", 0.25)),
    Scenario("WooCommerce: the same, the discount on the line", ((10, 23.90, 25.0),), ((10,),), (179.25,),
             tax=20.0, included=True),
    Scenario("WooCommerce: the same in two returns", ((10, 23.90, 0),), ((4,), (6,)), (71.70, 107.55),
             tax=20.0, included=True, discount=("so_discount", 0.25)),
    Scenario("Medusa: 1000 at 12.5 %", ((1, 1000.0, 0),), ((1,),), (1125.0,), tax=12.5),
    Scenario("Medusa: 1000 at 12.5 %, as ten of 100 in two returns", ((10, 100.0, 0),), ((3,), (7,)),
             (337.5, 787.5), tax=12.5),
    Scenario("PrestaShop: 9 at 13.9563", ((9, 13.9563, 0),), ((9,),), (125.61,)),
    Scenario("PrestaShop: 100 less a voucher of 20", ((1, 100.0, 0),), ((1,),), (80.0,), discount=("amount", 20.0)),
    Scenario("PrestaShop: 100 less a voucher of 20, in halves", ((2, 50.0, 0),), ((1,), (1,)), (40.0, 40.0),
             discount=("amount", 20.0)),
    Scenario("ERPNext: 1900 and 2500 on one return", ((1, 1900.0, 0), (1, 2500.0, 0)), ((1, 1),), (4400.0,)),
    Scenario("ERPNext: 1900 and 2500, each by itself", ((1, 1900.0, 0), (1, 2500.0, 0)), ((1, 0), (0, 1)),
             (1900.0, 2500.0)),
    Scenario("OCA rma_sale: 5 invoiced, 2 back", ((5, 10.0, 0),), ((2,),), (20.0,)),
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestScenarios(PricePaidCase):
    """X1: the figures of others."""

    def _sell_scenario(self, scenario):
        tax = self.env["account.tax"]
        if scenario.tax:
            tax = self._tax(scenario.tax, included=scenario.included, name=scenario.source)
        goods = [
            self._create_product(f"Ware {number}", 1.0, on_hand=0, is_storable=False, taxes_id=[Command.set(tax.ids)])
            for number, _line in enumerate(scenario.lines)
        ]
        order = self._draft(
            *[
                (good, {"product_uom_qty": quantity, "price_unit": price, "discount": discount})
                for good, (quantity, price, discount) in zip(goods, scenario.lines, strict=True)
            ]
        )
        if scenario.discount:
            self._discount(order, *scenario.discount)
        return self._finish(order), goods

    def test_figures(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario.source):
                order, goods = self._sell_scenario(scenario)
                totals = []
                for quantities in scenario.returns:
                    items = zip(goods, quantities, strict=True)
                    refunds = self._keep(
                        order, *[(good, quantity, self.keep_posted) for good, quantity in items if quantity]
                    )
                    totals.append(round(sum(refunds.mapped("amount_total")), 2))
                self.assertEqual(sorted(totals), sorted(scenario.totals))
                returned = [sum(quantities) for quantities in zip(*scenario.returns, strict=True)]
                if returned == [quantity for quantity, _price, _discount in scenario.lines]:
                    invoice = order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
                    self.assertEqual(invoice.amount_residual, 0)
