from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestOperationType(RmaCase):
    """R2, R3: operation and reason decide what happens by itself, in every door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def test_receipt_by_hand(self):
        self.refund.receipt_creation = "manual"
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self.assertFalse(rma.picking_ids)
        self.assertEqual(rma.state, "approved")
        self.assertTrue(rma.can_receive)
        rma.action_receive_again()
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(rma.state, "done")

    def test_quantity_without_receipt_is_reserved_all_the_same(self):
        self.refund.receipt_creation = "manual"
        self._approve(self._ask(self.order, (self.chair, 4, self.refund)))
        self.assertEqual(self.order.order_line.qty_returnable, 1)
        with self.assertRaisesRegex(UserError, "only 1 Units"):
            self._ask(self.order, (self.chair, 2, self.refund)).action_request()

    def test_settled_as_soon_as_the_goods_arrive(self):
        self.refund.write({"auto_settle": True, "post_credit_note": True})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.sudo().refund_ids.state, "posted")
        self.assertEqual(rma.line_ids.qty_restocked, 2)

    def test_what_cannot_be_settled_does_not_stop_the_warehouse(self):
        self.refund.auto_settle = True
        order = self._sell((self.chair, 2))
        self._deliver(order)
        self._invoice(order, post=False)
        rma = self._return(order, (self.chair, 1, self.refund))
        self.assertEqual((rma.state, rma.line_ids.qty_received), ("processing", 1))
        self.assertTrue(any("draft invoice" in (message.body or "") for message in rma.message_ids))

    def test_pair_that_does_not_fit_is_refused_by_the_process_of_asking(self):
        self.reason.operation_type_ids = self.replace
        with self.assertRaisesRegex(ValidationError, "does not allow"):
            self._ask(self.order, (self.chair, 1, self.refund))

    def test_between_receipt_and_settlement_no_invoice_credits_what_came_back(self):
        self._return(self.order, (self.chair, 2, self.refund))
        line = self.order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (3, 5, 0))
        with self.assertRaises(UserError):
            self.order._create_invoices(final=True)

    def test_done_when_posted_and_delivered_where_the_company_says_so(self):
        self.company.rma_closing_rule = "done"
        rma = self._return(self.order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual((rma.state, rma.line_ids.qty_to_settle), ("processing", 0))
        rma.sudo().refund_ids.action_post()
        self.assertEqual(rma.state, "done")
        rma.sudo().refund_ids.button_draft()
        self.assertEqual(rma.state, "processing")

    def test_replacement_is_done_when_delivered_where_the_company_says_so(self):
        self.company.rma_closing_rule = "done"
        rma = self._return(self.order, (self.chair, 1, self.replace))
        rma.action_settle()
        self.assertEqual(rma.state, "processing")
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")))
        self.assertEqual(rma.state, "done")

    def test_exchange_is_done_when_delivered_where_the_company_says_so(self):
        self.company.rma_closing_rule = "done"
        self.refund.post_credit_note = self.replace.post_credit_note = True
        self.replace.exchange_delivery = "ship"
        rma = self._approve(
            self._ask(self.order, (self.chair, 1, self.replace, {"replacement_product_id": self.table.id}))
        )
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(rma.state, "processing")
        self._deliver(rma.sudo().replacement_sale_order_ids)
        self.assertEqual(rma.state, "done")
