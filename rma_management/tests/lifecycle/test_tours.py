from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestTours(RmaCase, HttpCase):
    """The main screens in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rma_manager.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.rma_manager.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls.order = cls._sell_and_invoice((cls.chair, 5), client_order_ref="TOUR-ORDER")
        cls.reason.sequence = 1

    def test_return_from_order_to_settlement(self):
        self.start_tour(f"/odoo/sales/{self.order.id}", "rma_order_to_settlement", login="rma_manager", timeout=120)
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.line_ids.qty_refunded, 2)

    def test_seven_clicks_from_the_order_to_a_posted_credit_note(self):
        self.rma_manager.group_ids |= self.env.ref("account.group_account_invoice")
        self.reason.operation_type_id = self.refund
        self.start_tour(f"/odoo/sales/{self.order.id}", "rma_order_seven_clicks", login="rma_manager", timeout=120)
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.refund_ids.mapped("state"), ["posted"])
        self.assertEqual(rma.refund_ids.amount_total, 230.0)

    def test_rejection(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.action_request()
        self.start_tour(f"/odoo/returns/{rma.id}", "rma_order_reject", login="rma_manager", timeout=90)
        self.assertEqual(rma.state, "rejected")
        self.assertEqual(rma.reject_reason, "The chair was used.")

    def test_who_always_comes_second_reads_a_sentence(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.action_request()

        def collide(orders):
            orders.env.cr.execute("DO $$ BEGIN RAISE EXCEPTION 'changed' USING ERRCODE = '40001'; END $$")

        with (
            patch.object(self.env.registry["rma.order"], "_lock_rows", collide),
            # Odoo tries five times, and waits longer each time.
            patch("odoo.service.model.random.uniform", return_value=0.0),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            self.start_tour(f"/odoo/returns/{rma.id}", "rma_concurrency", login="rma_manager", timeout=90)
        self.assertEqual(rma.state, "requested")

    def test_code_on_the_slip_opens_the_return_for_staff(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund)))
        self.authenticate("rma_all", "rma_all")
        path = rma._get_slip_url().removeprefix(rma.get_base_url())
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(f"/odoo/returns/{rma.id}"))
