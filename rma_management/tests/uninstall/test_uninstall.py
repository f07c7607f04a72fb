from odoo.addons.rma_management import uninstall_hook
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestUninstall(RmaCase):
    """Orders stay settled without this addon, and it finds again what it left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.refund | cls.refund_keep).post_credit_note = True

    def _settle(self, order, *items):
        rma = self._approve(self._ask(order, *items))
        self._receive(rma)
        rma.action_settle()
        return rma

    def _uninstall(self, order):
        """Do what is done before the addon is uninstalled, and let Odoo compute what is to be invoiced.

        :return: what Odoo says by itself, from the quantities of the order
        """
        uninstall_hook(self.env)
        order.invalidate_recordset()
        return {
            line.product_id: (line.product_uom_qty if line.product_id.invoice_policy == "order" else line.qty_delivered)
            - line.qty_invoiced
            for line in order.order_line
        }

    def test_what_the_customer_keeps_is_not_invoiced_again(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        on_hand = self._on_hand(self.chair, self.stock)
        rma = self._settle(order, (self.chair, 2, self.refund_keep))
        self.assertEqual(rma.state, "done")
        self.assertEqual(self._uninstall(order), {self.chair: 0, self.table: 0})
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 0])
        self.assertNotEqual(order.invoice_status, "to invoice")
        line = order.order_line[0]
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (3, 3))
        self.assertEqual(self._on_hand(self.chair, self.stock), on_hand, "no goods came back")
        move = line.move_ids.filtered(lambda move: "Kept by the customer" in (move.origin or ""))
        self.assertIn(rma.name, move.origin)

    def test_product_invoiced_as_ordered_is_not_invoiced_again(self):
        self.chair.invoice_policy = "order"
        order = self._sell_and_invoice((self.chair, 5))
        order.locked = True
        self._settle(order, (self.chair, 2, self.refund_keep))
        self.assertEqual(self._uninstall(order), {self.chair: 0})
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertTrue(order.locked)

    def test_serial_numbers_that_the_customer_keeps_are_written_off(self):
        camera = self._create_product("Camera", 100, tracking="serial")
        lots = self.env["stock.lot"].create([{"name": f"U{number}", "product_id": camera.id} for number in range(2)])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(camera, self.stock, 1, lot_id=lot)
        order = self._sell_and_invoice((camera, 2))
        rma = self._ask(order, (camera, 1, self.refund_keep, {"lot_ids": [lots[0].id]}))
        self._approve(rma)
        rma.action_settle()
        self.assertEqual(self._uninstall(order), {camera: 0})
        self.assertEqual(order.order_line.qty_delivered, 1)

    def test_what_came_back_is_left_as_it_is(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._settle(order, (self.chair, 2, self.refund))
        moves = order.order_line.move_ids
        self.assertEqual(self._uninstall(order), {self.chair: 0})
        self.assertEqual(order.order_line.move_ids, moves)

    def test_refunded_shipping_is_not_invoiced_again(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel (uninstall)",
                "fixed_price": 10,
                "product_id": self._create_product("Parcel", 10, on_hand=0, type="service", is_storable=False).id,
            }
        )
        order = self._sell((self.chair, 2))
        order.set_delivery_line(carrier, 10)
        self._deliver(order)
        self._invoice(order)
        self.refund_keep.refund_shipping = "always"
        self._settle(order, (self.chair, 2, self.refund_keep))
        self.assertFalse(any(self._uninstall(order).values()))
        self.assertNotEqual(order.invoice_status, "to invoice")

    def test_records_that_go_with_their_tables_are_not_deleted_one_by_one(self):
        uninstall_hook(self.env)
        data = self.env["ir.model.data"].search([("module", "=like", "rma_management%"), ("model", "=like", "rma.%")])
        self.assertFalse(data)

    def test_installing_again_finds_type_and_locations(self):
        warehouse = self.warehouse
        names = ("rma_type_id", "rma_location_id", "rma_refurbish_location_id")
        before = [warehouse[name] for name in names]
        sequence = warehouse.rma_type_id.sequence_id
        sequences = self.env["ir.sequence"].search_count([])
        warehouse.write(dict.fromkeys(names, False))
        warehouse._create_missing_rma_records()
        self.assertEqual([warehouse[name] for name in names], before)
        self.assertEqual(warehouse.rma_type_id.sequence_id, sequence)
        self.assertEqual(self.env["ir.sequence"].search_count([]), sequences)

    def test_one_location_that_is_left_gets_its_other(self):
        warehouse = self.warehouse
        left = warehouse.rma_location_id
        warehouse.rma_refurbish_location_id.barcode = False
        self.env.flush_all()
        # Odoo's write would create them at once.
        self.env.cr.execute(
            "UPDATE stock_warehouse SET rma_location_id = NULL, rma_refurbish_location_id = NULL WHERE id = %s",
            [warehouse.id],
        )
        self.env.invalidate_all()
        warehouse._create_missing_rma_records()
        self.assertEqual(warehouse.rma_location_id, left)
        self.assertEqual(warehouse.rma_refurbish_location_id.location_id, warehouse.view_location_id)
