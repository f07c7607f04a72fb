from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReport(RmaCase):
    """C7: the analysis and the dashboard say what the ledger and the stock moves say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stop_clock()
        cls.refund.post_credit_note = True
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.lamp = cls._create_product("Lamp", 10.0, on_hand=1000)

    def _mix(self):
        """Sell chairs and tables, and two dozen chairs in another currency. Some come back: to stock or to scrap, most
        of them refunded. One return waits for more goods."""
        currency = self.env["res.currency"].create({"name": "RMX", "symbol": "x", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": currency.id, "rate": 4.0, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create({"name": "In RMX", "currency_id": currency.id})
        home = self._sell_and_invoice((self.chair, 10), (self.table, 4))
        abroad = self._sell_and_invoice(
            (self.chair, {"product_uom_qty": 2, "product_uom_id": self.dozen.id, "price_unit": 1999.99}),
            pricelist_id=pricelist.id,
        )
        unit = {"product_uom_id": self.chair.uom_id.id}
        mixed = self._approve(self._ask(home, (self.chair, 4, self.refund), (self.table, 1, self.refund)))
        self._receive(mixed, {self.chair: 3, self.table: 1})
        self._process(
            mixed,
            (self.chair, {"qty_restock": 2, "qty_scrap": 1, "qty_refund": 2}),
            (self.table, {"qty_restock": 1, "qty_refund": 1}),
        )
        whole = self._return(abroad, (self.chair, 7, self.refund, unit))
        whole.action_settle()
        return mixed | whole

    def _rows(self, *domain, user=None):
        products = self.chair | self.table | self.lamp
        report = self.env["rma.report"].with_user(user or self.rma_all)
        return report.search([("product_id", "in", products.ids), *domain])

    def _measure(self, groupby, *aggregates, domain=(), user=None):
        """Group the rows of the products of this test.

        :return: {value of the group: its only measure, or all of them}
        """
        products = self.chair | self.table | self.lamp
        groups = (
            self.env["rma.report"]
            .with_user(user or self.rma_all)
            ._read_group([("product_id", "in", products.ids), *domain], [groupby], list(aggregates))
        )
        return {group: measures[0] if len(measures) == 1 else tuple(measures) for group, *measures in groups}

    def _count_moves(self, product, source=None, destination=None, rmas=None):
        """Count done moves in the unit of the product, from one kind of location to another."""
        moves = self.env["stock.move"].search([("product_id", "=", product.id), ("state", "=", "done")])
        return sum(
            move.product_uom._compute_quantity(move.quantity, product.uom_id, round=False)
            for move in moves
            if (not source or move.location_id.usage == source)
            and (not destination or move.location_dest_id.usage == destination)
            and (not rmas or move.rma_line_id.order_id in rmas)
        )

    # === Reconciliation ===

    def test_quantities_are_those_of_the_stock_moves(self):
        rmas = self._mix()
        for product in (self.chair, self.table):
            [values] = self._measure(
                "product_id",
                "qty_delivered:sum",
                "qty_received:sum",
                "qty_restocked:sum",
                "qty_scrapped:sum",
                domain=[("product_id", "=", product.id)],
            ).values()
            self.assertEqual(
                values,
                (
                    self._count_moves(product, "internal", "customer"),
                    self._count_moves(product, "customer", "internal"),
                    self._count_moves(product, "internal", "internal", rmas),
                    self._count_moves(product, "internal", "inventory", rmas),
                ),
            )

    def test_quantities_are_in_the_unit_of_the_product(self):
        self._mix()
        self.assertEqual(
            self._measure("product_id", "qty_delivered:sum", "qty_asked:sum", "qty_received:sum", "qty_refunded:sum"),
            {self.chair: (34, 11, 10, 9), self.table: (4, 1, 1, 1)},
        )

    def test_return_in_dozens_counts_units(self):
        order = self._sell((self.chair, {"product_uom_qty": 2, "product_uom_id": self.dozen.id}))
        self._deliver(order)
        self._return(order, (self.chair, 1, self.refund, {"product_uom_id": self.dozen.id}))
        self.assertEqual(self._measure("product_id", "qty_received:sum", "return_rate:avg"), {self.chair: (12, 50)})

    def test_refunded_value_is_that_of_the_ledger(self):
        rmas = self._mix()
        notes = rmas.sudo().refund_ids
        self.assertEqual(set(notes.mapped("state")), {"posted"})
        self.assertEqual(len(notes.currency_id), 2)
        lines = notes.invoice_line_ids
        self.assertAlmostEqual(
            sum(self._measure("product_id", "amount_refunded_untaxed:sum").values()), sum(lines.mapped("balance"))
        )
        self.assertAlmostEqual(
            sum(self._measure("product_id", "amount_refunded:sum").values()),
            -sum(notes.mapped("amount_total_signed")),
        )
        for product, (untaxed, total) in self._measure(
            "product_id", "amount_refunded_untaxed:sum", "amount_refunded:sum"
        ).items():
            own = lines.filtered(lambda line, product=product: line.product_id == product)
            self.assertAlmostEqual(untaxed, sum(own.mapped("balance")))
            self.assertAlmostEqual(total, untaxed * 1.15, delta=0.02)

    def test_draft_and_cancelled_credit_notes_refund_nothing(self):
        self.refund.post_credit_note = False
        rma = self._return(self._sell_and_invoice((self.chair, 2)), (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual(self._measure("product_id", "amount_refunded:sum"), {self.chair: 0})
        rma.sudo().refund_ids.action_post()
        self.assertEqual(self._measure("product_id", "amount_refunded:sum"), {self.chair: 46})
        rma.sudo().refund_ids.button_draft()
        self.assertEqual(self._measure("product_id", "amount_refunded:sum"), {self.chair: 0})

    # === Groups ===

    def test_rates_are_of_sums_in_every_group(self):
        self._mix()
        self.assertEqual(
            self._measure("product_id", "return_rate:avg", "restocked_share:avg"),
            {self.chair: (100 * 10 / 34, 100 * 9 / 10), self.table: (25, 100)},
        )
        self.assertEqual(self._measure("partner_id", "return_rate:avg"), {self.customer: 100 * 11 / 38})
        self.assertEqual(self._measure("warehouse_id", "return_rate:avg"), {self.warehouse: 100 * 11 / 38})
        self.assertEqual(self._measure("country_id", "return_rate:avg"), {self.customer.country_id: 100 * 11 / 38})

    def test_return_of_several_products_counts_once_in_each_group(self):
        self._mix()
        self.assertEqual(self._measure("product_id", "return_count:sum"), {self.chair: 2, self.table: 1})
        self.assertEqual(self._measure("partner_id", "return_count:sum"), {self.customer: 2})

    def test_products_that_never_came_back_are_measured_too(self):
        self._deliver(self._sell((self.lamp, 5)))
        self.assertEqual(
            self._measure("product_id", "qty_delivered:sum", "return_count:sum", "return_rate:avg"),
            {self.lamp: (5, 0, 0)},
        )

    def test_what_returns_send_is_no_new_delivery(self):
        rma = self._return(self._sell_and_invoice((self.chair, 4)), (self.chair, 1, self.replace))
        rma.action_settle()
        self._deliver(rma.sudo().picking_ids.move_ids.filtered("sale_line_id").sale_line_id.order_id)
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")))
        self.assertEqual(rma.line_ids.qty_replaced, 1)
        self.assertEqual(
            self._measure("product_id", "qty_delivered:sum", "qty_replaced:sum", "return_rate:avg"),
            {self.chair: (4, 1, 25)},
        )

    def test_days_are_counted_from_the_request(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 4)), (self.chair, 1, self.refund))
        rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=6)
        self._approve(rma)
        rows = self._rows(("order_id", "=", rma.id))
        self.assertEqual((rows.days_to_receive, rows.days_to_close), (0, 0), "neither happened")
        self._receive(rma)
        rma.action_settle()
        rows.invalidate_recordset()
        self.assertAlmostEqual(rows.days_to_receive, 6, places=2)
        self.assertAlmostEqual(rows.days_to_close, 6, places=2)
        other = self._approve(self._ask(rma.sale_order_id, (self.chair, 1, self.refund)))
        self.assertAlmostEqual(
            self._measure("product_id", "days_to_close:avg")[self.chair], 6, places=2, msg="open ones do not count"
        )
        self.assertIn(other, self._rows().order_id)

    def test_row_opens_its_return(self):
        rmas = self._mix()
        for row in self._rows():
            action = row.action_open_rma()
            self.assertEqual(action and action["res_id"], row.order_id.id)
        self.assertEqual(self._rows().order_id, rmas)

    def test_archived_returns_count(self):
        rma = self._return(self._sell_and_invoice((self.chair, 4)), (self.chair, 1, self.refund))
        rma.action_settle()
        rma.active = False
        self.assertEqual(self._measure("product_id", "return_count:sum"), {self.chair: 1})

    # === Rights ===

    def test_own_returns_are_analysed_without_deliveries(self):
        order = self._sell_and_invoice((self.chair, 10))
        own = self._ask(order, (self.chair, 1, self.refund), user=self.rma_user)
        self._ask(order, (self.chair, 1, self.refund))
        rows = self._rows(user=self.rma_user)
        self.assertEqual(rows.order_id, own)
        self.assertFalse(sum(rows.mapped("qty_delivered")))
        self.assertEqual(sum(self._rows().mapped("qty_delivered")), 10)

    def test_analysis_is_for_returns_staff(self):
        employee = new_test_user(self.env, "rma_employee", "base.group_user")
        report = self.env["rma.report"].with_user(employee)
        with self.assertRaises(AccessError):
            report.search([])
        with self.assertRaises(AccessError):
            report.get_dashboard_data(*self._period())

    def test_dashboard_refuses_what_is_no_period(self):
        report = self.env["rma.report"].with_user(self.rma_all)
        for days in (
            ("x", "y"),
            (None, None),
            (False, "2026-01-01"),
            ("2026-01-01", True),
            ("2026-02-01", "2026-01-31"),
            ("0001-01-01", "2026-01-01"),
            ("2026-01-01", "9999-12-31"),
        ):
            with self.assertRaisesRegex(UserError, "Choose a start date"):
                report.get_dashboard_data(*days)
        self.assertTrue(report.get_dashboard_data("1900-01-01", "2100-12-31"))

    def test_returns_of_another_company_are_not_analysed(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        self.env["rma.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Of the second"}).id,
                "company_id": company.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.chair.id,
                            "reason_id": self.reason.id,
                            "operation_type_id": self.refund.id,
                        }
                    )
                ],
            }
        )
        self.assertFalse(self._rows())

    # === The dashboard ===

    def _today(self):
        """Return the day that it is where the readers of the dashboard live."""
        return fields.Date.context_today(self.rma_all.with_user(self.rma_all))

    def _period(self, days=30):
        today = self._today()
        return fields.Date.to_string(today - timedelta(days=days - 1)), fields.Date.to_string(today)

    def _dashboard(self, user=None, days=30):
        return self.env["rma.report"].with_user(user or self.rma_all).get_dashboard_data(*self._period(days))

    def _numbers(self, **options):
        return {number["key"]: number["value"] for number in self._dashboard(**options)["numbers"]}

    def test_dashboard_numbers_are_those_of_returns_and_ledger(self):
        before = self._numbers()
        rmas = self._mix()
        after = self._numbers()
        self.assertEqual(after["requested"] - before["requested"], 2)
        lines = rmas.sudo().refund_ids.invoice_line_ids
        self.assertAlmostEqual(after["refunded"] - before["refunded"], sum(lines.mapped("balance")))
        done = self.env["rma.order"].with_user(self.rma_all).with_context(active_test=False)
        done = done.search([("state", "=", "done")])
        first_day = self._today() - timedelta(days=29)
        done = done.filtered(lambda rma: fields.Date.context_today(rma, rma.date_done) >= first_day)
        days = [(rma.date_done - rma.date_requested).total_seconds() / 86400 for rma in done]
        self.assertAlmostEqual(after["days_to_close"], sum(max(0, day) for day in days) / len(days), places=2)

    def test_dashboard_counts_what_it_drills_down_to(self):
        self._mix()
        data = self._dashboard()
        numbers = data["numbers"] + [number for row in data["open"]["rows"] for number in row["numbers"]]
        numbers += data["costs"] + data["recovery"] + data["steps"]
        numbers += [point[name] for point in data["trend"]["points"] for name in ("returns", "rate")]
        orders = self.env["rma.order"].with_user(self.rma_all).with_context(active_test=False)
        for number in numbers:
            found = orders.search_count(number["domain"])
            if number["type"] == "integer":
                self.assertEqual(number["value"], found, number["label"])
            elif number["value"]:
                self.assertTrue(found, number["label"])

    def test_dashboard_draws_each_return_once_and_compares_with_the_period_before(self):
        rmas = self._mix()
        for days in (7, 30, 90, 365):
            data = self._dashboard(days=days)
            points = data["trend"]["points"]
            requested = data["numbers"][0]
            self.assertEqual(sum(point["returns"]["value"] for point in points), requested["value"], days)
            self.assertEqual(sum(point["previous_returns"] for point in points), requested["previous"], days)
        before = self._dashboard(days=30)
        # Not by 30: the hour of summer time must not matter.
        rmas[0].sudo().date_requested -= timedelta(days=31)
        after = self._dashboard(days=30)
        self.assertEqual(
            [after["numbers"][0][name] - before["numbers"][0][name] for name in ("value", "previous")], [-1, 1]
        )
        received = sum(rmas[0].line_ids.mapped("qty_received"))
        self.assertEqual(
            after["trend"]["previous_totals"]["qty_received"] - before["trend"]["previous_totals"]["qty_received"],
            received,
        )

    def test_dashboard_tells_the_money_that_waits_for_accounting(self):
        def waiting():
            numbers = {number["key"]: number for number in self._dashboard()["numbers"]}
            return [numbers[key]["value"] for key in ("to_post", "to_pay")], numbers

        before, _numbers = waiting()
        drafts = self.refund.copy({"name": "Refund as a draft", "post_credit_note": False})
        rma = self._return(self._sell_and_invoice((self.chair, 2)), (self.chair, 1, drafts))
        rma.action_settle()
        note = rma.sudo().refund_ids
        self.assertEqual(note.state, "draft")
        drafted, numbers = waiting()
        self.assertAlmostEqual(drafted[0] - before[0], note.amount_total)
        orders = self.env["rma.order"].with_user(self.rma_all)
        self.assertIn(rma, orders.search(numbers["to_post"]["domain"]))
        note.action_post()
        posted, numbers = waiting()
        self.assertAlmostEqual(posted[0], before[0])
        self.assertAlmostEqual(posted[1] - before[1], note.amount_residual)
        self.assertEqual(rma in orders.search(numbers["to_pay"]["domain"]), bool(note.amount_residual))

    def test_dashboard_tells_days_by_step_and_what_goods_are_worth(self):
        self.chair.standard_price = 7.0
        old = {number["key"]: number["value"] for number in self._dashboard(days=1)["recovery"]}
        restock = self.refund.copy({"name": "Refund and restock", "disposition": "restock"})
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 3, restock))
        rma.action_settle()
        moment = fields.Datetime.now()
        rma.sudo().date_requested = moment
        others = self.env["rma.order"].search([("date_requested", "<", moment)]) - rma
        others.sudo().date_requested = moment - timedelta(days=400)
        rma.sudo().date_approved = moment + timedelta(days=2)
        receipt = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt")
        receipt.date = moment + timedelta(days=5)
        rma.sudo().date_done = moment + timedelta(days=6)
        data = self._dashboard(days=1)
        self.assertEqual([round(number["value"], 4) for number in data["steps"]], [2, 3, 1])
        new = {number["key"]: number["value"] for number in data["recovery"]}
        self.assertAlmostEqual(new["qty_restocked"], 21.0, msg=f"{old} {new}")

    def test_dashboard_sorts_open_returns_by_age(self):
        order = self._sell_and_invoice((self.chair, 10))

        def ages():
            [row] = [row for row in self._dashboard()["open"]["rows"] if row["key"] == "requested"]
            return [number["value"] for number in row["numbers"]]

        before = ages()
        for days in (0, 7, 8, 14, 15, 30, 31, 400):
            rma = self._ask(order, (self.chair, 1, self.refund))
            # Not by hours: a week has one more of them, or one less, when summer time begins or ends.
            rma.sudo().date_requested = datetime.combine(self._today() - timedelta(days=days), time(12))
            rma.action_request()
        self.assertEqual([after - count for after, count in zip(ages(), before, strict=True)], [2, 2, 2, 2])

    def test_dashboard_tells_return_rates_by_product_and_reason(self):
        self.reason.name = "Unlike any other"
        order = self._sell_and_invoice((self.lamp, 500))
        self._return(order, (self.lamp, 500, self.refund))
        data = self._dashboard()
        first = data["products"][0]
        self.assertEqual((first["key"], first["received"]["value"], first["rate"]["value"]), (self.lamp.id, 500, 100))
        orders = self.env["rma.order"].with_user(self.rma_all)
        self.assertEqual(orders.search(first["rate"]["domain"]), order.rma_ids)
        [reason] = [row for row in data["reasons"] if row["key"] == self.reason.id]
        self.assertEqual(reason["label"], "Unlike any other")
        self.assertEqual(reason["received"]["value"], 500)
        self.assertGreater(reason["rate"]["value"], 0)
        self.assertLessEqual(reason["rate"]["value"], 100)

    def test_dashboard_follows_the_period(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 10)), (self.chair, 1, self.refund))
        before = {days: self._numbers(days=days)["requested"] for days in (30, 90)}
        rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=60)
        rma.action_request()
        after = {days: self._numbers(days=days)["requested"] for days in (30, 90)}
        self.assertEqual({days: after[days] - before[days] for days in after}, {30: 0, 90: 1})

    def test_day_of_the_dashboard_is_that_of_its_reader(self):
        order = self._sell_and_invoice((self.chair, 10))
        rmas = [self._ask(order, (self.chair, 1, self.refund)) for _number in range(4)]
        for rma in rmas:
            rma.action_request()
        second = timedelta(seconds=1)
        for tz, day, first, next_first in (
            ("UTC", "2025-11-25", "2025-11-25 00:00:00", "2025-11-26 00:00:00"),
            ("Asia/Tehran", "2025-11-25", "2025-11-24 20:30:00", "2025-11-25 20:30:00"),
            ("Asia/Shanghai", "2025-12-31", "2025-12-30 16:00:00", "2025-12-31 16:00:00"),
            # Summer time begins and ends: days of 23 and 25 hours.
            ("Europe/Paris", "2025-03-30", "2025-03-29 23:00:00", "2025-03-30 22:00:00"),
            ("America/Los_Angeles", "2025-11-02", "2025-11-02 07:00:00", "2025-11-03 08:00:00"),
            # A day without a midnight, and one with two.
            ("Africa/Cairo", "2025-04-25", "2025-04-24 22:00:00", "2025-04-25 21:00:00"),
            ("Atlantic/Azores", "2025-10-26", "2025-10-26 00:00:00", "2025-10-27 01:00:00"),
        ):
            first, next_first = map(fields.Datetime.to_datetime, (first, next_first))
            moments = (first - second, first, next_first - second, next_first)
            for rma, moment in zip(rmas, moments, strict=True):
                rma.sudo().date_requested = moment
            report = self.env["rma.report"].with_user(self.rma_all).with_context(tz=tz)
            requested = report.get_dashboard_data(day, day)["numbers"][0]
            found = self.env["rma.order"].search(requested["domain"])
            self.assertEqual((requested["value"], list(found.sorted("id"))), (2, rmas[1:3]), f"{tz}, {day}")

    def test_delivery_is_of_the_day_on_which_the_reader_saw_it(self):
        order = self._sell((self.lamp, 4))
        delivery = self._deliver(order).move_ids
        rma = self._return(order, (self.lamp, 1, self.refund))
        for tz, day, delivered in (
            ("UTC", "2025-11-25", "2025-11-25 12:00:00"),
            # In the morning there, of the day that had begun in Greenwich before midnight there.
            ("America/Los_Angeles", "2025-11-25", "2025-11-25 18:00:00"),
            # In the first hours there, of a day that had not yet begun in Greenwich.
            ("Asia/Tehran", "2025-11-25", "2025-11-24 21:00:00"),
            ("Asia/Shanghai", "2025-12-01", "2025-11-30 17:00:00"),
        ):
            delivery.date = delivered
            rma.sudo().date_requested = fields.Datetime.to_datetime(delivered) + timedelta(hours=1)
            report = self.env["rma.report"].with_user(self.rma_all).with_context(tz=tz)
            rates = {row["key"]: row["rate"]["value"] for row in report.get_dashboard_data(day, day)["products"]}
            self.assertEqual(rates, {self.lamp.id: 25}, f"{tz}, {day}")

    def test_dashboard_shows_own_returns_to_those_who_see_no_others(self):
        mixed = self._mix()
        before = self._numbers(user=self.rma_user)
        mixed[0].user_id = self.rma_user
        after = self._numbers(user=self.rma_user)
        self.assertEqual(after["requested"] - before["requested"], 1)
        self.assertAlmostEqual(
            after["refunded"] - before["refunded"],
            sum(mixed[0].sudo().refund_ids.invoice_line_ids.mapped("balance")),
        )

    def test_dashboard_costs_the_same_for_many_returns(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            # The time zone of the reader is asked for once, or not at all where an environment still knows it.
            self.rma_all.mapped("tz")
            before = self.cr.sql_log_count
            self._dashboard()
            return self.cr.sql_log_count - before

        self._mix()
        count()
        few = count()
        for _i in range(3):
            order = self._sell_and_invoice((self.chair, 2))
            self._return(order, (self.chair, 1, self.refund)).action_settle()
        self.assertLessEqual(count(), few + 1)
