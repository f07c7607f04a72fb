from odoo import Command
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReplacement(RmaCase):
    """R8: the same product goes to the customer again, and the order's quantities stay right."""

    def _shipments(self, rma):
        """Give the transfers that take something to the customer and still have to be done."""
        return rma.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.location_id.usage != "customer"
        )

    def _replaced(self, quantity=5, **values):
        """Sell 5, have them returned to be replaced, and settle."""
        order = self._sell_and_invoice((self.chair, 5), **values)
        rma = self._return(order, (self.chair, quantity, self.replace))
        rma.action_settle()
        return order, rma

    def test_replacement_is_delivered_to_the_customer(self):
        _order, rma = self._replaced(2)
        shipment = self._shipments(rma)
        self.assertEqual(shipment.picking_type_id, self.warehouse.out_type_id)
        self.assertEqual(shipment.partner_id, self.customer)
        self.assertEqual(shipment.move_ids.product_uom_qty, 2)

    def test_return_closes_with_its_replacement(self):
        _order, rma = self._replaced()
        self.assertEqual((rma.state, rma.line_ids.qty_replaced), ("done", 5))

    def test_settling_again_replaces_nothing_more(self):
        _order, rma = self._replaced()
        rma.action_settle()
        self.assertEqual(sum(self._shipments(rma).move_ids.mapped("product_uom_qty")), 5)

    def test_products_of_one_return_are_delivered_together(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        rma = self._return(order, (self.chair, 2, self.replace), (self.table, 1, self.replace))
        rma.action_settle()
        self.assertEqual(self._shipments(rma).move_ids.product_id, self.chair | self.table)
        self.assertEqual(len(self._shipments(rma)), 1)

    def test_replacement_leaves_the_delivered_quantity(self):
        order, rma = self._replaced()
        self._validate(self._shipments(rma))
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (5, "invoiced"))

    def test_replacement_never_asks_for_an_invoice(self):
        order, _rma = self._replaced()
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (5, "invoiced"))

    def test_replacement_of_a_product_invoiced_as_ordered_never_asks_for_an_invoice(self):
        self.chair.invoice_policy = "order"
        order, rma = self._replaced()
        self._validate(self._shipments(rma))
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (5, "invoiced"))

    def test_cancelled_replacement_reopens_the_return(self):
        _order, rma = self._replaced()
        self._shipments(rma).action_cancel()
        self.assertEqual((rma.state, rma.line_ids.qty_replaced, rma.line_ids.qty_to_settle), ("processing", 0, 5))

    def test_cancelled_replacement_is_made_again(self):
        _order, rma = self._replaced()
        self._shipments(rma).action_cancel()
        rma.action_settle()
        self.assertEqual((rma.state, sum(self._shipments(rma).move_ids.mapped("product_uom_qty"))), ("done", 5))

    def test_replacement_sent_in_parts_counts_once(self):
        _order, rma = self._replaced()
        self._validate(self._shipments(rma), {self.chair: 2})
        self.assertEqual((rma.line_ids.qty_replaced, rma.state), (5, "done"))

    def test_replacement_sent_short_reopens_the_return(self):
        _order, rma = self._replaced()
        self._validate(self._shipments(rma), {self.chair: 2}, backorder=False)
        self.assertEqual((rma.line_ids.qty_replaced, rma.line_ids.qty_to_settle), (2, 3))

    def test_backorder_of_the_receipt_is_replaced_when_it_comes(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 5, self.replace)))
        self._receive(rma, {self.chair: 2})
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_replaced, 2)
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_replaced, rma.state), (5, "done"))

    def test_replacement_before_the_goods_leaves_on_approval(self):
        self.replace.receipt_policy = "after"
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.replace)))
        self.assertEqual((rma.line_ids.qty_replaced, rma.line_ids.qty_expected, rma.state), (2, 2, "approved"))

    def test_replacement_comes_from_the_warehouse_that_received(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self.env["stock.quant"]._update_available_quantity(self.chair, other.lot_stock_id, 10)
        _order, rma = self._replaced(2, warehouse_id=other.id)
        self.assertEqual(self._shipments(rma).picking_type_id, other.out_type_id)

    # === In several steps ===

    def test_replacement_in_three_steps_counts_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        for _step in range(3):
            self._deliver(order)
        self._invoice(order)
        rma = self._return(order, (self.chair, 2, self.replace))
        rma.action_settle()
        counted = [rma.line_ids.qty_replaced]
        for _step in range(3):
            self._validate(self._shipments(rma))
            counted.append(rma.line_ids.qty_replaced)
        self.assertEqual(counted, [2, 2, 2, 2])
        self.assertFalse(self._shipments(rma))
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (5, "invoiced"))

    def test_replacement_in_parts_and_steps_counts_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        for _step in range(3):
            self._deliver(order)
        rma = self._return(order, (self.chair, 5, self.replace))
        rma.action_settle()
        self._validate(self._shipments(rma), {self.chair: 3})
        pack = self._shipments(rma).filtered(lambda picking: picking.picking_type_id == self.warehouse.pack_type_id)
        self._validate(pack, {self.chair: 2})
        self.assertEqual(rma.line_ids.qty_replaced, 5)

    def test_cancelled_last_step_reopens_the_return(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        for _step in range(3):
            self._deliver(order)
        rma = self._return(order, (self.chair, 2, self.replace))
        rma.action_settle()
        self._validate(self._shipments(rma))
        self._validate(self._shipments(rma))
        self._shipments(rma).action_cancel()
        self.assertEqual((rma.line_ids.qty_replaced, rma.state), (0, "processing"))

    # === Mixed with a refund ===

    def _mixed(self, policy="delivery"):
        """Return 5 to be replaced, and decide on the process screen to refund 2 of them."""
        self.chair.invoice_policy = policy
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.replace))
        self._process(rma, (self.chair, {"qty_refund": 2, "qty_replace": 3}))
        return order, rma

    def test_refunding_part_makes_the_receipt_count_against_the_order(self):
        order, rma = self._mixed()
        self.assertTrue(rma.line_ids._get_receipts().to_refund)
        self.assertEqual(self._shipments(rma).move_ids.sale_line_id, order.order_line)

    def test_refunding_part_never_invites_an_invoice(self):
        order, _rma = self._mixed()
        self.assertLessEqual(order.order_line.qty_to_invoice, 0)

    def test_order_is_right_once_the_rest_is_replaced(self):
        order, rma = self._mixed()
        self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (3, 3, "invoiced"))

    def test_order_invoiced_as_ordered_is_right_once_the_rest_is_replaced(self):
        order, rma = self._mixed("order")
        self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (3, 3, "invoiced"))

    def test_replacing_part_of_a_refund_is_right_in_the_end(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.refund))
        self._process(
            rma,
            (
                self.chair,
                {"qty_refund": 1, "exchange": True, "qty_replace": 4, "replacement_product_id": self.chair.id},
            ),
        )
        self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (4, 4, "invoiced"))

    def test_replacing_all_of_a_refund_is_right_in_the_end(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.refund))
        self._process(
            rma,
            (
                self.chair,
                {"qty_refund": 0, "exchange": True, "qty_replace": 5, "replacement_product_id": self.chair.id},
            ),
        )
        self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (5, 5, "invoiced"))

    def test_refund_after_a_delivered_replacement_is_right_in_the_end(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 5, self.replace)))
        self._receive(rma, {self.chair: 3})
        rma.action_settle()
        self._validate(self._shipments(rma))
        self._receive(rma)
        self._process(rma, (self.chair, {"qty_refund": 2, "qty_replace": 0, "exchange": False}))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (3, 3, "invoiced"))

    def test_refunding_part_in_three_steps_is_right_in_the_end(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        for _step in range(3):
            self._deliver(order)
        self._invoice(order)
        rma = self._return(order, (self.chair, 5, self.replace))
        self._process(rma, (self.chair, {"qty_refund": 2, "qty_replace": 3}))
        for _step in range(3):
            self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (3, 3, "invoiced"))

    def test_replacement_of_a_replacement_is_right_in_the_end(self):
        order, rma = self._replaced()
        self._validate(self._shipments(rma))
        again = self._return(order, (self.chair, 5, self.refund))
        again.action_settle()
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (0, 0))
        self.assertNotEqual(order.invoice_status, "to invoice")

    def test_kept_goods_invoiced_as_ordered_never_ask_for_an_invoice_again(self):
        self.chair.invoice_policy = "order"
        order = self._sell_and_invoice((self.chair, 5))
        self._approve(self._ask(order, (self.chair, 2, self.refund_keep)))
        self.assertEqual((order.order_line.qty_invoiced, order.order_line.qty_to_invoice), (3, 0))
        self.assertNotEqual(order.invoice_status, "to invoice")

    def test_serial_number_of_the_replacement_is_another(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": name, "product_id": phone.id} for name in ("S1", "S2")])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        order = self._sell_and_invoice((phone, 1))
        sent = order.picking_ids.move_ids.lot_ids
        rma = self._return(order, (phone, 1, self.replace, {"lot_ids": [Command.set(sent.ids)]}))
        rma.action_settle()
        self._validate(self._shipments(rma))
        replacement = rma.sudo().picking_ids.filtered(lambda picking: picking.location_dest_id.usage == "customer")
        self.assertEqual(replacement.move_ids.lot_ids, serials - sent)
