"""Figures that other systems' valuation and returns are tested with, told as returns of ours: numbers only."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cost.common_cost import CostCase
from .common_scenarios import CostScenario, Line, Scenario, ScenarioCase, scenarios

THREE = ((1, 10.0), (1, 20.0), (1, 60.0))
LATER = ((1, 100.0),)

COSTS = (
    CostScenario("Odoo, anglo-saxon fifo: 10, 20 and 60, the 20 comes back", "fifo", THREE, (1, 1, 1), ((1, 2),),
                 (20.0,), 120.0, later=LATER),
    CostScenario("Odoo, anglo-saxon fifo: 10, 20 and 60, the 10 comes back", "fifo", THREE, (1, 1, 1), ((1, 1),),
                 (10.0,), 110.0, later=LATER),
    CostScenario("Odoo, anglo-saxon fifo: 10, 20 and 60, the 60 comes back", "fifo", THREE, (1, 1, 1), ((1, 3),),
                 (60.0,), 160.0, later=LATER),
    CostScenario("Odoo, anglo-saxon fifo: 10, 20 and 60 in one delivery, one is worth 30", "fifo", THREE, (3,),
                 ((1, 1),), (30.0,), 130.0, later=LATER),
    CostScenario("Odoo, anglo-saxon fifo: 10, 20 and 60, all come back one by one", "fifo", THREE, (1, 1, 1),
                 ((1, 3), (1, 1), (1, 2)), (60.0, 10.0, 20.0), 190.0, later=LATER),
    CostScenario("Odoo, anglo-saxon fifo: 8 and 10 sold at 12", "fifo", ((1, 8.0), (1, 10.0)), (2,), ((2, 1),), (18.0,),
                 18.0, price=12.0, untaxed=(24.0,)),
    CostScenario("Odoo, anglo-saxon fifo: 8 and 10 delivered apart", "fifo", ((1, 8.0), (1, 10.0)), (1, 1),
                 ((1, 2), (1, 1)), (10.0, 8.0), 18.0, price=12.0, untaxed=(12.0, 12.0)),
    CostScenario("Odoo, anglo-saxon fifo: 5 at 8 and 8 at 12, one and then six", "fifo", ((5, 8.0), (8, 12.0)), (1, 6),
                 ((6, 2), (1, 1)), (56.0, 8.0), 136.0, price=20.0, untaxed=(120.0, 20.0)),
    CostScenario("Odoo, anglo-saxon fifo: 10, 15 and 65", "fifo", ((1, 10.0), (1, 15.0), (1, 65.0)), (1, 1, 1),
                 ((1, 1), (1, 2), (1, 3)), (10.0, 15.0, 65.0), 90.0),
    CostScenario("Odoo, anglo-saxon fifo: 10 and 50, one sold", "fifo", ((1, 10.0), (1, 50.0)), (1,), ((1, 1),),
                 (10.0,), 60.0),
    CostScenario("Odoo, fifo: ten at 10 come back after ten at 20", "fifo", ((10, 10.0),), (10,), ((10, 1),), (100.0,),
                 300.0, later=((10, 20.0),)),
    CostScenario("Odoo, average: 13.13 and 12.20 make 25.33", "average", ((1, 13.13), (1, 12.2)), (2,), ((2, 1),),
                 (25.33,), 25.33),
    CostScenario("Odoo, average: 10 and 20, one comes back", "average", ((1, 10.0), (1, 20.0)), (1,), ((1, 1),),
                 (15.0,), 30.0),
    CostScenario("Odoo, average: 2 at 10 sold at 12", "average", ((2, 10.0),), (2,), ((1, 1), (1, 1)), (10.0, 10.0),
                 20.0, price=12.0, untaxed=(12.0, 12.0)),
    CostScenario("Odoo, standard: 2 at 10 sold at 12", "standard", ((2, 10.0),), (2,), ((2, 1),), (20.0,), 20.0,
                 price=12.0, untaxed=(24.0,)),
    CostScenario("ERPNext, delivery note: 2 of 5 at 500 that cost 100", "average", ((50, 100.0),), (5,), ((2, 1),),
                 (200.0,), 4700.0, price=500.0, untaxed=(1000.0,)),
    CostScenario("ERPNext, delivery note: the other 3 too", "average", ((50, 100.0),), (5,), ((2, 1), (3, 1)),
                 (200.0, 300.0), 5000.0, price=500.0, untaxed=(1000.0, 1500.0)),
    CostScenario("ERPNext, delivery note: all of them", "fifo", ((10, 100.0),), (5,), ((5, 1),), (500.0,), 1000.0,
                 price=500.0, untaxed=(2500.0,)),
    CostScenario("Opentaps: 2 of 5 at 100 that cost 99", "fifo", ((10, 99.0),), (5,), ((2, 1),), (198.0,), 693.0,
                 untaxed=(200.0,)),
    CostScenario("Opentaps: 2 of 5 at 200 that cost 199", "fifo", ((10, 199.0),), (5,), ((2, 1),), (398.0,), 1393.0,
                 price=200.0, untaxed=(400.0,)),
)  # fmt: skip

PERCENT = {"fee_type": "percent", "fee_percent": 10}
FIXED = {"fee_type": "amount", "fee_amount": 1}

MONEY = (
    Scenario("ERPNext: 1900 and 2500 on one return", (Line(1, 1900), Line(1, 2500)), ((1, 1),), (4400.0,)),
    Scenario("ERPNext: 1900 and 2500, each by itself", (Line(1, 1900), Line(1, 2500)), ((1, 0), (0, 1)),
             (1900.0, 2500.0)),
    Scenario("OCA rma_sale: 5 invoiced, 2 back", (Line(5, 10),), ((2,),), (20.0,)),
    Scenario("OCA rma_sale: 5 at 50, all back", (Line(5, 50),), ((5,),), (250.0,)),
    Scenario("OCA rma_sale: 5 at 50, one by one back to 4", (Line(5, 50),), ((1,), (4,)), (50.0, 200.0)),
    Scenario("OCA restocking fee: 5 at 20 and 15 at 30, no fee", (Line(5, 20), Line(15, 30)), ((5, 15),), (550.0,)),
    Scenario("OCA restocking fee: 5 at 20 and 15 at 30, in percent", (Line(5, 20), Line(15, 30)), ((5, 15),), (495.0,),
             fee=PERCENT),
    Scenario("OCA restocking fee: 5 at 20 and 15 at 30, for each unit", (Line(5, 20), Line(15, 30)), ((5, 15),),
             (530.0,), fee=FIXED),
    Scenario("OCA restocking fee: a part, in percent", (Line(5, 20), Line(15, 30)), ((2, 1),), (63.0,), fee=PERCENT),
    Scenario("Opentaps: 2 of 5 at 100 and 5.85 %", (Line(5, 100, 5.85),), ((2,),), (211.7,), (11.7,)),
    Scenario("Opentaps: 2 of 5 at 200 and 5.85 %, then the rest", (Line(5, 200, 5.85),), ((2,), (3,)), (423.4, 635.1)),
)  # fmt: skip


@tagged("post_install", "-at_install")
@scenarios(MONEY)
class TestScenariosOfSystems(ScenarioCase):
    """X1: the figures of other systems."""

    def test_oca_restocking_fee_in_another_unit(self):
        # 20 a unit, sold by the dozen: a fee of 1 for each unit that comes back.
        self.reason.write(FIXED)
        good = self._create_product("Good by the dozen", 20.0, uom_ids=[Command.set(self.dozen.ids)])
        order = self._finish(
            self._draft((good, {"product_uom_qty": 1, "product_uom_id": self.dozen.id, "tax_ids": False}))
        )
        _rma, refund = self._settled(order, (good, 5, self.refund_posted, {"product_uom_id": self.unit.id}))
        self.assertEqual(refund.amount_total, 95.0)

    def test_oca_refund_is_as_the_invoice_not_as_the_product(self):
        order = self._draft((self.good, 5))
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.journal_id = invoice.journal_id.copy({"name": "Other sales", "code": "RMAJ2"})
        invoice.invoice_line_ids.tax_ids = [Command.clear()]
        invoice.action_post()
        _rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual((refund.amount_total, refund.journal_id), (200.0, invoice.journal_id))
        self.assertEqual(refund.reversed_entry_id, invoice)

    def test_oca_and_opentaps_no_more_than_was_delivered_or_is_left(self):
        order = self._draft((self.good, 5))
        order.action_confirm()
        self._deliver(order, {self.good: 3})
        self.assertEqual(order.order_line.qty_returnable, 3)
        with self.assertRaises(UserError):
            self._ask(order, (self.good, 5, self.refund)).action_request()
        self._invoice(order)
        self._settled(order, (self.good, 2, self.refund_posted))
        order.order_line.invalidate_recordset(["qty_returnable"])
        self.assertEqual(order.order_line.qty_returnable, 1)


@tagged("post_install", "-at_install")
@scenarios(COSTS)
class TestScenariosOfCosts(CostCase):
    """E4: the costs of others."""

    def _check_scenario(self, scenario):
        good = self._create_product(
            "Valued",
            scenario.price,
            on_hand=0,
            taxes_id=False,
            categ_id=getattr(self, scenario.method).id,
            standard_price=scenario.receipts[0][1],
        )
        for quantity, cost in scenario.receipts:
            self._receive_goods(good, quantity, cost)
        order = self._sell((good, sum(scenario.deliveries)))
        deliveries = [self._deliver(order, {good: quantity}).move_ids for quantity in scenario.deliveries]
        self._invoice(order)
        for quantity, cost in scenario.later:
            self._receive_goods(good, quantity, cost)
        notes = []
        for quantity, number in scenario.returns:
            move = deliveries[number - 1]
            notes.append(self._settled(order, (good, quantity, self.refund_posted, {"move_id": move.id}))[1])
        self.assertEqual([-self._costs(note) for note in notes], list(scenario.costs))
        self.assertEqual([self._stock_costs(note) for note in notes], list(scenario.costs))
        if scenario.untaxed:
            self.assertEqual([note.amount_untaxed for note in notes], list(scenario.untaxed))
        good.invalidate_recordset(["total_value"])
        self.assertEqual(good.total_value, scenario.left)

    def test_odoo_fifo_packs_of_twelve(self):
        # Fifty at 1.00, a pack of twelve at 18.00.
        good = self._stocked(self.fifo, 1.0, price=1.5, taxes_id=False, uom_ids=[Command.set(self.dozen.ids)])
        order = self._sell_and_invoice((good, {"product_uom_qty": 1, "product_uom_id": self.dozen.id}))
        self.assertEqual((order.amount_total, self._costs(order.invoice_ids)), (18.0, 12.0))
        units = {"product_uom_id": self.unit.id}
        _rma, five = self._settled(order, (good, 5, self.refund_posted, units))
        _rma, rest = self._settled(order, (good, 7, self.refund_posted, units))
        self.assertEqual((five.amount_total, self._costs(five)), (7.5, -5.0))
        self.assertEqual((rest.amount_total, self._costs(rest)), (10.5, -7.0))
