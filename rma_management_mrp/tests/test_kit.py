from odoo import Command
from odoo.addons.rma_management.tests.common import RmaCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestKit(RmaCase):
    """X3, R2: a kit is returned as the one product that was sold, by the components that were delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame = cls._create_product("Frame", 100.0)
        cls.wheel = cls._create_product("Wheel", 30.0)
        cls.bike = cls._create_kit("Bike", 200.0, (cls.frame, 1), (cls.wheel, 2))
        cls.returns = cls.warehouse.rma_location_id

    @classmethod
    def _create_kit(cls, name, price, *components, **values):
        kit = cls._create_product(name, price, on_hand=0, is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in components
                ],
                **values,
            }
        )
        return kit

    def _receipts(self, rma):
        return rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt").picking_id

    def _shipments(self, rma):
        return (
            rma.sudo()
            .line_ids.move_ids.filtered(
                lambda move: move.rma_role in ("replacement", "repaired") and move.state not in ("done", "cancel")
            )
            .picking_id
        )

    def test_program_receives_kits_by_their_number(self):
        order = self._sell_and_invoice((self.bike, 3))
        rma = self._approve(self._ask(order, (self.bike, 3, self.refund)))
        clerk = new_test_user(self.env, "rma_dock", "rma_management.group_rma_all,stock.group_stock_user")
        rma.with_user(clerk).action_receive({rma.line_ids.id: 2})
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_expected), (2.0, 1.0))
        self.assertEqual(self._on_hand(self.wheel, self.returns), 4.0)
        self.assertEqual(self._on_hand(self.frame, self.returns), 2.0)

    # === Counting ===

    def test_delivered_kits_can_be_returned(self):
        self.assertEqual(self._sell_and_invoice((self.bike, 3)).order_line.qty_returnable, 3)

    def test_components_that_make_no_whole_kit_cannot(self):
        order = self._sell((self.bike, 3))
        self._deliver(order, {self.frame: 3, self.wheel: 2})
        self.assertEqual(order.order_line.qty_returnable, 1)

    def test_requested_kit_reserves_its_components(self):
        order = self._sell_and_invoice((self.bike, 3))
        self._ask(order, (self.bike, 2, self.refund)).action_request()
        with self.assertRaisesRegex(UserError, "only 1 Units of order"):
            self._ask(order, (self.bike, 2, self.refund)).action_request()

    def test_component_returned_by_hand_takes_a_kit(self):
        order = self._sell_and_invoice((self.bike, 3))
        wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
        for line in wizard.product_return_moves:
            line.quantity = 1 if line.product_id == self.frame else 0
        wizard.action_create_returns()
        with self.assertRaisesRegex(UserError, "only 2 Units of order"):
            self._ask(order, (self.bike, 3, self.refund)).action_request()

    def test_kits_sold_by_the_dozen_are_returned_one_by_one(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell((self.bike, {"product_uom_qty": 1, "product_uom_id": dozen.id}))
        self._deliver(order)
        rma = self._return(order, (self.bike, 5, self.refund, {"product_uom_id": self.bike.uom_id.id}))
        self.assertEqual(rma.line_ids.qty_received, 5)
        self.assertEqual(
            {m.product_id: m.product_qty for m in self._receipts(rma).move_ids}, {self.frame: 5, self.wheel: 10}
        )

    def test_bill_of_materials_for_many_is_shared_out(self):
        screw = self._create_product("Screw", 1.0)
        box = self._create_kit("Box of Screws", 30.0, (screw, 100), product_qty=4)
        order = self._sell_and_invoice((box, 2))
        rma = self._return(order, (box, 1, self.refund))
        self.assertEqual((self._receipts(rma).move_ids.product_qty, rma.line_ids.qty_received), (25, 1))

    def test_service_within_a_kit_does_not_come_back(self):
        advice = self.env["product.product"].create({"name": "Advice", "type": "service"})
        kit = self._create_kit("Bike with Advice", 250.0, (self.frame, 1), (advice, 1))
        order = self._sell_and_invoice((kit, 2))
        rma = self._return(order, (kit, 1, self.refund))
        self.assertEqual((self._receipts(rma).move_ids.product_id, rma.line_ids.qty_received), (self.frame, 1))

    def test_product_that_became_a_kit_later_comes_back_as_it_left(self):
        order = self._sell_and_invoice((self.chair, 2))
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.chair.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.frame.id})],
            }
        )
        self.assertEqual(order.order_line._get_rma_components(), {self.chair: 1})

    # === Receiving ===

    def test_receipt_expects_the_components_from_their_deliveries(self):
        order = self._sell_and_invoice((self.bike, 3))
        rma = self._approve(self._ask(order, (self.bike, 2, self.refund)))
        moves = self._receipts(rma).move_ids
        self.assertEqual({move.product_id: move.product_qty for move in moves}, {self.frame: 2, self.wheel: 4})
        self.assertEqual(
            [move.origin_returned_move_id.product_id for move in moves], [move.product_id for move in moves]
        )

    def test_received_components_count_as_whole_kits(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.bike, 3)), (self.bike, 2, self.refund)))
        self._receive(rma, {self.frame: 2, self.wheel: 2})
        self.assertEqual(rma.line_ids.qty_received, 1)
        self._receive(rma)
        self.assertEqual(rma.line_ids.qty_received, 2)

    def test_kit_delivered_in_two_parts_comes_back_whole(self):
        order = self._sell((self.bike, 3))
        self._deliver(order, {self.frame: 3, self.wheel: 2})
        self._deliver(order)
        rma = self._return(order, (self.bike, 3, self.refund))
        self.assertEqual((rma.line_ids.qty_received, order.order_line.qty_delivered), (3, 0))

    def test_three_step_delivery_of_a_kit_is_returned_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.bike, 3))
        for _step in range(3):
            self._deliver(order)
        rma = self._return(order, (self.bike, 2, self.refund))
        self.assertEqual((rma.line_ids.qty_received, order.order_line.qty_returnable), (2, 1))

    def test_kit_sold_elsewhere_comes_in_by_a_manager(self):
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_manager)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.bike.id,
                                "product_uom_qty": 2,
                                "reason_id": self.reason.id,
                                "operation_type_id": self.return_only.id,
                            }
                        )
                    ],
                }
            )
        )
        self._approve(rma)
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_restocked, rma.state), (2, "done"))
        self.assertEqual(self._on_hand(self.wheel, self.stock), 104)

    # === Settling ===

    def test_returned_kit_is_credited_from_its_invoice(self):
        order = self._sell_and_invoice((self.bike, 3))
        rma = self._return(order, (self.bike, 2, self.refund))
        rma.action_settle()
        line = order.order_line
        self.assertEqual((rma.sudo().refund_ids.amount_untaxed, rma.state), (400, "done"))
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (1, 1, "invoiced"))

    def test_who_settles_need_have_no_rights_on_the_cost_of_components(self):
        category = self.env["product.category"].create({"name": "First in, first out", "property_cost_method": "fifo"})
        (self.frame | self.wheel).categ_id = category
        self.refund.post_credit_note = True
        rma = self._return(self._sell_and_invoice((self.bike, 3)), (self.bike, 2, self.refund))
        # As in a transaction of its own: nothing was read before.
        self.env.flush_all()
        self.env.invalidate_all()
        rma.with_user(self.rma_all).action_settle()
        self.assertEqual(rma.sudo().refund_ids.state, "posted")

    def test_components_of_a_returned_kit_are_restocked(self):
        rma = self._return(self._sell_and_invoice((self.bike, 3)), (self.bike, 2, self.refund))
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_restocked, 2)
        self.assertEqual((self._on_hand(self.frame, self.stock), self._on_hand(self.wheel, self.stock)), (99, 98))
        self.assertEqual(sorted(rma.sudo().line_ids.move_ids.mapped("rma_role")), ["receipt"] * 2 + ["restock"] * 2)

    def test_components_of_a_returned_kit_are_scrapped(self):
        rma = self._return(self._sell_and_invoice((self.bike, 3)), (self.bike, 2, self.refund))
        self._process(rma, (self.bike, {"qty_restock": 1, "qty_scrap": 1}))
        self.assertEqual((rma.line_ids.qty_restocked, rma.line_ids.qty_scrapped), (1, 1))
        self.assertEqual((self._on_hand(self.frame, self.returns), self._on_hand(self.wheel, self.returns)), (0, 0))

    def test_kit_is_replaced_by_its_components(self):
        order = self._sell_and_invoice((self.bike, 3))
        rma = self._return(order, (self.bike, 2, self.replace))
        rma.action_settle()
        shipped = {move.product_id: move.product_qty for move in self._shipments(rma).move_ids}
        self.assertEqual((shipped, rma.line_ids.qty_replaced), ({self.frame: 2, self.wheel: 4}, 2))
        self._validate(self._shipments(rma))
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (3, "invoiced"))
        order.order_line.invalidate_recordset(["qty_returnable"])
        self.assertEqual(order.order_line.qty_returnable, 3)

    def test_order_is_right_once_part_is_refunded_and_the_rest_replaced(self):
        order = self._sell_and_invoice((self.bike, 3))
        rma = self._return(order, (self.bike, 3, self.replace))
        self._process(rma, (self.bike, {"qty_refund": 1, "qty_replace": 2}))
        self._validate(self._shipments(rma))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, order.invoice_status), (2, 2, "invoiced"))

    def test_components_of_a_kit_are_repaired_and_go_back(self):
        rma = self._return(self._sell_and_invoice((self.bike, 3)), (self.bike, 1, self.repair))
        rma.action_settle()
        repairs = rma.sudo().repair_ids
        self.assertEqual((repairs.product_id, rma.line_ids.qty_repair_ordered), (self.frame | self.wheel, 1))
        for repair in repairs:
            repair.action_validate()
            repair.action_repair_start()
            repair.action_repair_end()
        self._validate(self._shipments(rma))
        self.assertEqual((rma.line_ids.qty_repaired, rma.state), (1, "done"))

    # === Kits within kits ===

    def test_kit_within_a_kit_comes_back_whole(self):
        order = self._sell_and_invoice((self._create_kit("Bike and Chair", 240.0, (self.bike, 1), (self.chair, 1)), 3))
        kit = order.order_line.product_id
        rma = self._return(order, (kit, 2, self.refund))
        moves = self._receipts(rma).move_ids
        self.assertEqual(
            {move.product_id: move.product_qty for move in moves}, {self.frame: 2, self.wheel: 4, self.chair: 2}
        )
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_restocked, rma.state), (2, 2, "done"))
        self.assertEqual((order.order_line.qty_delivered, order.order_line.qty_returnable), (1, 1))

    def test_kit_of_nothing_but_kits_comes_back_whole(self):
        kit = self._create_kit("Tandem Pair", 380.0, (self.bike, 2))
        order = self._sell_and_invoice((kit, 2))
        rma = self._return(order, (kit, 1, self.refund))
        moves = self._receipts(rma).move_ids
        self.assertEqual({move.product_id: move.product_qty for move in moves}, {self.frame: 2, self.wheel: 4})
        self.assertEqual((rma.line_ids.qty_received, order.order_line.qty_returnable), (1, 1))

    def test_component_that_is_in_a_kit_twice_comes_back_by_both_its_lines(self):
        kit = self._create_kit("Bike with Spare", 230.0, (self.frame, 1), (self.wheel, 2), (self.wheel, 1))
        order = self._sell_and_invoice((kit, 3))
        rma = self._return(order, (kit, 1, self.refund))
        rma.action_settle()
        line = order.order_line
        self.assertEqual((rma.line_ids.qty_received, line.qty_delivered, line.qty_invoiced), (1, 2, 2))

    def test_component_sold_by_itself_is_not_taken_for_a_kit(self):
        order = self._sell_and_invoice((self.bike, 1), (self.wheel, 4))
        rma = self._return(order, (self.wheel, 3, self.refund))
        rma.action_settle()
        self.assertEqual(order.order_line.mapped("qty_delivered"), [1, 1])
        self.assertEqual(order.order_line.mapped("qty_returnable"), [1, 1])
