import re
from datetime import date, timedelta
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestPlans(RmaCase):
    """What screens ask of large tables is answered by an index."""

    def _get_plans(self, function, table):
        """Return how the database would answer the queries of a table, if it avoided to scan tables."""
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        execute = Cursor.execute

        def watch(cursor, query, params=None, log_exceptions=True):
            text = getattr(query, "code", query)
            if isinstance(text, str) and text.lstrip().startswith("SELECT") and re.search(rf"\b{table}\b", text):
                queries.append(query if params is None else cursor.mogrify(query, params).decode())
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", watch):
            function()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in queries:
            text = query if isinstance(query, str) else self.env.cr.mogrify(query.code, query.params).decode()
            self.env.cr.execute("EXPLAIN (COSTS OFF) " + text.replace("%", "%%"))
            plans.append("\n".join(line for (line,) in self.env.cr.fetchall()))
        self.env.cr.execute("SET LOCAL enable_seqscan = on")
        self.assertTrue(plans)
        return plans

    def test_quantity_that_can_be_returned(self):
        order = self._sell_and_invoice((self.chair, 3))
        self._return(order, (self.chair, 1, self.replace))
        plans = self._get_plans(lambda: order.order_line.read(["qty_returnable"]), "stock_move")
        for plan in plans:
            self.assertNotIn("Seq Scan on stock_move", plan)
        self.assertTrue(any("stock_move__sale_line_id_index" in plan for plan in plans))

    def test_replacement_is_part_of_what_can_be_returned(self):
        """What was delivered in place of a returned product counts for its line, the newest delivery first."""
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._return(order, (self.chair, 1, self.replace))
        rma.with_user(self.rma_all).action_settle()
        line = order.order_line
        replacement = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "replacement")
        if not replacement:
            self.skipTest("replaced by an order")
        self._validate(replacement.picking_id)
        deliveries = line._get_rma_deliveries()[line]
        self.assertEqual(deliveries, replacement | line.move_ids - replacement - rma.sudo().line_ids.move_ids)

    def test_overview(self):
        """Counts of what is left to do do not read what was done long ago."""
        order = self._sell_and_invoice((self.chair, 3))
        self._return(order, (self.chair, 1, self.refund))
        counts = [name for name in self.env["stock.warehouse"]._fields if re.fullmatch(r"rma_\w+_count", name)]
        self.assertGreater(len(counts), 7)
        warehouse = self.warehouse.with_user(self.rma_all)
        for table in ("account_move", "rma_order_line", "stock_move", "rma_order"):
            with self.subTest(table=table):
                for plan in self._get_plans(lambda: warehouse.read(counts), table):
                    self.assertNotRegex(plan, rf"Seq Scan on {table}\b")

    def test_search_by_number_and_document(self):
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._return(order, (self.chair, 1, self.refund))
        returns = self.env["rma.order"].with_user(self.rma_all)
        for domain in (
            [("name", "=", rma.name)],
            [("partner_id", "child_of", rma.partner_id.ids)],
            [("line_ids.sale_line_id", "in", order.order_line.ids)],
            [("picking_ids.name", "=", rma.picking_ids.name)],
            [("state", "=", "requested")],
        ):
            with self.subTest(domain=domain):
                for plan in self._get_plans(lambda domain=domain: returns.search(domain, limit=80), "rma_order"):
                    self.assertNotRegex(plan, r"Seq Scan on (rma_order|rma_order_line|stock_picking)\b")

    def test_period_reaches_what_is_summed(self):
        report = self.env["rma.report"]
        today = date.today()
        period = [("date_requested", ">=", str(today - timedelta(days=30))), ("date_requested", "<", str(today))]
        for domain, begins, ends in (
            (period, True, True),
            (period[:1], True, False),
            (["|", *period], False, False),
            ([("state", "=", "done")], False, False),
            ([("date_requested", ">=", "-7d")], None, False),
        ):
            begin, end = report._get_limits(domain)
            with self.subTest(domain=domain):
                if begins is not None:
                    self.assertEqual(bool(begin), begins)
                self.assertEqual(bool(end), ends)
        self.assertEqual(str(report._search(period).select()).count("move.date >="), 1)

    def test_dashboard_reads_no_document(self):
        """What a year of returns was worth is in the rows of the returns, and what was delivered is kept."""
        self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 1, self.refund))
        self.env["rma.delivered"]._rebuild(fields.Datetime.now() + timedelta(days=4))
        today = date.today()
        data = partial(self.env["rma.report"].with_user(self.rma_all).get_dashboard_data, today, today)
        for table in ("rma_report", "rma_order_line"):
            plans = self._get_plans(data, table)
            self.assertTrue(plans)
            for plan in plans:
                self.assertNotRegex(plan, r"Scan (using \w+ )?on (stock_move|sale_order|res_partner|uom_uom)\b")
        for plan in self._get_plans(data, "account_move_line"):
            self.assertNotRegex(plan, r"Seq Scan on account_move_line\b")
