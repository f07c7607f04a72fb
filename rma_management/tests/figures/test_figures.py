from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..common import RmaCase

FIGURES = ("amount_refunded_untaxed", "amount_refunded", "date_received", "product_unit_ratio")
MEASURES = ("qty_delivered:sum", "qty_received:sum", "return_rate:avg", "amount_refunded:sum", "return_count:sum")


@tagged("post_install", "-at_install")
class TestFigures(RmaCase):
    """X19: what is kept so that nobody sums all documents of a year is what the documents say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dozen = cls.env.ref("uom.product_uom_dozen")

    def _assert_exact(self, lines):
        """Compare what the documents' changes left with what the database sums of all documents."""
        lines.flush_recordset()
        kept = lines.read(FIGURES)
        orders = lines.order_id.read(["date_received"])
        lines._rebuild_figures()
        for row, rebuilt in zip(kept, lines.read(FIGURES), strict=True):
            for name in ("date_received", "product_unit_ratio"):
                self.assertEqual(row[name], rebuilt[name])
            for name in ("amount_refunded_untaxed", "amount_refunded"):
                self.assertAlmostEqual(row[name], rebuilt[name], places=6)
        self.assertEqual(lines.order_id.read(["date_received"]), orders)

    # === What returned products keep ===

    def test_figures_follow_every_change_of_the_documents(self):
        currency = self.env["res.currency"].create({"name": "RMX", "symbol": "x", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": currency.id, "rate": 3.0, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create({"name": "In RMX", "currency_id": currency.id})
        order = self._sell_and_invoice(
            (self.chair, {"product_uom_qty": 2, "product_uom_id": self.dozen.id, "price_unit": 99.99}),
            (self.table, 3),
            pricelist_id=pricelist.id,
        )
        rma = self._approve(self._ask(order, (self.chair, 1, self.refund), (self.table, 2, self.refund)))
        lines = rma.line_ids
        self._assert_exact(lines)
        self._receive(rma, {self.table: 1})
        self._assert_exact(lines)
        rma.action_settle()
        notes = rma.sudo().refund_ids
        if notes.state == "posted":
            notes.button_draft()
        self._assert_exact(lines)
        self.assertFalse(any(lines.mapped("amount_refunded")))
        notes.action_post()
        self._assert_exact(lines)
        self.assertAlmostEqual(sum(lines.mapped("amount_refunded")), -notes.amount_total_signed)
        notes.button_draft()
        notes.invoice_line_ids[0].price_unit /= 2
        notes.action_post()
        self._assert_exact(lines)
        self.assertAlmostEqual(sum(lines.mapped("amount_refunded")), -notes.amount_total_signed)
        notes.button_draft()
        notes.button_cancel()
        self._assert_exact(lines)
        self.assertEqual(lines[0].product_unit_ratio, 12)

    def test_figures_are_no_field_to_write(self):
        rma = self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        for name in ("amount_refunded", "date_received"):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                rma.line_ids.with_user(self.rma_manager).write({name: False})

    def test_returns_are_found_by_when_they_were_refunded(self):
        self.refund.post_credit_note = True
        rma = self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        rma.action_settle()
        day = rma.sudo().refund_ids.date
        orders = self.env["rma.order"].with_user(self.rma_user)
        rma.user_id = self.rma_user
        self.assertIn(rma, orders.search([("refunded_in", "=", f"{day}/{day}")]))
        later = day + timedelta(days=1)
        self.assertNotIn(rma, orders.search([("refunded_in", "=", f"{later}/{later}")]))
        rma.user_id = self.rma_manager
        self.assertNotIn(rma, orders.search([("refunded_in", "=", f"{day}/{day}")]))
        for wrong in ("yesterday", "2026-01-01", "2026-13-01/2026-13-02", "a/b/c"):
            with self.assertRaisesRegex(UserError, "Enter a first and a last day"):
                orders.search([("refunded_in", "=", wrong)])

    # === Deliveries that are kept ===

    def _measure(self):
        report = self.env["rma.report"].with_user(self.rma_all)
        domain = [("product_id", "in", (self.chair | self.table).ids)]
        return [
            report._read_group(domain, [groupby], MEASURES)
            for groupby in ("product_id", "partner_id", "country_id", "date_requested:day", "team_id", "warehouse_id")
        ] + [report._read_grouping_sets(domain, [["product_id"], ["reason_id"]], MEASURES)]

    def _rebuild(self, until=None):
        self.env["rma.delivered"]._rebuild(until or fields.Datetime.now() + timedelta(hours=1))

    def test_kept_deliveries_measure_the_same_as_the_stock_moves(self):
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 2, "product_uom_id": self.dozen.id}))
        old = self._sell_and_invoice((self.table, 4))
        old.picking_ids.move_ids.date = fields.Datetime.now() - timedelta(days=400)
        self._return(order, (self.chair, 1, self.refund))
        live = self._measure()
        self.assertEqual(live[0][0][1], 24)
        self._rebuild()
        self.assertEqual(self._measure(), live)
        # What was read until a moment in between goes on with the stock moves.
        self._rebuild(fields.Datetime.now() - timedelta(days=30))
        self.assertEqual(self._measure(), live)

    def test_later_deliveries_count_at_once(self):
        self._rebuild()
        self.env["rma.delivered"]._rebuild(fields.Datetime.now() - timedelta(hours=1))
        self._sell_and_invoice((self.chair, 3))
        self.assertEqual(self._measure()[0][0][:2], (self.chair, 3))

    def test_what_was_changed_afterwards_is_right_after_the_next_rebuild(self):
        order = self._sell_and_invoice((self.chair, 3))
        self._rebuild()
        team = self.env["crm.team"].create({"name": "Other Team"})
        order.team_id = team
        order.picking_ids.move_line_ids.quantity = 2
        self._rebuild()
        [row] = self.env["rma.delivered"].search([("product_key", "=", self.chair.id)])
        self.assertEqual((row.team_key, row.quantity, row.partner_key), (team.id, 2, order.partner_id.id))
        before = self.env["rma.delivered"].search([]).ids
        self._rebuild()
        self.assertEqual(self.env["rma.delivered"].search([]).ids, before)

    def test_all_rows_of_the_analysis_have_columns_of_the_same_types(self):
        # Otherwise the database reads them with one processor only.
        reports = self.env["rma.report"], self.env["rma.report"].with_context(rma_report_fields=("id", "qty_received"))
        for report in reports:
            types = []
            for query in report._get_queries():
                self.env.cr.execute(SQL("SELECT * FROM (%s) rows LIMIT 0", query))
                types.append([(column.name, column.type_code) for column in self.env.cr.description])
            self.assertEqual(types[0], types[1])
        self.assertEqual([name for name, _type in types[0]], ["id", "qty_received"])

    def test_job_keeps_deliveries(self):
        order = self._sell_and_invoice((self.chair, 3))
        order.picking_ids.move_ids.date = fields.Datetime.now() - timedelta(days=2)
        with self.enter_registry_test_mode():
            self.env.ref("rma_management.ir_cron_rebuild_delivered").method_direct_trigger()
        self.assertEqual(self.env["rma.delivered"].search([("product_key", "=", self.chair.id)]).quantity, 3)
        self.assertTrue(self.env["rma.delivered"]._get_until())

    def test_managers_read_kept_deliveries_of_their_companies_and_nobody_writes_them(self):
        self._sell_and_invoice((self.chair, 3))
        self._rebuild()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "elsewhere",
            "rma_management.group_rma_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        kept = self.env["rma.delivered"]
        self.assertTrue(kept.with_user(self.rma_manager).search([]))
        self.assertFalse(kept.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            kept.with_user(self.rma_all).search([])
        with self.assertRaises(AccessError):
            kept.with_user(self.rma_manager).search([], limit=1).quantity = 5
