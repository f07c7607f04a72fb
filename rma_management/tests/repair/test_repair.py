from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestRepair(RmaCase):
    """R7: what is repaired goes back to the customer, and then the return closes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician = new_test_user(cls.env, "rma_technician", "stock.group_stock_user", email="t@example.com")

    def _back(self, rma):
        """Give the deliveries back to the customer."""
        return rma.sudo().picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer" and picking.state != "cancel"
        )

    def _in_repair(self, quantity=2):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, quantity, self.repair))
        rma.action_settle()
        return rma

    def _repair(self, repairs):
        """Repair, as a technician who knows nothing of returns."""
        repairs = repairs.with_user(self.technician)
        for repair in repairs:
            repair.action_validate()
            repair.action_repair_start()
            repair.action_repair_end()
        return repairs

    def _sell_phones(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": name, "product_id": phone.id} for name in ("S1", "S2", "S3")])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        return phone, serials, self._sell_and_invoice((phone, 3))

    def test_repair_order_says_what_is_repaired_for_whom(self):
        rma = self._in_repair()
        self.assertRecordValues(
            rma.sudo().repair_ids,
            [
                {
                    "product_id": self.chair.id,
                    "product_qty": 2,
                    "partner_id": self.customer.id,
                    "picking_id": rma.sudo().picking_ids.id,
                    "under_warranty": True,
                    "product_location_src_id": self.warehouse.rma_location_id.id,
                    "rma_line_id": rma.line_ids.id,
                }
            ],
        )

    def test_repair_outside_the_warranty_says_so(self):
        self.repair.under_warranty = False
        self.assertFalse(self._in_repair().sudo().repair_ids.under_warranty)

    def test_each_serial_number_has_its_repair_order(self):
        phone, serials, order = self._sell_phones()
        named = {"lot_ids": [Command.set(serials[1:].ids)]}
        rma = self._return(order, (phone, 2, self.repair, named))
        rma.action_settle()
        self.assertEqual(rma.sudo().repair_ids.lot_id, serials[1:])
        self.assertEqual(rma.sudo().repair_ids.mapped("product_qty"), [1, 1])

    def test_settling_again_makes_no_second_repair_order(self):
        rma = self._in_repair()
        rma.action_settle()
        self.assertEqual(len(rma.sudo().repair_ids), 1)

    def test_return_waits_for_the_repair(self):
        rma = self._in_repair()
        self.assertEqual((rma.state, rma.line_ids.qty_repair_ordered, rma.line_ids.qty_to_settle), ("processing", 2, 0))

    def test_ended_repair_makes_the_delivery_back(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        self.assertRecordValues(
            self._back(rma),
            [{"picking_type_id": self.warehouse.out_type_id.id, "partner_id": self.customer.id, "state": "assigned"}],
        )
        self.assertEqual(self._back(rma).move_ids.product_uom_qty, 2)

    def test_repaired_serial_number_goes_back_and_no_other(self):
        phone, serials, order = self._sell_phones()
        rma = self._return(order, (phone, 2, self.repair, {"lot_ids": [Command.set(serials[1:].ids)]}))
        rma.action_settle()
        self._repair(rma.sudo().repair_ids.filtered(lambda repair: repair.lot_id == serials[2]))
        self.assertEqual(self._back(rma).move_ids.lot_ids, serials[2])

    def test_return_closes_when_the_repaired_is_delivered(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        self.assertEqual(rma.state, "processing")
        self._validate(self._back(rma).with_user(self.stock_user))
        self.assertEqual((rma.state, rma.line_ids.qty_repaired), ("done", 2))

    def test_repaired_goods_are_gone_from_the_returns_location(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma))
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 0)

    def test_repair_leaves_the_order_alone(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 2, self.repair))
        rma.action_settle()
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma))
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (5, "invoiced"))

    def test_repaired_units_can_be_returned_again(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.repair))
        rma.action_settle()
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma))
        again = self._return(order, (self.chair, 5, self.refund))
        self.assertEqual(again.line_ids.qty_received, 5)

    def test_cancelled_repair_reopens_the_return(self):
        rma = self._in_repair()
        rma.sudo().repair_ids.action_repair_cancel()
        self.assertEqual((rma.line_ids.qty_repair_ordered, rma.line_ids.qty_to_settle, rma.state), (0, 2, "processing"))

    def test_cancelled_repair_is_made_again(self):
        rma = self._in_repair()
        rma.sudo().repair_ids.action_repair_cancel()
        rma.action_settle()
        self.assertEqual(sorted(rma.sudo().repair_ids.mapped("state")), ["cancel", "draft"])
        self.assertEqual(rma.line_ids.qty_repair_ordered, 2)

    def test_cancelled_delivery_back_is_made_again(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        self._back(rma).action_cancel()
        rma.action_settle()
        self.assertEqual((self._back(rma).state, self._back(rma).move_ids.product_uom_qty), ("assigned", 2))

    def test_delivery_back_is_made_once(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        rma.action_settle()
        self.assertEqual(len(self._back(rma)), 1)

    def test_what_came_in_parts_and_is_repaired_at_once_goes_back(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.repair)))
        self._receive(rma, {self.chair: 2})
        self._receive(rma)
        rma.action_settle()
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma))
        self.assertEqual((rma.state, rma.line_ids.qty_repaired), ("done", 5))

    def test_two_repairs_ended_together_go_back_once(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.repair)))
        self._receive(rma, {self.chair: 2})
        rma.action_settle()
        self._receive(rma)
        rma.action_settle()
        repairs = rma.sudo().repair_ids
        self.assertEqual(sorted(repairs.mapped("product_qty")), [2, 3])
        for repair in repairs:
            repair.action_validate()
            repair.action_repair_start()
        repairs.action_repair_done()
        rma.action_settle()
        self.assertEqual(sum(self._back(rma).move_ids.mapped("product_uom_qty")), 5)

    def test_partly_delivered_back_waits_for_the_rest(self):
        rma = self._in_repair()
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma), {self.chair: 1})
        self.assertEqual((rma.state, rma.line_ids.qty_away), ("processing", 1))
        rma.action_settle()
        self._validate(self._back(rma).filtered(lambda picking: picking.state != "done"))
        self.assertEqual((rma.state, len(self._back(rma))), ("done", 2))

    def test_repaired_while_the_rest_is_refunded_leaves_the_order_right(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.repair))
        self._process(rma, (self.chair, {"qty_refund": 3, "qty_repair": 2}))
        self._repair(rma.sudo().repair_ids)
        self._validate(self._back(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (2, 2, "invoiced"))
