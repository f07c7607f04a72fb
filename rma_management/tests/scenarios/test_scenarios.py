"""Figures that other shops' software is tested with, told as returns of ours.

Only numbers are taken, never a sentence or code: where each comes from is said with it. Where a cent can be in one
part or another the sum and the parts in any order are compared, as others begin with the larger part.
"""

from odoo.tests import tagged

from .common_scenarios import SHIPPING, Line, Scenario, ScenarioCase, Tax, scenarios

VAT_8_25 = (Tax(8.25, included=True),)
VAT_10, VAT_15, VAT_20 = (Tax(10, included=True),), (Tax(15, included=True),), (Tax(20, included=True),)
PER_LINE = "round_per_line"
# A fee of ten a unit, which bears the tax too.
ECO_10 = (Tax(10.0, kind="fixed", is_base=True), Tax(8.25))

SOLIDUS = (
    Scenario("Solidus, reimbursement: 3 at 100 less 10, one by one", (Line(3, 100),), ((1,),) * 3,
             (96.66, 96.67, 96.67), discount=("amount", 10.0)),
    Scenario("Solidus, reimbursement: 3 at 100 less 10, at once", (Line(3, 100),), ((3,),), (290.0,),
             discount=("amount", 10.0)),
    Scenario("Solidus, reimbursement: two at 10.003", (Line(1, 10.003), Line(1, 10.003)), ((1, 1),), (20.0,),
             rounding=PER_LINE),
    Scenario("Solidus, reimbursement: 10 and 10 % on top", (Line(1, 10, 10),), ((1,),), (11.0,), (1.0,)),
    Scenario("Solidus, reimbursement: 10 with 10 % in it", (Line(1, 10, VAT_10),), ((1,),), (10.0,), (0.91,)),
    Scenario("Solidus, refund amount: 2 at 100 less 10 on the order", (Line(2, 100),), ((1,), (1,)), (95.0, 95.0),
             less=Line(1, -10)),
    Scenario("Solidus, refund amount: 2 at 100 less 10 on the line", (Line(2, 100, discount=5),), ((1,), (1,)),
             (95.0, 95.0)),
    Scenario("Solidus, assemblies: 159.99 and 6 %", (Line(1, 159.99, 6),), ((1,),), (169.59,), (9.6,)),
)  # fmt: skip

WOOCOMMERCE = (
    Scenario("WooCommerce: 10 at 23.90 with 20 % in it, less 25 %", (Line(10, 23.90, VAT_20),), ((10,),), (179.25,),
             discount=("so_discount", 0.25)),
    Scenario("WooCommerce: the same, the discount on the line", (Line(10, 23.90, VAT_20, 25),), ((10,),), (179.25,)),
    Scenario("WooCommerce: the same in two returns", (Line(10, 23.90, VAT_20),), ((4,), (6,)), (71.70, 107.55),
             discount=("so_discount", 0.25)),
    Scenario("WooCommerce, app: one of 8 and 2 tax", (Line(2, 8, 25),), ((1,),), (10.0,), (2.0,)),
    Scenario("WCPOS, clean: 1 of 3 at 10 and 20 %", (Line(3, 10, 20),), ((1,), (2,)), (12.0, 24.0), (2.0, 4.0)),
    Scenario("WCPOS, clean: 2 of 4 at 10", (Line(4, 10),), ((2,),), (20.0,)),
    Scenario("WCPOS, clean: 25.50 and 5.10 tax, all", (Line(2, 12.75, 20),), ((2,),), (30.6,), (5.1,)),
    Scenario("WCPOS, clean: 99.99 and 10 tax", (Line(1, 99.99, 10),), ((1,),), (109.99,), (10.0,)),
    Scenario("WCPOS, clean: 10 of 100", (Line(100, 10),), ((10,),), (100.0,)),
    Scenario("WCPOS, clean: two taxes", (Line(2, 10, (Tax(15), Tax(5))),), ((1,), (1,)), (12.0, 12.0), (2.0, 2.0)),
    Scenario("WCPOS, rounding: 3 for 10", (Line(3, 3.3333),), ((1,), (2,)), (3.33, 6.67)),
    Scenario("WCPOS, rounding: 3 for 20", (Line(3, 6.6667),), ((1,), (2,)), (6.67, 13.33)),
    Scenario("WCPOS, rounding: 1 of 6 for 10", (Line(6, 1.6667),), ((1,), (5,)), (1.67, 8.33)),
    Scenario("WCPOS, rounding: 1 of 7 for 10", (Line(7, 1.42857),), ((1,), (6,)), (1.43, 8.57)),
    Scenario("WCPOS, rounding: 30 and 5 tax", (Line(3, 10, 16.6667),), ((1,), (2,)), (11.67, 23.33), (1.67, 3.33)),
    Scenario("WCPOS, rounding: 1 of 4 for 10.70", (Line(4, 2.675),), ((1,), (3,)), (2.68, 8.02)),
    Scenario("WCPOS, rounding: 40 and 10.70 tax", (Line(4, 10, 26.75),), ((1,),), (12.68,), (2.68,)),
    Scenario("WCPOS, rounding: 1 of 3 for a cent", (Line(3, 0.0033),), ((1,), (2,)), (0.0, 0.01)),
    Scenario("WCPOS, rounding: 1 of 3 for two cents", (Line(3, 0.0067),), ((1,), (2,)), (0.01, 0.01)),
    Scenario("WCPOS, taxes: three that do not divide", (Line(3, 10, (Tax(23.3333), Tax(11.6667), Tax(4.1667))),),
             ((1,),), (13.92,), (3.92,)),
    Scenario("WCPOS, taxes: five", (Line(4, 25, (Tax(10), Tax(5), Tax(4), Tax(3), Tax(3.0, is_base=True))),), ((1,),),
             (31.25,), (6.25,)),
    Scenario("WCPOS, taxes: two at the middle of a cent", (Line(4, 10, (Tax(26.75), Tax(13.25))),), ((1,),),
             (14.01,), (4.01,)),
    Scenario("WCPOS, sums: 7 of 1.11 and 0.22", (Line(1, 1.11, 20),) * 7, ((1,) * 7,), (9.31,), (1.54,),
             rounding=PER_LINE),
    Scenario("WCPOS, sums: a large one", (Line(1, 999999.99),), ((1,),), (999999.99,)),
)  # fmt: skip

