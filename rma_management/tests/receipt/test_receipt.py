from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReceipt(RmaCase):
    """R4, P4: an approved return has its receipts, and what arrives by them moves it on."""

    def _receipts(self, rma):
        return rma.sudo().picking_ids.filtered(lambda picking: picking.location_id.usage == "customer")

    # === What approval makes ===

    def test_approval_makes_a_receipt_into_the_returns_location(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund)))
        receipt = self._receipts(rma)
        self.assertRecordValues(
            receipt,
            [
                {
                    "picking_type_id": self.warehouse.rma_type_id.id,
                    "location_dest_id": self.warehouse.rma_location_id.id,
                    "partner_id": self.customer.id,
                    "state": "assigned",
                    "origin": rma.name,
                }
            ],
        )

    def test_request_makes_no_receipt(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.action_request()
        self.assertFalse(self._receipts(rma))

    def test_receipt_is_a_return_of_the_delivery(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund)))
        self.assertEqual(
            self._receipts(rma).move_ids.origin_returned_move_id,
            order.picking_ids.move_ids - rma.sudo().picking_ids.move_ids,
        )

    def test_two_products_come_by_one_receipt(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund), (self.table, 1, self.replace)))
        self.assertEqual(len(self._receipts(rma)), 1)
        self.assertEqual(self._receipts(rma).move_ids.product_id, self.chair | self.table)

    def test_returns_of_two_customers_come_by_two_receipts(self):
        other = self.customer.copy({"name": "Bob Customer"})
        rmas = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        rmas |= self._ask(self._sell_and_invoice((self.chair, 1), partner_id=other.id), (self.chair, 1, self.refund))
        self._approve(rmas)
        self.assertEqual(self._receipts(rmas).partner_id, self.customer | other)
        self.assertEqual([len(self._receipts(rma)) for rma in rmas], [1, 1])

    def test_return_takes_from_several_deliveries_the_newest_first(self):
        order = self._sell((self.chair, 5))
        first = self._deliver(order, {self.chair: 3})
        second = self._deliver(order)
        rma = self._approve(self._ask(order, (self.chair, 4, self.refund)))
        taken = {move.origin_returned_move_id.picking_id: move.product_uom_qty for move in self._receipts(rma).move_ids}
        self.assertEqual(taken, {second: 2, first: 2})

    def test_named_delivery_is_the_one_returned(self):
        order = self._sell((self.chair, 5))
        first = self._deliver(order, {self.chair: 3})
        self._deliver(order)
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund, {"move_id": first.move_ids.id})))
        self.assertEqual(self._receipts(rma).move_ids.origin_returned_move_id, first.move_ids)

    def test_goods_go_back_to_the_warehouse_that_sent_them(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self.env["stock.quant"]._update_available_quantity(self.table, other.lot_stock_id, 10)
        order = self._sell((self.chair, 2), warehouse_id=self.warehouse.id)
        order_there = self._sell((self.table, 2), warehouse_id=other.id)
        self._deliver(order)
        self._deliver(order_there)
        rma = self._ask(order, (self.chair, 2, self.refund))
        rma.line_ids = [
            Command.create(
                {
                    "product_id": self.table.id,
                    "sale_line_id": order_there.order_line.id,
                    "product_uom_qty": 2,
                    "reason_id": self.reason.id,
                    "operation_type_id": self.refund.id,
                }
            )
        ]
        self._approve(rma)
        there = {picking.picking_type_id: picking.move_ids.product_id for picking in self._receipts(rma)}
        self.assertEqual(there, {self.warehouse.rma_type_id: self.chair, other.rma_type_id: self.table})

    def test_new_warehouse_has_its_returns_location_and_operation_type(self):
        warehouse = self.env["stock.warehouse"].create({"name": "New", "code": "NEW"})
        self.assertEqual(warehouse.rma_location_id.location_id, warehouse.view_location_id)
        self.assertEqual(warehouse.rma_type_id.default_location_dest_id, warehouse.rma_location_id)
        self.assertNotEqual(warehouse.rma_type_id, warehouse.in_type_id)

    def test_returns_location_is_no_stock_that_is_sold_from(self):
        order = self._sell_and_invoice((self.chair, 5))
        before = self.chair.with_context(location=self.stock.id).free_qty
        self._return(order, (self.chair, 2, self.replace))
        self.assertEqual(self.chair.with_context(location=self.stock.id).free_qty, before)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 2)

    def test_receipt_lowers_the_delivered_quantity_where_it_is_refunded(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._return(order, (self.chair, 2, self.refund))
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_receipt_leaves_the_delivered_quantity_where_it_is_replaced(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._return(order, (self.chair, 2, self.replace))
        self.assertEqual(order.order_line.qty_delivered, 5)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_approving_again_makes_no_second_receipt(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(len(self._receipts(rma)), 1)

    def test_goods_sold_elsewhere_come_in_by_a_manager(self):
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_manager)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.chair.id,
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
        self.assertEqual(rma.line_ids.qty_restocked, 2)
        self.assertEqual(rma.state, "done")
        self.assertEqual(self._on_hand(self.chair, self.stock), 102)

    def test_goods_sold_elsewhere_need_a_manager(self):
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_all)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.chair.id,
                                "reason_id": self.reason.id,
                                "operation_type_id": self.return_only.id,
                            }
                        )
                    ],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "Choose the sales order that delivered it"):
            rma.action_request()

    def test_dozens_taken_from_two_deliveries_are_told_in_units(self):
        order = self._sell((self.chair, 12))
        self._deliver(order, {self.chair: 5})
        self._deliver(order)
        dozen = self.env.ref("uom.product_uom_dozen")
        rma = self._approve(self._ask(order, (self.chair, 1, self.refund, {"product_uom_id": dozen.id})))
        self._receive(rma)
        self.assertEqual(sorted(self._receipts(rma).move_ids.mapped("product_qty")), [5, 7])
        self.assertEqual(rma.line_ids.qty_received, 1)

    # === What arrives ===

    def test_first_goods_move_the_return_to_processing(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self.assertEqual(rma.state, "approved")
        self._receive(rma, {self.chair: 1})
        self.assertEqual(rma.state, "processing")

    def test_partial_receipt_expects_the_rest_by_a_backorder(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1})
        line = rma.line_ids
        self.assertEqual((line.qty_received, line.qty_expected, line.qty_without_receipt), (1, 2, 0))
        self.assertEqual(len(self._receipts(rma)), 2)

    def test_part_is_settled_and_the_backorder_settled_later(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1})
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (1, "processing"))
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (3, "done"))

    def test_less_than_expected_settles_what_came(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1}, backorder=False)
        line = rma.line_ids
        self.assertEqual((line.qty_received, line.qty_expected, line.qty_without_receipt), (1, 0, 2))
        rma.action_settle()
        self.assertEqual((line.qty_refunded, rma.state), (1, "done"))

    def test_less_than_expected_can_come_after_all(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1}, backorder=False)
        rma.action_settle()
        rma.action_receive_again()
        self.assertEqual((rma.line_ids.qty_expected, rma.state), (2, "processing"))
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (3, "done"))

    def test_receiving_again_makes_nothing_while_goods_are_expected(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        rma.action_receive_again()
        self.assertEqual(len(self._receipts(rma)), 1)

    def test_receiving_again_counts_what_others_took_meanwhile(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 3, self.refund)))
        self._receipts(rma).action_cancel()
        self._approve(self._ask(order, (self.chair, 4, self.refund)))
        with self.assertRaisesRegex(UserError, "can still be returned"):
            rma.action_receive_again()

    def test_cancelled_receipt_leaves_the_return_approved(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receipts(rma).action_cancel()
        self.assertEqual((rma.state, rma.line_ids.qty_without_receipt), ("approved", 3))
        self.assertTrue(rma.can_receive)

    def test_cancelled_receipt_gives_the_units_free(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 3, self.refund)))
        self.assertEqual(order.order_line.qty_returnable, 2)
        self._receipts(rma).action_cancel()
        order.order_line.invalidate_recordset(["qty_returnable"])
        self.assertEqual(order.order_line.qty_returnable, 5)

    def test_return_of_which_nothing_came_can_be_closed(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        rma.action_done()
        self.assertEqual(rma.state, "done")
        self.assertEqual(self._receipts(rma).state, "cancel")

    def test_closing_calls_the_backorder_off(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1})
        rma.action_settle()
        rma.action_done()
        self.assertEqual(rma.state, "done")
        self.assertFalse(rma.line_ids.qty_expected)

    def test_more_than_asked_but_delivered_is_received(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 4})
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_refunded), (4, 3))

    def test_more_than_delivered_is_refused_at_the_door(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund)))
        with self.assertRaisesRegex(UserError, "only 5 Units were delivered"):
            self._receive(rma, {self.chair: 6})

    def test_receipt_sent_back_by_hand_was_not_received(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund))
        receipt = self._receipts(rma)
        wizard = self.env["stock.return.picking"].create({"picking_id": receipt.id})
        wizard.product_return_moves.quantity = 3
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._validate(back)
        self.assertEqual((rma.line_ids.qty_received, rma.state), (0, "approved"))

    def test_receipt_sent_back_by_hand_can_be_returned_again(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 5, self.refund))
        wizard = self.env["stock.return.picking"].create({"picking_id": self._receipts(rma).id})
        wizard.product_return_moves.quantity = 5
        self._validate(self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]))
        again = self._return(order, (self.chair, 5, self.refund))
        self.assertEqual(again.line_ids.qty_received, 5)

    def test_warehouse_user_without_returns_rights_receives(self):
        self.assertFalse(self.stock_user.has_group("rma_management.group_rma_user"))
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self.assertEqual(rma.line_ids.qty_received, 2)

    # === Warehouses in several steps ===

    def test_three_step_receipts_bring_returns_straight_in(self):
        self.warehouse.reception_steps = "three_steps"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self.assertEqual(rma.line_ids.qty_received, 2)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 2)
        rma.action_settle()
        self.assertEqual(self._on_hand(self.chair, self.stock), 97)

    def test_three_step_delivery_is_returned_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        for _step in range(3):
            self._deliver(order)
        self._invoice(order)
        self.assertEqual(order.order_line.qty_returnable, 5)
        rma = self._return(order, (self.chair, 5, self.refund))
        self.assertEqual(rma.line_ids.qty_received, 5)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_picked_but_not_shipped_goods_cannot_be_returned(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell((self.chair, 5))
        self._deliver(order)
        with self.assertRaisesRegex(UserError, "can still be returned"):
            self._ask(order, (self.chair, 1, self.refund)).action_request()

    def test_locked_order_is_returned_like_any_other(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        order.action_lock()
        self._invoice(order)
        rma = self._return(order, (self.chair, 2, self.refund))
        rma.action_settle()
        self.assertEqual((order.order_line.qty_delivered, order.locked, rma.state), (3, True, "done"))

    # === Lots, serial numbers and owners ===

    def _stock_lots(self, product, quantities, owner=None):
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in quantities])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock, quantities[lot.name], lot_id=lot, owner_id=owner
            )
        return lots

    def test_named_serial_numbers_are_expected(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self._stock_lots(phone, {"S1": 1, "S2": 1, "S3": 1})
        order = self._sell_and_invoice((phone, 3))
        rma = self._approve(self._ask(order, (phone, 1, self.refund, {"lot_ids": [Command.set(serials[2].ids)]})))
        self.assertEqual(self._receipts(rma).move_ids.lot_ids, serials[2])
        self._receive(rma)
        rma.action_settle()
        quants = self.env["stock.quant"]._gather(phone, self.stock)
        self.assertEqual(quants.filtered("quantity").lot_id, serials[2])

    def test_foreign_serial_number_is_refused(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        self._stock_lots(phone, {"S1": 1, "S2": 1})
        order = self._sell_and_invoice((phone, 2))
        foreign = self._stock_lots(phone, {"S9": 1})
        rma = self._ask(order, (phone, 1, self.refund, {"lot_ids": [Command.set(foreign.ids)]}))
        with self.assertRaisesRegex(UserError, "S9 was not delivered for this order"):
            rma.action_request()

    def test_returned_serial_number_cannot_be_returned_again(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self._stock_lots(phone, {"S1": 1, "S2": 1})
        order = self._sell_and_invoice((phone, 2))
        named = {"lot_ids": [Command.set(serials[0].ids)]}
        self._return(order, (phone, 1, self.refund, named))
        with self.assertRaisesRegex(UserError, "S1 was not delivered for this order, or is already being returned"):
            self._ask(order, (phone, 1, self.refund, named)).action_request()

    def test_requested_serial_number_cannot_be_requested_again(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self._stock_lots(phone, {"S1": 1, "S2": 1})
        order = self._sell_and_invoice((phone, 2))
        named = {"lot_ids": [Command.set(serials[0].ids)]}
        self._ask(order, (phone, 1, self.refund, named)).action_request()
        with self.assertRaisesRegex(UserError, "S1 was not delivered for this order, or is already being returned"):
            self._ask(order, (phone, 1, self.refund, named)).action_request()

    def test_as_many_serial_numbers_as_units(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self._stock_lots(phone, {"S1": 1, "S2": 1})
        order = self._sell_and_invoice((phone, 2))
        rma = self._ask(order, (phone, 1, self.refund, {"lot_ids": [Command.set(serials.ids)]}))
        with self.assertRaisesRegex(UserError, "as many serial numbers as units"):
            rma.action_request()

    def test_named_lots_are_expected_as_delivered(self):
        glue = self._create_product("Glue", 5.0, tracking="lot")
        lots = self._stock_lots(glue, {"A": 4, "B": 1})
        order = self._sell_and_invoice((glue, 5))
        rma = self._approve(self._ask(order, (glue, 5, self.refund, {"lot_ids": [Command.set(lots.ids)]})))
        expected = {line.lot_id.name: line.quantity for line in self._receipts(rma).move_line_ids}
        self.assertEqual(expected, {"A": 4, "B": 1})

    def test_more_of_a_lot_than_delivered_is_refused(self):
        glue = self._create_product("Glue", 5.0, tracking="lot")
        lots = self._stock_lots(glue, {"A": 4, "B": 1})
        order = self._sell_and_invoice((glue, 5))
        rma = self._ask(order, (glue, 3, self.refund, {"lot_ids": [Command.set(lots[1].ids)]}))
        rma.action_request()
        with self.assertRaisesRegex(UserError, "do not have enough left"):
            rma.with_user(self.rma_manager).action_approve()

    def test_goods_of_an_owner_stay_his(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        vase = self._create_product("Vase", 80.0, on_hand=0)
        self.env["stock.quant"]._update_available_quantity(vase, self.stock, 3, owner_id=owner)
        rma = self._return(self._sell_and_invoice((vase, 3)), (vase, 2, self.refund))
        rma.action_settle()
        quants = self.env["stock.quant"].search([("product_id", "=", vase.id), ("location_id.usage", "=", "internal")])
        self.assertEqual(
            [(quant.owner_id, quant.location_id, quant.quantity) for quant in quants if quant.quantity],
            [(owner, self.stock, 2)],
        )

    def test_packed_goods_are_restocked_out_of_their_package(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        self._receipts(rma).action_put_in_pack()
        self._receive(rma)
        rma.action_settle()
        self.assertFalse(
            self.env["stock.quant"]
            ._gather(self.chair, self.warehouse.rma_location_id)
            .filtered(lambda quant: quant.quantity)
        )


@tagged("post_install", "-at_install")
class TestReceiptCompanies(RmaCase):
    """Returns of one company never touch another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.env.user.company_ids |= cls.other_company
        cls.other_warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.other_company.id)], limit=1)
        both = [Command.set((cls.company | cls.other_company).ids)]
        (cls.rma_all | cls.rma_manager).write({"company_ids": both})
        cls.stranger = new_test_user(
            cls.env,
            "rma_stranger",
            "rma_management.group_rma_manager",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.stock_user.write({"company_ids": both})
        chair = cls.chair.with_company(cls.other_company)
        cls.env["stock.quant"].with_company(cls.other_company)._update_available_quantity(
            chair, cls.other_warehouse.lot_stock_id, 50
        )
        cls.order_there = (
            cls.env["sale.order"]
            .with_company(cls.other_company)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.other_company.id,
                    "warehouse_id": cls.other_warehouse.id,
                    "order_line": [
                        Command.create({"product_id": chair.id, "product_uom_qty": 5, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        cls.order_there.action_confirm()
        cls._deliver(cls.order_there)

    def test_new_company_can_take_returns(self):
        self.assertTrue(self.other_warehouse.rma_location_id)
        self.assertEqual(self.other_warehouse.rma_type_id.company_id, self.other_company)

    def test_user_of_both_companies_returns_to_the_one_that_sold(self):
        rma = self._ask(self.order_there, (self.chair, 2, self.return_only))
        rma = rma.with_context(allowed_company_ids=(self.company | self.other_company).ids)
        self._approve(rma)
        receipt = rma.sudo().picking_ids
        self.assertEqual(receipt.company_id, self.other_company)
        self.assertEqual(receipt.location_dest_id, self.other_warehouse.rma_location_id)
        self._validate(receipt)
        rma.action_settle()
        self.assertEqual(rma.state, "done")
        self.assertEqual(self._on_hand(self.chair, self.other_warehouse.lot_stock_id), 47)

    def test_return_of_another_company_is_not_seen(self):
        rma = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        self.assertFalse(self.env["rma.order"].with_user(self.stranger).search([("id", "=", rma.id)]))

    def test_order_line_of_another_company_is_refused(self):
        order = self._sell_and_invoice((self.chair, 1))
        with self.assertRaises(UserError):
            self._ask(order, (self.chair, 1, self.refund, {"sale_line_id": self.order_there.order_line.id}))

    def test_goods_are_not_restocked_into_another_company(self):
        rma = self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        with self.assertRaises(UserError):
            self._process(
                rma, (self.chair, {"qty_restock": 1, "restock_location_id": self.other_warehouse.lot_stock_id.id})
            )


@tagged("post_install", "-at_install")
class TestReceiptSpeed(RmaCase):
    """Approving many returns costs what their documents cost."""

    def _approve_many(self, count):
        """Ask for many returns, and count the queries of their approval."""
        orders = [self._sell((self.chair, 1)) for _index in range(count)]
        self._deliver(self.env["sale.order"].union(*orders))
        rmas = self.env["rma.order"].union(*(self._ask(order, (self.chair, 1, self.refund)) for order in orders))
        rmas.action_request()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rmas.with_user(self.rma_manager).action_approve()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_approving_many_costs_few_queries_each(self):
        self._approve_many(1)
        few, many = self._approve_many(5), self._approve_many(25)
        self.assertLess((many - few) / 20, 8, f"5 returns took {few} queries, 25 took {many}")
