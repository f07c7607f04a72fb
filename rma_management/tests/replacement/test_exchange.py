from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestExchange(RmaCase):
    """R9: another product replaces the returned one: it is sold, and the returned one credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("product.group_product_pricelist")
        cls.sofa = cls._create_product("Sofa", 700.0)
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Friends",
                "item_ids": [
                    Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10.0})
                ],
            }
        )
        cls.customer.property_product_pricelist = cls.pricelist
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _exchanged(self, quantity=2, product=None):
        rma = self._return(
            self.order, (self.chair, quantity, self.replace, {"replacement_product_id": (product or self.sofa).id})
        )
        rma.action_settle()
        return rma

    def _finish(self, rma):
        """Post the documents, have them paid, and ship what replaces the returned products."""
        rma = rma.sudo()
        invoices = rma.replacement_invoice_ids
        moves = (rma.refund_ids | invoices).filtered(lambda move: move.state == "draft")
        moves.action_post()
        posted = (rma.refund_ids | invoices).filtered(lambda move: move.state == "posted" and move.amount_residual)
        for move in posted:
            self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
                {}
            )._create_payments()
        self._deliver(rma.replacement_sale_order_ids)

    def test_other_product_is_sold_by_a_confirmed_order(self):
        rma = self._exchanged()
        sale = rma.sudo().replacement_sale_order_ids
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.partner_id, self.customer)
        self.assertEqual(sale.order_line.product_id, self.sofa)
        self.assertEqual(sale.order_line.product_uom_qty, 2)

    def test_order_says_what_it_replaces(self):
        rma = self._exchanged()
        sale = rma.sudo().replacement_sale_order_ids
        self.assertEqual(sale.order_line.rma_line_id, rma.sudo().line_ids)
        self.assertEqual(sale.rma_ids, rma.sudo())
        self.assertEqual(sale.origin, rma.name)

    def test_pricelist_of_the_customer_prices_it(self):
        sale = self._exchanged().sudo().replacement_sale_order_ids
        self.assertEqual(sale.pricelist_id, self.pricelist)
        self.assertEqual(sale.order_line.price_subtotal, 2 * 630.0)

    def test_other_product_is_delivered(self):
        sale = self._exchanged().sudo().replacement_sale_order_ids
        self.assertEqual(sale.picking_ids.move_ids.product_id, self.sofa)
        self.assertEqual(sale.picking_ids.partner_id, self.customer)

    def test_returned_product_is_credited_at_what_was_paid(self):
        rma = self._exchanged()
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.invoice_line_ids.product_id, self.chair)
        self.assertEqual(refund.amount_untaxed, 2 * 36.0)
        self.assertEqual(rma.line_ids.qty_refunded, 2)

    def test_returned_product_is_no_longer_delivered_nor_invoiced(self):
        self._exchanged()
        self.assertEqual(self.order.order_line.qty_delivered, 3)
        self.assertEqual(self.order.order_line.qty_invoiced, 3)
        self.assertEqual(self.order.order_line.qty_to_invoice, 0)

    def test_return_is_done_when_both_sides_are(self):
        rma = self._exchanged()
        self.assertEqual(rma.state, "processing")
        self._finish(rma)
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.line_ids.qty_replaced, 2)
        self.assertEqual(rma.line_ids.qty_to_settle, 0)

    def test_settling_again_makes_nothing(self):
        rma = self._exchanged()
        sale, refund = rma.sudo().replacement_sale_order_ids, rma.sudo().refund_ids
        rma.action_settle()
        self.assertEqual(rma.sudo().replacement_sale_order_ids, sale)
        self.assertEqual(rma.sudo().refund_ids, refund)

    def test_cancelled_order_reopens_the_return(self):
        rma = self._exchanged()
        rma.sudo().replacement_sale_order_ids._action_cancel()
        self.assertEqual(rma.state, "processing")
        self.assertEqual(rma.line_ids.qty_to_settle, 2)
        self.assertEqual(rma.line_ids.qty_refunded, 2)

    def test_settling_after_a_cancelled_order_sells_again_and_credits_nothing_more(self):
        rma = self._exchanged()
        refund = rma.sudo().refund_ids
        first = rma.sudo().replacement_sale_order_ids
        first._action_cancel()
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids, refund)
        self.assertEqual((rma.sudo().replacement_sale_order_ids - first).order_line.product_uom_qty, 2)
        self._finish(rma)
        self.assertEqual(rma.state, "done")

    def test_cancelled_credit_note_reopens_the_return_and_sells_nothing_more(self):
        rma = self._exchanged()
        sale = rma.sudo().replacement_sale_order_ids
        rma.sudo().refund_ids.button_cancel()
        self.assertEqual(rma.state, "processing")
        rma.action_settle()
        self.assertEqual(rma.sudo().replacement_sale_order_ids, sale)
        self.assertEqual(rma.line_ids.qty_refunded, 2)
        self._finish(rma)
        self.assertEqual(rma.state, "done")

    def test_dear_product_is_charged_before_it_is_delivered(self):
        sale = self._exchanged().sudo().replacement_sale_order_ids
        self.assertEqual(sale.invoice_ids.amount_untaxed, 2 * 630.0)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_a_hundred_dear_ones_cannot_replace_five_cheap_ones(self):
        rma = self._return(self.order, (self.chair, 5, self.replace, {"replacement_product_id": self.sofa.id}))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.line_ids.qty_replace = 100
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_complete()
        self.assertFalse(rma.sudo().replacement_sale_order_ids)
        self.assertFalse(rma.sudo().refund_ids)

    def test_raised_quantity_of_the_new_order_is_sold_not_given(self):
        sale = self._exchanged().sudo().replacement_sale_order_ids
        sale.order_line.product_uom_qty = 100
        self.assertEqual(sale.order_line.price_subtotal, 100 * 630.0)

    def test_screen_exchanges_what_was_to_be_refunded(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._process(
            rma,
            (
                self.chair,
                {"qty_refund": 0, "exchange": True, "replacement_product_id": self.sofa.id, "qty_replace": 2},
            ),
        )
        self.assertEqual(rma.sudo().replacement_sale_order_ids.order_line.product_id, self.sofa)
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 72.0)
        self._finish(rma)
        self.assertEqual(rma.state, "done")

    def test_screen_total_counts_the_credit_of_an_exchange(self):
        rma = self._return(self.order, (self.chair, 2, self.replace, {"replacement_product_id": self.sofa.id}))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertAlmostEqual(total, rma.sudo().refund_ids.amount_total)
        self.assertAlmostEqual(total, 72.0 * 1.15)

    def test_part_exchanged_and_part_refunded_are_both_credited(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._process(
            rma,
            (
                self.chair,
                {"qty_refund": 1, "exchange": True, "replacement_product_id": self.sofa.id, "qty_replace": 2},
            ),
        )
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 3 * 36.0)
        self.assertEqual(rma.sudo().replacement_sale_order_ids.order_line.product_uom_qty, 2)
        self._finish(rma)
        self.assertEqual(rma.state, "done")

    def test_product_that_was_not_invoiced_is_exchanged_without_a_credit(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        rma = self._return(order, (self.chair, 2, self.replace, {"replacement_product_id": self.sofa.id}))
        rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(order.order_line.qty_to_invoice, 3)
        self.assertEqual(rma.sudo().replacement_sale_order_ids.order_line.product_uom_qty, 2)
        self._finish(rma)
        self.assertEqual(rma.state, "done")

    def test_same_product_is_no_exchange(self):
        rma = self._exchanged(product=self.chair)
        self.assertFalse(rma.sudo().replacement_sale_order_ids)
        self.assertFalse(rma.sudo().refund_ids)

    def test_product_counted_otherwise_is_refused_with_what_to_do(self):
        wire = self._create_product("Wire", 5.0, uom_id=self.env.ref("uom.product_uom_meter").id)
        rma = self._return(self.order, (self.chair, 2, self.replace, {"replacement_product_id": wire.id}))
        with self.assertRaisesRegex(UserError, "Wire cannot be measured in Units like Chair"), self.env.cr.savepoint():
            rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)

    def test_staff_without_sales_rights_exchange_and_gain_none(self):
        rma = self._exchanged()
        sale = rma.sudo().replacement_sale_order_ids
        self.assertFalse(sale.with_user(self.rma_all).has_access("write"))
