from lxml import etree
from odoo import Command, fields
from odoo.tests import Form, new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestListing(RmaCase):
    """Lists tell about a return at a glance, and documents lead to their returns."""

    def _read_names(self, view_type):
        """Return the fields that a view of returns shows to the clerk."""
        arch = self.env["rma.order"].with_user(self.rma_user).get_view(view_type=view_type)["arch"]
        return {node.get("name") for node in etree.fromstring(arch).iter("field")}

    def test_list_tells_first_product_and_how_many_more(self):
        order = self._sell_and_invoice((self.chair, 2), (self.table, 2))
        one = self._ask(order, (self.table, 1, self.refund))
        two = self._ask(order, (self.chair, 1, self.refund), (self.table, 1, self.repair))
        self.assertEqual((one.product_id, one.items_summary), (self.table, "Table"))
        self.assertEqual((two.product_id, two.items_summary), (self.chair, "Chair + 1 more"))
        self.assertEqual(two.resolution_summary, "Refund, Repair")

    def test_list_tells_what_is_next(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._ask(order, (self.chair, 3, self.refund), user=self.rma_user)
        self.assertEqual(rma.next_steps, "Request")
        rma.action_request()
        self.assertEqual(rma.next_steps, "Approve")
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.next_steps, "Receive")
        self._receive(rma, {self.chair: 2})
        self.assertEqual(rma.next_steps, "Receive, Settle")
        self._receive(rma)
        rma.sudo().action_settle()
        self.assertEqual(rma.next_steps, "Post")
        rma.sudo().refund_ids.action_post()
        self.assertIn(rma.next_steps, ("", "Pay"))

    def test_days_waiting_begin_with_the_present_status(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 1, self.refund))
        rma.date_requested = fields.Datetime.subtract(fields.Datetime.now(), days=6)
        rma.action_request()
        self.assertEqual(rma.days_waiting, 6)
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.days_waiting, 0)
        rma.with_user(self.rma_manager).action_cancel()
        self.assertEqual(rma.days_waiting, 0)

    def test_calendar_shows_open_returns_when_they_are_due(self):
        self.company.partner_id.tz = "UTC"
        rma = self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 1, self.refund))
        self.assertEqual(rma.date_calendar, rma.date_requested.date())
        rma.action_request()
        due = fields.Datetime.add(rma.date_requested, days=self.company.rma_approval_days)
        self.assertEqual((rma.date_due, rma.date_calendar), (due, due.date()))
        self.company.rma_approval_days = 0
        self.assertFalse(rma.date_due)
        self.assertEqual(rma.date_calendar, rma.date_requested.date())

    def test_what_is_late_is_what_was_due(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 1, self.refund))
        rma.action_request()
        self.assertFalse(rma.is_late)
        rma.sudo().date_requested = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        self.assertTrue(rma.is_late)
        self.assertLess(rma.date_due, fields.Datetime.now())

    def test_rows_cost_no_query_each(self):
        order = self._sell_and_invoice((self.chair, 100), (self.table, 100))
        rmas = self.env["rma.order"]
        for number in range(80):
            rma = self._ask(order, (self.chair, 1, self.refund), (self.table, 1, self.refund), user=self.rma_user)
            if number % 8 in (1, 2):
                self._approve(rma)
            if number % 8 == 2:
                self._receive(rma)
            if number % 16 == 2:
                rma.sudo().action_settle()
            rmas |= rma
        for view_type in ("list", "kanban"):
            specification = {name: {} for name in self._read_names(view_type) if name in rmas._fields}
            for name in ("partner_id", "user_id", "product_id"):
                specification[name] = {"fields": {"display_name": {}}}

            def count(records, specification=specification):
                self.env.flush_all()
                self.env.invalidate_all()
                begin = self.env.cr.sql_log_count
                records.with_user(self.rma_user).with_context(bin_size=True).web_read(specification)
                return self.env.cr.sql_log_count - begin

            with self.subTest(view=view_type):
                count(rmas[:8])
                self.assertLessEqual(count(rmas), count(rmas[:8]))

    def test_order_line_tells_how_much_came_back(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        two_dozen = {"product_uom_qty": 2, "product_uom_id": dozen.id}
        order = self._sell_and_invoice((self.chair, two_dozen), (self.table, 1))
        self.assertFalse(order.rma_has_returned)
        self._return(order, (self.chair, 6, self.refund, {"product_uom_id": self.chair.uom_id.id}))
        seller = new_test_user(self.env, "rma_seller", "sales_team.group_sale_salesman_all_leads")
        lines = order.with_user(seller).order_line
        self.assertEqual(lines.mapped("rma_qty_returned"), [0.5, 0])
        self.assertTrue(order.with_user(seller).rma_has_returned)
        Form(order.with_user(seller))

    def test_documents_lead_to_their_returns(self):
        glue = self._create_product("Glue", 5.0, tracking="lot")
        lots = self.env["stock.lot"].create([{"name": name, "product_id": glue.id} for name in ("A", "B")])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(glue, self.stock, 2, lot_id=lot)
        order = self._sell_and_invoice((glue, 4), (self.chair, 1))
        groups = "rma_management.group_rma_user,account.group_account_readonly,stock.group_stock_user"
        user = new_test_user(self.env, "rma_viewer", groups)
        rma = self._ask(order, (glue, 1, self.refund, {"lot_ids": [Command.set(lots[0].ids)]}), user=user)
        self._receive(self._approve(rma))
        documents = (
            (glue, "action_view_rma"),
            (glue.product_tmpl_id, "action_view_rma"),
            (lots[0], "action_view_rma"),
            (order.invoice_ids, "action_view_billed_rma"),
            (order.partner_id, "action_view_rma"),
        )
        for document, method in documents:
            with self.subTest(document=document):
                seen = document.with_user(user)
                self.assertEqual(seen.rma_count, 1)
                found = self.env["rma.order"].with_user(user).search(getattr(seen, method)()["domain"])
                self.assertEqual(found, rma)
        others = (lots[1], self.chair, self.table.product_tmpl_id)
        self.assertEqual([document.with_user(user).rma_count for document in others], [0, 0, 0])

    def test_counts_keep_to_the_returns_that_the_user_sees(self):
        order = self._sell_and_invoice((self.chair, 2))
        rma = self._ask(order, (self.chair, 1, self.refund))
        rma.sudo().user_id = self.rma_manager
        for document in (self.chair, self.chair.product_tmpl_id):
            self.assertEqual(document.with_user(self.rma_user).rma_count, 0)
            self.assertEqual(document.with_user(self.rma_manager).rma_count, 1)
