import random
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from ..cost.common_cost import CostCase
from .common_random import SEED

DISPOSITIONS = ("restock", "refurbish", "scrap", "vendor", "wait")
WEEKS = 13


@tagged("post_install", "-at_install")
class TestRandomQuarter(CostCase):
    """E4: after a quarter of purchases, sales and returns the stock account says what the stock is worth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_locations()
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.operations = [
            cls.refund_posted.copy({"name": f"Refund, {name}", "disposition": name}) for name in DISPOSITIONS
        ]

    @classmethod
    def _book_locations(cls):
        """Let vendor, scrap and loss locations book what goes there, as a shop does that waits for no closing."""
        account = cls.env["account.account"].create(
            {"name": "To and from stock (returns test)", "code": "RMAXFR", "account_type": "asset_current"}
        )
        locations = cls.env["stock.location"].search(
            [("usage", "in", ("supplier", "inventory")), ("company_id", "in", (cls.company.id, False))]
        )
        locations.valuation_account_id = account

    def _create_good(self, category):
        good = self._create_product(
            "Good of the quarter",
            100.0,
            on_hand=0,
            taxes_id=False,
            categ_id=category.id,
            standard_price=10.0,
            seller_ids=[Command.create({"partner_id": self.vendor.id})],
        )
        self._receive_goods(good, 20, 10.0)
        return good

    def _buy(self, rng, good):
        """Buy some. Odoo itself loses cents of an average that is none in cents: what is bought makes it one."""
        good.invalidate_recordset(["qty_available", "total_value"])
        cost = rng.randint(900, 1300)
        if good.cost_method == "standard":
            return self._receive_goods(good, rng.randint(1, 9), 10.0)
        if good.cost_method == "fifo":
            return self._receive_goods(good, rng.randint(1, 9), cost / 100)
        stock, worth = int(good.qty_available), round(good.total_value * 100)
        quantity = rng.randint(1, 9)
        while (worth + quantity * cost) % (stock + quantity):
            quantity, cost = (quantity + 1, cost) if rng.random() < 0.5 else (max(1, quantity - 1), cost + 1)
        return self._receive_goods(good, quantity, cost / 100)

    def _sell_some(self, rng, goods):
        quantities = {good: rng.randint(1, 6) for good in goods}
        order = self._sell(*quantities.items())
        if rng.random() < 0.3:
            self._deliver(order, {good: (quantity + 1) // 2 for good, quantity in quantities.items()})
            if any(order.order_line.mapped("qty_to_invoice")):
                self._invoice(order)
        self._deliver(order)
        if any(order.order_line.mapped("qty_to_invoice")):
            self._invoice(order)
        return order

    def _take_some_back(self, rng, order):
        """Return some of each, which ends in different places, or the customer keeps it."""
        order.order_line.invalidate_recordset(["qty_returnable"])
        left = {line: int(line.qty_returnable) for line in order.order_line}
        quantities = {line.product_id: rng.randint(0, quantity) for line, quantity in left.items()}
        quantities = {good: quantity for good, quantity in quantities.items() if quantity}
        if not quantities:
            return
        if rng.random() < 0.15:
            self._keep(order, *[(good, quantity, self.keep_posted) for good, quantity in quantities.items()])
            return
        rma = self._return(
            order, *[(good, quantity, rng.choice(self.operations)) for good, quantity in quantities.items()]
        )
        for good in quantities:
            self._buy(rng, good)
        rma.action_settle()
        sent = rma.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self._validate(sent.with_env(self.env))

    def _get_variation(self, goods):
        """Return what closing the stock would book: what it is worth, less what its account says."""
        goods.invalidate_recordset(["qty_available", "total_value"])
        booked = self.env["account.move.line"]._read_group(
            [("account_id", "=", self.stock_account.id), ("parent_state", "=", "posted")], [], ["balance:sum"]
        )
        return round(sum(goods.mapped("total_value")) - booked[0][0], 2)

    def test_random_quarter_ends_without_a_variation(self):
        rng = random.Random(SEED)
        begin = datetime.now() - timedelta(weeks=WEEKS)
        orders = []
        with freeze_time(begin):
            goods = self.env["product.product"].union(*map(self._create_good, (self.standard, self.average, self.fifo)))
        for week in range(WEEKS):
            with freeze_time(begin + timedelta(weeks=week, hours=rng.randint(1, 60))):
                self._buy(rng, rng.choice(list(goods)))
                orders.append(self._sell_some(rng, goods))
                for order in rng.sample(orders, min(len(orders), rng.choice([0, 1, 1]))):
                    self._take_some_back(rng, order)
                self.env.flush_all()
                self.assertEqual(self._get_variation(goods), 0.0, f"week {week} of SEED={SEED}")
        self.assertTrue(
            self.env["stock.move"].search_count([("product_id", "in", goods.ids), ("rma_role", "=", "scrap")])
        )