MAGENTO = (
    Scenario("Magento, tax of credit memos: 1 and 1 of 2 at 99 and 8.19 %", (Line(1, 99, 8.19), Line(2, 99, 8.19)),
             ((1, 1), (0, 1)), (214.22, 107.11), (16.22, 8.11), rounding=PER_LINE),
    Scenario("Magento, tax of credit memos: a fee that bears tax, and shipping, then the rest",
             (Line(3, 50, ECO_10),), ((2, SHIPPING), (1,)), (146.14, 64.95), shipping=Line(1, 15, 8.25)),
    Scenario("Magento, tax of credit memos: 150 and 8.25 %", (Line(3, 50, 8.25),), ((2,), (1,)), (108.26, 54.12),
             (8.26, 4.12), cents=1),
    Scenario("Magento, tax of credit memos: 60 with tax in it", (Line(2, 60, VAT_8_25),), ((1,), (1,)), (60.0, 60.0),
             (4.57, 4.58)),
    Scenario("Magento, tax of credit memos: a discount of all", (Line(2, 100, VAT_10, 100),), ((1,), (1,)), (0.0, 0.0),
             (0.0, 0.0)),
    Scenario("Magento, three credit memos: tax 57 in all", (Line(3, 100, 19),), ((1,),) * 3, (119.0,) * 3,
             (19.0,) * 3),
)  # fmt: skip

SYLIUS = (
    Scenario("Sylius: 1 of 2 at 10 and 10 %", (Line(2, 10, 10),), ((1,),), (11.0,), (1.0,)),
    Scenario("Sylius: 1 of 2 at 10 and 23 %, then the other", (Line(2, 10, 23),), ((1,), (1,)), (12.3, 12.3)),
    Scenario("Sylius: a dollar off each", (Line(2, 10, discount=10),), ((1,),), (9.0,)),
    Scenario("Sylius: a dollar off each, and 10 %", (Line(2, 10, 10, 10),), ((1,),), (9.9,), (0.9,)),
    Scenario("Sylius: 3.99 off four, at once", (Line(4, 10, 10),), ((4,),), (39.61,), (3.6,), less=Line(1, -3.99, 10)),
    Scenario("Sylius: 3.99 off four, one by one", (Line(4, 10, 10),), ((1,),) * 4, (9.9, 9.9, 9.9, 9.91), (0.9,) * 4,
             less=Line(1, -3.99, 10)),
    Scenario("Sylius: three taxes on top, with shipping", (Line(1, 10, 10), Line(1, 20, 20)), ((1, 1, SHIPPING),),
             (46.5,), (6.5,), shipping=Line(1, 10, 15)),
    Scenario("Sylius: three taxes in the prices, with shipping", (Line(1, 11, VAT_10), Line(1, 24, VAT_20)),
             ((1, 1, SHIPPING),), (46.5,), (6.5,), shipping=Line(1, 11.5, VAT_15)),
    Scenario("Sylius: one tax on top, one in the price", (Line(1, 10, 10), Line(1, 21, VAT_20)), ((1, 0), (0, 1)),
             (11.0, 21.0), (1.0, 3.5)),
    Scenario("Sylius: half the shipping off", (Line(2, 10),), ((2, SHIPPING),), (30.0,),
             shipping=Line(1, 20, 0, 50)),
    Scenario("Sylius: half the taxed shipping off", (Line(1, 10),), ((1, SHIPPING),), (16.15,), (1.15,),
             shipping=Line(1, 10, 23, 50)),
    Scenario("Sylius: all the shipping off", (Line(3, 10),), ((3,),), (30.0,), shipping=Line(1, 20, 0, 100)),
)  # fmt: skip

