from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestProcess(RmaCase):
    """P9 to P12: one screen shows the plan, and Complete does exactly what it shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def _open(self, rma):
        return self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})

    def test_email_is_seen_before_it_is_sent(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        before = self.env["account.move"].search_count([]), self.env["mail.message"].search_count([])
        with self.enter_registry_test_mode():
            action = wizard.action_preview_email()
        preview = self.env["rma.process.preview"].with_user(self.rma_all).browse(action["res_id"])
        self.assertIn(rma.name, preview.subject)
        self.assertIn("92.00", preview.body)
        self.assertEqual(preview.action_back()["res_id"], wizard.id)
        self.env.invalidate_all()
        self.assertEqual((rma.state, rma.sudo().refund_ids.ids), ("processing", []))
        self.assertEqual((self.env["account.move"].search_count([]), self.env["mail.message"].search_count([])), before)
        wizard.action_complete()
        self.assertEqual(rma.state, "done")
        self.company.rma_mail_done_template_id = False
        other = self._return(self.order, (self.chair, 1, self.refund))
        with self.enter_registry_test_mode(), self.assertRaisesRegex(UserError, "no email"):
            self._open(other).action_preview_email()

    def test_plan_is_filled_in_from_the_operations(self):
        rma = self._return(self.order, (self.chair, 3, self.refund), (self.table, 2, self.replace))
        chair, table = self._open(rma).line_ids
        self.assertEqual((chair.qty_refund, chair.qty_replace, chair.qty_restock, chair.exchange), (3, 0, 3, False))
        self.assertEqual((table.qty_refund, table.qty_replace, table.qty_restock, table.exchange), (0, 2, 0, True))
        self.assertEqual(chair.restock_location_id, self.stock)

    def test_button_opens_the_screen_and_refuses_where_nothing_is_to_do(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        with self.assertRaisesRegex(UserError, "Receive the goods first"):
            rma.action_process()
        self._receive(rma)
        wizard = self.env["rma.process"].browse(rma.action_process()["res_id"])
        self.assertEqual(wizard.rma_id, rma)

    def test_complete_does_what_settle_would_do(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        wizard = self._open(rma)
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.sudo().refund_ids.amount_total, total)
        self.assertEqual(rma.line_ids.qty_restocked, 3)

    def test_total_follows_every_change(self):
        wizard = self._open(self._return(self.order, (self.chair, 3, self.refund)))
        self.assertEqual(wizard.amount_total_refund, 138.0)
        wizard.line_ids.qty_refund = 1
        self.assertEqual(wizard.amount_total_refund, 46.0)

    def test_one_product_may_end_in_several_ways(self):
        rma = self._return(self.order, (self.chair, 5, self.refund))
        self._process(
            rma,
            (
                self.chair,
                {
                    "qty_refund": 2,
                    "exchange": True,
                    "qty_replace": 1,
                    "qty_repair": 1,
                    "qty_restock": 2,
                    "qty_scrap": 1,
                },
            ),
        )
        line = rma.line_ids
        self.assertEqual((line.qty_refunded, line.qty_replaced, line.qty_repair_ordered), (2, 1, 1))
        self.assertEqual((line.qty_restocked, line.qty_scrapped), (2, 1))
        self.assertEqual(line.qty_nothing, 1, "the fifth gets nothing")
        self.assertEqual(rma.state, "processing", "the repaired one is not back yet")

    def test_restocked_goods_are_in_the_chosen_location(self):
        shelf = self.env["stock.location"].create({"name": "Second Choice", "location_id": self.stock.id})
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._process(rma, (self.chair, {"qty_restock": 2, "restock_location_id": shelf.id}))
        self.assertEqual(self._on_hand(self.chair, shelf), 2)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 1)

    def test_what_cannot_be_is_refused_and_nothing_is_done(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        for values, sentence in (
            ({"qty_refund": 4}, "only 3 Units are left to settle"),
            ({"qty_refund": -1}, "cannot be negative"),
            ({"qty_restock": 3, "qty_scrap": 1}, "in the returns location"),
            ({"qty_restock": 1, "restock_location_id": False}, "choose the stock location"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                self._process(rma, (self.chair, values))
            self.assertFalse(rma.sudo().refund_ids)
            self.assertEqual(rma.line_ids.qty_to_settle, 3)

    def test_two_screens_opened_at_once_settle_once(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        first, second = self._open(rma), self._open(rma)
        first.action_complete()
        with self.assertRaises(UserError):
            second.action_complete()
        self.assertEqual(len(rma.sudo().refund_ids), 1)

    def test_ticking_exchange_proposes_what_is_left(self):
        wizard = self._open(self._return(self.order, (self.chair, 3, self.refund)))
        line = wizard.line_ids
        line.qty_refund = 1
        line.exchange = True
        self.assertEqual((line.qty_replace, line.replacement_product_id), (2, self.chair))
        line.exchange = False
        self.assertEqual(line.qty_replace, 0)

    def test_rest_that_arrives_later_follows_the_operation(self):
        rma = self._approve(self._ask(self.order, (self.chair, 5, self.refund)))
        self._receive(rma, {self.chair: 2})
        self._process(rma, (self.chair, {"qty_refund": 1}))
        self.assertEqual(rma.state, "processing")
        self._receive(rma)
        self.assertEqual(rma.line_ids.qty_to_settle, 3)
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_refunded, 4)
        self.assertEqual(rma.state, "done")

    def test_return_only_needs_no_settling(self):
        rma = self._return(self.order, (self.chair, 1, self.return_only))
        self.assertEqual(rma.state, "done")
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_restocked, 1)
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(self.order.order_line[0].qty_delivered, 5, "nothing is given for it, so the order stands")
