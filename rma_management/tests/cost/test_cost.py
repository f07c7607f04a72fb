from odoo import Command
from odoo.tests import tagged

from .common_cost import CostCase


@tagged("post_install", "-at_install")
class TestCost(CostCase):
    """E4: with perpetual valuation the credit note books what the goods that came back are worth."""

    def test_standard(self):
        good = self._stocked(self.standard, 6.0)
        order = self._sell_and_invoice((good, 5))
        self.assertEqual(self._costs(order.invoice_ids), 30.0)
        _rma, refund = self._settled(order, (good, 3, self.refund_posted))
        self.assertEqual((self._costs(refund), self._stock_costs(refund)), (-18.0, 18.0))

    def test_deduction_of_an_inspection_costs_nothing(self):
        good = self._stocked(self.standard, 6.0)
        order = self._sell_and_invoice((good, 5))
        rma = self._return(order, (good, 3, self.refund_posted))
        self.env["rma.inspection"].with_user(self.rma_all).create(
            {"line_id": rma.line_ids.id, "quantity": 2, "grade_id": self.env.ref("rma_management.rma_grade_c").id}
        )
        rma.action_settle()
        self.assertEqual(self._costs(rma.sudo().refund_ids), -18.0)

    def test_units_of_dozens(self):
        unit, dozen = self.unit, self.dozen
        good = self._stocked(self.standard, 6.0, uom_ids=[Command.set(dozen.ids)])
        order = self._sell_and_invoice((good, {"product_uom_qty": 2, "product_uom_id": dozen.id, "price_unit": 1200.0}))
        _rma, refund = self._settled(order, (good, 5, self.refund_posted, {"product_uom_id": unit.id}))
        self.assertEqual(refund.amount_untaxed, 500.0)
        self.assertEqual(self._costs(refund), -30.0)

    def test_first_in_first_out_gives_back_what_went_out(self):
        good = self._stocked(self.fifo, 10.0, 20.0, 60.0)
        order = self._sell((good, 2))
        self._deliver(order, {good: 1})
        self._deliver(order, {good: 1})
        self._invoice(order)
        self.assertEqual(self._costs(order.invoice_ids), 30.0)
        second = order.picking_ids.move_ids.sorted("id")[-1]
        self.assertEqual(second.value, 20.0)
        rma, refund = self._settled(order, (good, 1, self.refund_posted, {"move_id": second.id}))
        self.assertEqual(rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt").value, 20.0)
        self.assertEqual(self._costs(refund), -20.0)

    def test_who_settles_need_have_no_rights_on_stock(self):
        for category in (self.average, self.fifo):
            good = self._stocked(category, 10.0, 20.0, 60.0)
            order = self._sell_and_invoice((good, 2))
            rma = self._return(order, (good, 1, self.refund_posted))
            # As in a transaction of its own: nothing was read before.
            self.env.flush_all()
            self.env.invalidate_all()
            rma.with_user(self.rma_all).action_settle()
            self.assertEqual(rma.sudo().refund_ids.state, "posted")

    def test_who_scraps_need_have_no_rights_on_kits(self):
        self.refund_posted.disposition = "scrap"
        good = self._stocked(self.fifo, 10.0, 20.0, 60.0)
        rma = self._return(self._sell_and_invoice((good, 2)), (good, 1, self.refund_posted))
        # As in a transaction of its own: nothing was read before.
        self.env.flush_all()
        self.env.invalidate_all()
        rma.with_user(self.rma_all).action_settle()
        self.assertEqual((rma.line_ids.qty_scrapped, rma.sudo().scrap_ids.state), (1, "done"))

    def test_average(self):
        good = self._stocked(self.average, 10.0, 20.0)
        order = self._sell_and_invoice((good, 1))
        rma, refund = self._settled(order, (good, 1, self.refund_posted))
        value = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt").value
        self.assertEqual(self._costs(refund), -value)

    def test_goods_that_the_customer_keeps_cost_what_they_cost(self):
        good = self._stocked(self.standard, 6.0)
        order = self._sell_and_invoice((good, 5))
        refund = self._keep(order, (good, 3, self.keep_posted))
        self.assertEqual(refund.amount_untaxed, 300.0)
        self.assertEqual(self._costs(refund), 0)

    def test_refund_before_the_goods_arrive(self):
        good = self._stocked(self.standard, 6.0)
        order = self._sell_and_invoice((good, 5))
        self.refund_first.post_credit_note = True
        rma = self._approve(self._ask(order, (good, 3, self.refund_first)))
        self.assertEqual(self._costs(rma.sudo().refund_ids), -18.0)

    def test_thirds_cost_what_their_receipts_are_worth(self):
        good = self._stocked(self.fifo, 3.33, 3.33, 3.34)
        order = self._sell_and_invoice((good, 3))
        for _third in range(3):
            rma, refund = self._settled(order, (good, 1, self.refund_posted))
            receipt = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt")
            self.assertEqual((self._costs(refund), self._stock_costs(refund)), (-receipt.value, receipt.value))

    def test_credits_of_one_receipt_sum_to_it(self):
        good = self._stocked(self.fifo, 3.33, 3.33, 3.34)
        order = self._sell_and_invoice((good, 3))
        rma = self._return(order, (good, 3, self.refund))
        for _third in range(3):
            rma.action_settle()
            note = rma.sudo().refund_ids.filtered(lambda note: note.state == "draft")
            note.invoice_line_ids.quantity = 1
            note.with_env(self.env).action_post()
        self.assertEqual(rma.line_ids.qty_refunded, 3)
        self.assertEqual(self._costs(rma.sudo().refund_ids), -10.0)
