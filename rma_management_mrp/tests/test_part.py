from odoo import Command
from odoo.addons.rma_management.tests.common import RmaCase
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestPart(RmaCase):
    """X3, R2: a single part of a kit comes back, and the order still counts whole kits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame = cls._create_product("Frame", 100.0)
        cls.wheel = cls._create_product("Wheel", 30.0)
        cls.bike = cls._create_product("Bike", 200.0, on_hand=0, is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.bike.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": cls.frame.id, "product_qty": 1}),
                    Command.create({"product_id": cls.wheel.id, "product_qty": 2}),
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.order = self._sell_and_invoice((self.bike, 3))
        self.sale_line = self.order.order_line

    def _ask_part(self, quantity, operation, product=None, **values):
        return self._ask(
            self.order,
            (product or self.wheel, quantity, operation, {"sale_line_id": self.sale_line.id, **values}),
        )

    def _ask_without_line(self, order):
        values = order._prepare_rma_values()
        values["line_ids"] = [
            Command.create(
                {"product_id": self.wheel.id, "reason_id": self.reason.id, "operation_type_id": self.replace.id}
            )
        ]
        return self.env["rma.order"].with_user(self.rma_all).create(values)

    def _returnable(self):
        self.sale_line.invalidate_recordset(["qty_returnable"])
        return self.sale_line.qty_returnable

    # === Asking ===

    def test_part_finds_the_line_of_its_kit(self):
        rma = self._ask_without_line(self.order)
        self.assertEqual(rma.line_ids.sale_line_id, self.sale_line)
        self.assertEqual(rma.line_ids.product_uom_id, self.wheel.uom_id)

    def test_product_sold_by_itself_comes_before_the_kit(self):
        order = self._sell_and_invoice((self.bike, 1), (self.wheel, 1))
        rma = self._ask_without_line(order)
        self.assertEqual(rma.line_ids.sale_line_id.product_id, self.wheel)

    def test_product_that_is_no_part_of_the_kit_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "is not for"):
            self._ask_part(1, self.replace, self.chair)

    def test_price_of_a_part_is_its_share_of_the_kit(self):
        rma = self._ask_part(1, self.replace)
        # The list prices are 100 and twice 30, the bike was sold for 200.
        self.assertEqual(rma.line_ids.price_unit, 37.5)
        self.assertEqual(rma.line_ids._get_approval_price(), 37.5)

    def test_part_cannot_be_refunded(self):
        for operation in (self.refund, self.refund_keep):
            with self.assertRaisesRegex(UserError, "without a price of its own"):
                self._ask_part(1, operation).action_request()
        with self.assertRaisesRegex(UserError, "without a price of its own"):
            self._ask_part(1, self.replace, replacement_product_id=self.chair.id).action_request()

    def test_screen_does_not_refund_a_part(self):
        self.company.rma_approval_amount = 100000
        rma = self._approve(self._ask_part(1, self.replace))
        self._receive(rma)
        with self.assertRaisesRegex(UserError, "without a price of its own"):
            self._process(rma, (self.wheel, {"exchange": False, "qty_replace": 0, "qty_refund": 1}))

    # === Counting ===

    def test_returned_part_takes_a_whole_kit(self):
        rma = self._approve(self._ask_part(1, self.return_only))
        self._receive(rma)
        self.assertEqual(self._returnable(), 2)

    def test_requested_parts_reserve_kits(self):
        self._ask_part(3, self.return_only).action_request()
        self.assertEqual(self._returnable(), 1)
        with self.assertRaisesRegex(UserError, "only 1 Units of order"):
            self._ask(self.order, (self.bike, 2, self.refund)).action_request()

    def test_returned_kits_take_their_parts(self):
        self._return(self.order, (self.bike, 2, self.refund))
        self._ask_part(2, self.return_only).action_request()
        with self.assertRaisesRegex(UserError, "only 0 Units of order"):
            self._ask_part(1, self.return_only).action_request()

    def test_requested_kits_reserve_their_parts(self):
        self._ask(self.order, (self.bike, 2, self.refund)).action_request()
        with self.assertRaisesRegex(UserError, "only 2 Units of order"):
            self._ask_part(3, self.return_only).action_request()

    def test_kit_and_part_in_one_return_are_counted_together(self):
        rma = self._ask(
            self.order,
            (self.bike, 2, self.refund),
            (self.wheel, 3, self.return_only, {"sale_line_id": self.sale_line.id}),
        )
        with self.assertRaisesRegex(UserError, "can still be returned"):
            rma.action_request()
        rma.line_ids[1].product_uom_qty = 2
        rma.action_request()
        self.assertEqual(self._returnable(), 0)

    # === What the order says ===

    def test_delivered_kits_stay_delivered(self):
        rma = self._approve(self._ask_part(1, self.return_only))
        self._receive(rma)
        self.assertEqual(rma.line_ids.qty_received, 1)
        rma.action_settle()
        self.assertEqual((self.sale_line.qty_delivered, self.sale_line.qty_invoiced), (3, 3))
        self.assertEqual((self.order.invoice_status, rma.state), ("invoiced", "done"))
        self.assertEqual(self._on_hand(self.wheel, self.stock), 95)

    def test_part_is_replaced_by_the_part(self):
        rma = self._approve(self._ask_part(2, self.replace))
        self._receive(rma)
        rma.action_settle()
        moves = rma.sudo().line_ids.move_ids
        shipment = moves.filtered(lambda move: move.rma_role == "replacement").picking_id
        self.assertEqual((shipment.move_ids.product_id, shipment.move_ids.product_qty), (self.wheel, 2))
        self._validate(shipment)
        self.assertEqual((self.sale_line.qty_delivered, self.order.invoice_status), (3, "invoiced"))
        self.assertEqual((rma.line_ids.qty_replaced, rma.state, self._returnable()), (2, "done", 3))

    def test_part_is_repaired(self):
        rma = self._approve(self._ask_part(1, self.repair, self.frame))
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.sudo().repair_ids.product_id, rma.line_ids.qty_repair_ordered), (self.frame, 1))

    def test_kits_left_can_be_refunded_after_a_part_came_back(self):
        self._receive(self._approve(self._ask_part(1, self.return_only)))
        rma = self._return(self.order, (self.bike, 2, self.refund))
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 400)
        self.assertEqual((self.sale_line.qty_delivered, self.sale_line.qty_invoiced), (1, 1))
