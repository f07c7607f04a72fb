from odoo.tests import tagged

from .common import RmaCase


@tagged("post_install", "-at_install")
class TestRefund(RmaCase):
    """R5, R6: credit notes come from the invoices that billed what came back."""

    def test_returned_product_is_credited_from_its_invoice(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 2, self.refund))
        rma.action_settle()
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.reversed_entry_id, order.invoice_ids - refund)
        self.assertEqual(refund.amount_untaxed, 80.0)
        self.assertEqual(refund.amount_total, 92.0)
        self.assertEqual(refund.state, "draft")
        self.assertEqual(rma.state, "done")
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.invoice_status, "invoiced")