PRESTASHOP = (
    Scenario("PrestaShop: 9 at 13.9563", (Line(9, 13.9563),), ((9,),), (125.61,)),
    Scenario("PrestaShop: 100 less a voucher of 20", (Line(1, 100),), ((1,),), (80.0,), discount=("amount", 20.0)),
    Scenario("PrestaShop: 100 less a voucher of 20, in halves", (Line(2, 50),), ((1,), (1,)), (40.0, 40.0),
             discount=("amount", 20.0)),
    Scenario("PrestaShop, standard refund: one of each, then the rest", (Line(2, 11.9, 6), Line(1, 11.9, 6)),
             ((1, 1), (1, 0)), (25.22, 12.62), cents=1),
    Scenario("PrestaShop, standard refund: one and the shipping", (Line(2, 11.9, 6), Line(1, 11.9, 6)),
             ((0, 1, SHIPPING),), (20.03,), shipping=Line(1, 7, 6)),
    Scenario("PrestaShop, standard refund: all, a voucher of 5 before taxes", (Line(2, 11.9, 6), Line(1, 11.9, 6)),
             ((2, 1, SHIPPING),), (39.96,), less=Line(1, -5, 6), shipping=Line(1, 7, 6)),
    Scenario("PrestaShop, standard refund: the same in three returns", (Line(2, 11.9, 6), Line(1, 11.9, 6)),
             ((1, 0), (0, 1), (1, 0, SHIPPING)), (10.84, 10.85, 18.27), less=Line(1, -5, 6),
             shipping=Line(1, 7, 6), cents=1),
)  # fmt: skip

SHOPIFY = (
    Scenario("Shopify, order 450789469: 3 at 199 and 2 %, less 10 after taxes", (Line(3, 199, 2),), ((1,),) * 3,
             (199.64, 199.65, 199.65), (3.98,) * 3, less=Line(1, -10)),
    Scenario("Shopify, order discount: 2 at 50 less 15 %, with shipping", (Line(2, 50),), ((2, SHIPPING),), (95.0,),
             discount=("so_discount", 0.15), shipping=Line(1, 10)),
    Scenario("Shopify, line discount: 60 less 10, and 40", (Line(1, 60, discount=16.6667), Line(1, 40)),
             ((1, 0), (0, 1)), (50.0, 40.0)),
    Scenario("Shopify, included tax: 2 at 50 and 20 %, with shipping", (Line(2, 50, 20),), ((2, SHIPPING),), (130.0,),
             (20.0,), shipping=Line(1, 10)),
    Scenario("Shopify, shipping that is given back", (Line(2, 50),), ((2, SHIPPING),), (120.0,),
             shipping=Line(1, 20)),
    Scenario("Shopify, shipping that is not", (Line(2, 50),), ((2,),), (100.0,), shipping=Line(1, 15)),
    Scenario("Shopify, restocking fee of 5", (Line(1, 100),), ((1, SHIPPING),), (105.0,), shipping=Line(1, 10),
             fee={"fee_type": "amount", "fee_amount": 5}),
)  # fmt: skip

OTHERS = (
    Scenario("Medusa: 1000 at 12.5 %", (Line(1, 1000, 12.5),), ((1,),), (1125.0,), (125.0,)),
    Scenario("Medusa: 1000 at 12.5 %, as ten of 100 in two returns", (Line(10, 100, 12.5),), ((3,), (7,)),
             (337.5, 787.5)),
    Scenario("Medusa: 106, 206 and 321.90 in all", (Line(1, 100, 6), Line(1, 100), Line(1, 115.9)),
             ((1, 0, 0), (0, 1, 0), (0, 0, 1)), (106.0, 100.0, 115.9)),
    Scenario("Saleor: 25 off 30 and 40, and 23 %", (Line(3, 10, 23), Line(2, 20, 23)), ((3, 0), (0, 2)),
             (23.73, 31.62), (4.44, 5.91), less=Line(1, -25, 23)),
    Scenario("Saleor: a fixed discount on one line", (Line(3, 10, 23, 50), Line(2, 20, 23)), ((3, 0), (0, 2)),
             (18.45, 49.2)),
    Scenario("Polar: 10 and 2.50 tax", (Line(1, 10, 25),), ((1,),), (12.5,), (2.5,)),
)  # fmt: skip


@tagged("post_install", "-at_install")
@scenarios((*SOLIDUS, *MAGENTO, *SYLIUS, *PRESTASHOP))
class TestScenarios(ScenarioCase):
    """X1: the figures of other shops."""


@tagged("post_install", "-at_install")
@scenarios((*WOOCOMMERCE, *SHOPIFY, *OTHERS))
class TestScenariosOfMarkets(ScenarioCase):
    """X1: the figures of other shops, the second half."""
