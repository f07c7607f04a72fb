from odoo.tests import HttpCase, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestProcessTours(RmaCase, HttpCase):
    """P9 to P11, X10: the process screen in a real browser, by a user of returns without any other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who may give more than was approved is tested where approvals are.
        cls.company.rma_approval_amount = 100000
        cls.table.name = "Tour table"
        product = cls._create_product("Parcel", 10.0, on_hand=0, type="service", invoice_policy="order")
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Tour parcel", "product_id": product.id, "delivery_type": "fixed", "fixed_price": 10.0}
        )
        cls.order = cls._sell((cls.chair, 5))
        cls.order.set_delivery_line(cls.carrier, 10.0)
        cls._deliver(cls.order)
        cls._invoice(cls.order)

    def _tour(self, rma, name, state="done"):
        self.start_tour(f"/odoo/returns/{rma.id}", name, login="rma_all", timeout=120)
        self.assertEqual(rma.state, state)

    def test_refund_with_fee_and_shipping(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._tour(rma, "rma_process_refund")
        self.assertEqual(rma.amount_refunded, 100.0)

    def test_exchange_for_a_dearer_product(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        self._tour(rma, "rma_process_exchange", "processing")
        self.assertEqual(rma.amount_refunded, 46.0)
        self.assertEqual(rma.replacement_sale_order_ids.amount_untaxed, 160.0)

    def test_split_inspection(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._tour(rma, "rma_process_inspection")
        self.assertEqual(rma.amount_refunded, 82.8)
        self.assertEqual((rma.line_ids.qty_refurbished, rma.line_ids.qty_restocked), (1, 1))
