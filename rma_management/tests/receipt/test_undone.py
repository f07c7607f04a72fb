from odoo.tests import tagged

from ..refund.common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestUndone(RefundCase):
    """A receipt that is sent back to the customer by hand, after all was settled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls._create_product("Good", 100.0)

    def _undone(self, quantity=3):
        order = self._sell_and_invoice((self.good, 3))
        rma = self._return(order, (self.good, 3, self.refund_posted))
        self._process(rma, (self.good, {"qty_restock": 3}))
        self.assertEqual((rma.state, order.invoice_status), ("done", "invoiced"))
        receipt = rma.sudo().picking_ids.filtered(lambda picking: "receipt" in picking.move_ids.mapped("rma_role"))
        self.env["stock.quant"]._update_available_quantity(self.good, self.warehouse.rma_location_id, 3)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_model="stock.picking", active_id=receipt.id)
            .create({"picking_id": receipt.id})
        )
        wizard.product_return_moves.quantity = quantity
        self._validate(self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]))
        return order, rma

    def test_order_is_to_invoice_and_the_return_opens_again(self):
        for policy in ("delivery", "order"):
            self.good.invoice_policy = policy
            order, rma = self._undone()
            line = order.order_line
            self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (3, 0, 3), policy)
            self.assertEqual(order.invoice_status, "to invoice", policy)
            self.assertEqual(rma.state, "approved", policy)
            self.assertEqual(rma.line_ids.qty_undone, 3)

    def test_only_what_went_back_is_invoiced_again(self):
        order, rma = self._undone(1)
        self.assertEqual(order.order_line.qty_to_invoice, 1)
        self.assertEqual(rma.state, "processing")

    def test_invoiced_again_the_return_is_done(self):
        order, rma = self._undone()
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_total, 345.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(rma.state, "done")

    def test_received_again_the_return_is_done(self):
        order, rma = self._undone()
        rma.action_receive_again()
        self._receive(rma)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(rma.state, "done")
