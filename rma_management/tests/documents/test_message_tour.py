from odoo.tests import HttpCase, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestMessageTour(RmaCase, HttpCase):
    """P6, P7: the tabs Messages and History in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who opens a receipt needs rights in the warehouse.
        cls.rma_manager.group_ids |= cls.env.ref("stock.group_stock_manager")

    def test_letter_to_the_customer_and_its_trace(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 1, self.refund)))
        self._receive(rma)
        self.start_tour(f"/odoo/returns/{rma.id}", "rma_order_messages", login="rma_manager", timeout=120)
        letter = rma.sudo().customer_message_ids.filtered(lambda message: "Dear Ada" in message.body)
        self.assertIn(self.customer, letter.partner_ids)
