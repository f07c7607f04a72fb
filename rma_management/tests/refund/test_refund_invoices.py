from datetime import timedelta

from odoo.tests import tagged

from .common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestRefundSeveralInvoices(RefundCase):
    """X2: each invoice is credited by a note of its own, the newest first, never above what it still has to credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell((cls.chair, {"product_uom_qty": 10, "price_unit": 33.33}))
        cls.invoices = cls.env["account.move"]
        for days, quantity in ((30, 4), (20, 3), (10, 3)):
            cls._deliver(cls.order, {cls.chair: quantity})
            cls.invoices |= cls._invoice_on(cls.order, cls.today - timedelta(days=days))

    def _quantities(self, refunds):
        return [
            sum(refunds.filtered(lambda r, i=i: r.reversed_entry_id == i).invoice_line_ids.mapped("quantity"))
            for i in self.invoices
        ]

    def test_five_of_ten_are_credited_from_the_newest_invoices(self):
        rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 2, 3])
        self.assertEqual(rma.line_ids.qty_refunded, 5)

    def test_newest_is_by_invoice_date_not_by_number(self):
        late = self._sell((self.table, 2))
        self._deliver(late, {self.table: 1})
        newer = self._invoice_on(late, self.today)
        self._deliver(late)
        self._invoice_on(late, self.today - timedelta(days=60))
        _rma, refund = self._settled(late, (self.table, 1, self.refund))
        self.assertEqual(refund.reversed_entry_id, newer)

    def test_next_return_takes_what_is_left(self):
        self._settled(self.order, (self.chair, 5, self.refund))
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [4, 1, 0])

    def test_all_returned_sums_to_all_invoices(self):
        refunds = self._settled(self.order, (self.chair, 5, self.refund_posted))[1]
        refunds |= self._settled(self.order, (self.chair, 3, self.refund_posted))[1]
        refunds |= self._settled(self.order, (self.chair, 2, self.refund_posted))[1]
        self.assertEqual(self._quantities(refunds), [4, 3, 3])
        for invoice in self.invoices:
            credited = refunds.filtered(lambda refund, invoice=invoice: refund.reversed_entry_id == invoice)
            self.assertAlmostEqual(sum(credited.mapped("amount_total")), invoice.amount_total)
            self.assertEqual(invoice.amount_residual, 0)

    def test_what_was_credited_by_hand_is_not_credited_again(self):
        self._credit_by_hand(self.invoices[2], 2)
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [1, 3, 1])

    def test_draft_credit_by_hand_counts_too(self):
        credit = self._credit_by_hand(self.invoices[2], 2)
        credit.button_draft()
        _rma, refunds = self._settled(self.order, (self.chair, 2, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 1, 1])

    def test_cancelled_credit_by_hand_does_not_count(self):
        credit = self._credit_by_hand(self.invoices[2], 2)
        credit.button_draft()
        credit.button_cancel()
        _rma, refunds = self._settled(self.order, (self.chair, 2, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 0, 2])

    def test_what_the_order_credited_is_not_credited_again(self):
        self._return_by_hand(self.order, self.chair, 4)
        credit = self.order._create_invoices(final=True)
        credit.action_post()
        self.assertEqual((credit.move_type, credit.reversed_entry_id), ("out_refund", self.env["account.move"]))
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        # The order's own credit note took 3 of the newest invoice and 1 of the next one.
        self.assertEqual(self._quantities(refunds), [3, 2, 0])

    def test_credit_of_the_order_leaves_the_right_rest_of_each_invoice(self):
        self._return_by_hand(self.order, self.chair, 4)
        credit = self.order._create_invoices(final=True)
        credit.action_post()
        _rma, refunds = self._settled(self.order, (self.chair, 6, self.refund))
        self.assertAlmostEqual(
            sum((refunds | credit).mapped("amount_total")), sum(self.invoices.mapped("amount_total"))
        )
        self.assertEqual(len(refunds), 2)
        for refund in refunds:
            quantity = refund.invoice_line_ids.quantity
            self.assertAlmostEqual(refund.amount_untaxed, 33.33 * quantity, delta=0.011)

    def test_what_an_invoice_took_off_is_not_credited_again(self):
        order = self._sell((self.chair, 5), (self.table, 1))
        self._deliver(order, {self.chair: 5})
        self._invoice(order)
        self._return_by_hand(order, self.chair, 2)
        self._deliver(order)
        mixed = order._create_invoices(final=True)
        mixed.action_post()
        self.assertEqual(mixed.move_type, "out_invoice")
        self.assertEqual(mixed.invoice_line_ids.filtered(lambda line: line.product_id == self.chair).quantity, -2)
        # Of 5 invoiced and 2 taken off, 3 are left; one of them by hand.
        self._credit_by_hand(order.invoice_ids.sorted("id")[0], 1)
        rma, refunds = self._settled(order, (self.chair, 3, self.refund))
        self.assertEqual(sum(refunds.invoice_line_ids.mapped("quantity")), 2)
        self.assertEqual(refunds.amount_untaxed, 80.0)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 1)

    def test_nothing_is_left_to_credit_after_a_full_credit_by_hand(self):
        order = self._sell_and_invoice((self.table, 2))
        self._credit_by_hand(order.invoice_ids, 2)
        rma, refund = self._settled(order, (self.table, 1, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 1)

    def test_cents_that_credits_by_hand_rounded_away_come_with_the_last_share(self):
        order = self._sell((self.table, {"product_uom_qty": 3, "price_unit": 0.334}))
        self._deliver(order)
        invoice = self._invoice(order)
        by_hand = self._credit_by_hand(invoice, 1) | self._credit_by_hand(invoice, 1)
        _rma, refund = self._settled(order, (self.table, 1, self.refund))
        # 1.00 was invoiced, and twice 0.33 credited.
        self.assertEqual(refund.amount_untaxed, 0.34)
        self.assertAlmostEqual(sum((refund | by_hand).mapped("amount_total")), invoice.amount_total)

    def test_what_a_credit_by_hand_gave_less_for_a_unit_is_not_given_for_another(self):
        order = self._sell_and_invoice((self.table, 3))
        self._credit_by_hand(order.invoice_ids, 1, price_unit=50.0)
        _rma, refund = self._settled(order, (self.table, 2, self.refund))
        self.assertEqual(refund.amount_untaxed, 300.0)

    def test_what_a_credit_by_hand_gave_more_is_never_given_again(self):
        order = self._sell_and_invoice((self.table, 3))
        self._credit_by_hand(order.invoice_ids, 1, price_unit=350.0)
        _rma, refund = self._settled(order, (self.table, 2, self.refund))
        self.assertEqual(refund.amount_untaxed, 100.0)


@tagged("post_install", "-at_install")
class TestRefundOrderQuantities(RefundCase):
    """After a refund the order asks neither for another invoice nor for another delivery."""

    def _sell_as_ordered(self, quantity, delivered=None, **values):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell((desk, quantity), **values)
        self._invoice(order)
        self._deliver(order, {desk: delivered} if delivered else None)
        return desk, order

    def _deliveries_to_do(self, order):
        return order.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def test_order_invoiced_as_ordered_does_not_ask_for_an_invoice_again(self):
        desk, order = self._sell_as_ordered(5)
        self._settled(order, (desk, 2, self.refund))
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_invoiced_as_ordered_does_not_deliver_again(self):
        desk, order = self._sell_as_ordered(5)
        self._settled(order, (desk, 2, self.refund))
        self.assertFalse(self._deliveries_to_do(order))
        self.assertEqual(order.order_line.qty_to_deliver, 0)

    def test_locked_order_stays_locked(self):
        desk, order = self._sell_as_ordered(5)
        order.action_lock()
        self._settled(order, (desk, 2, self.refund))
        self.assertTrue(order.locked)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_partly_delivered_order_still_delivers_the_rest(self):
        desk, order = self._sell_as_ordered(10, delivered=6)
        self._settled(order, (desk, 2, self.refund))
        self.assertEqual(order.order_line.product_uom_qty, 8)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(self._deliveries_to_do(order).product_uom_qty, 4)

    def test_partly_delivered_order_ends_invoiced_and_delivered(self):
        desk, order = self._sell_as_ordered(10, delivered=6)
        self._settled(order, (desk, 2, self.refund))
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 8)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_returned_product_that_is_not_invoiced_as_ordered_yet_never_will_be(self):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell((desk, 5))
        self._deliver(order)
        rma, refund = self._settled(order, (desk, 2, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 2)
        self.assertEqual(self._invoice(order).amount_untaxed, 240.0)

    def test_order_invoiced_as_ordered_asks_nothing_when_goods_are_kept(self):
        desk, order = self._sell_as_ordered(5)
        refund = self._keep(order, (desk, 2, self.refund_keep))
        self.assertEqual(refund.amount_untaxed, 160.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_invoiced_as_delivered_asks_nothing_when_goods_are_kept(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._keep(order, (self.chair, 2, self.refund_keep))
        self.assertEqual(order.order_line.qty_delivered, 5)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_asks_nothing_while_refunded_goods_are_on_their_way(self):
        desk, as_ordered = self._sell_as_ordered(5)
        as_delivered = self._sell_and_invoice((self.chair, 5))
        self._approve(self._ask(as_ordered, (desk, 2, self.refund_first)))
        self._approve(self._ask(as_delivered, (self.chair, 2, self.refund_first)))
        self.assertEqual((as_ordered | as_delivered).mapped("invoice_status"), ["invoiced", "invoiced"])
        self.assertFalse(any((as_ordered | as_delivered).order_line.mapped("qty_to_invoice")))

    def test_order_asks_nothing_after_refunded_goods_arrived(self):
        desk, as_ordered = self._sell_as_ordered(5)
        as_delivered = self._sell_and_invoice((self.chair, 5))
        for order, product in ((as_ordered, desk), (as_delivered, self.chair)):
            rma = self._approve(self._ask(order, (product, 2, self.refund_first)))
            self._receive(rma)
            self.assertEqual(rma.state, "done")
        self.assertEqual((as_ordered | as_delivered).mapped("invoice_status"), ["invoiced", "invoiced"])
        self.assertFalse(any((as_ordered | as_delivered).order_line.mapped("qty_to_invoice")))
        self.assertFalse(self._deliveries_to_do(as_ordered | as_delivered))

    def test_new_quantity_on_the_order_is_invoiced_alone(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._keep(order, (self.chair, 2, self.refund_keep))
        order.order_line.product_uom_qty = 6
        self._deliver(order)
        self.assertEqual(self._invoice(order).amount_untaxed, 40.0)

    def test_cancelled_credit_note_of_kept_goods_lets_the_order_be_as_before(self):
        order = self._sell_and_invoice((self.chair, 5))
        refund = self._keep(order, (self.chair, 2, self.refund_keep))
        refund.button_cancel()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.order_line.qty_invoiced, 5)
