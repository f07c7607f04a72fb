from odoo import Command
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReservation(RmaCase):
    """R4: what a receipt expects stays expected, whoever returns more of the delivery by the warehouse's wizard."""

    def _return_by_hand(self, picking, quantity, button="action_create_returns"):
        """Press Odoo's own Return on a transfer, as someone of the warehouse."""
        wizard = self.env["stock.return.picking"].with_user(self.stock_user).create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        return self.env["stock.picking"].browse(getattr(wizard, button)()["res_id"])

    def _receipt(self, rma):
        return rma.sudo().line_ids.move_ids

    def test_receipt_of_a_return_keeps_its_goods_beside_a_return_by_hand(self):
        order = self._sell_and_invoice((self.chair, 5))
        receipt = self._receipt(self._approve(self._ask(order, (self.chair, 2, self.refund))))
        self.assertRecordValues(receipt, [{"state": "assigned", "quantity": 2}])
        by_hand = self._return_by_hand(order.picking_ids.filtered("sale_id")[:1], 3)
        self.assertRecordValues(receipt, [{"state": "assigned", "quantity": 2}])
        self.assertRecordValues(by_hand.move_ids, [{"state": "assigned", "quantity": 3}])

    def test_return_of_all_by_hand_takes_the_rest(self):
        order = self._sell_and_invoice((self.chair, 5))
        delivery = order.picking_ids
        receipt = self._receipt(self._approve(self._ask(order, (self.chair, 2, self.refund))))
        by_hand = self._return_by_hand(delivery, 0, "action_create_returns_all")
        self.assertEqual((receipt.quantity, by_hand.move_ids.quantity), (2, 3))

    def test_second_return_by_hand_leaves_the_first_one_its_goods(self):
        delivery = self._sell_and_invoice((self.chair, 5)).picking_ids
        first = self._return_by_hand(delivery, 2)
        second = self._return_by_hand(delivery, 3)
        self.assertEqual((first.move_ids.quantity, second.move_ids.quantity), (2, 3))

    def test_receipt_keeps_its_serial_number(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": name, "product_id": phone.id} for name in ("S1", "S2")])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        order = self._sell_and_invoice((phone, 2))
        delivery = order.picking_ids
        named = {"lot_ids": [Command.set(serials[0].ids)]}
        receipt = self._receipt(self._approve(self._ask(order, (phone, 1, self.refund, named))))
        before = (receipt.state, receipt.quantity, receipt.lot_ids)
        self.assertEqual(before[1:], (1, serials[0]))
        self._return_by_hand(delivery, 1)
        self.assertEqual((receipt.state, receipt.quantity, receipt.lot_ids), before)

    def test_context_of_a_request_keeps_nothing_reserved(self):
        order = self._sell_and_invoice((self.chair, 5))
        receipt = self._receipt(self._approve(self._ask(order, (self.chair, 2, self.refund))))
        receipt.with_user(self.stock_user).with_context(rma_kept_moves=receipt.ids)._do_unreserve()
        self.assertEqual(receipt.quantity, 0)
