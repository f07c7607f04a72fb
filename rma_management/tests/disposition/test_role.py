from collections import Counter

from odoo import Command
from odoo.tests import Form, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestRole(RmaCase):
    """A move of a return says what it is. What somebody moves by hand is counted by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returns = cls.warehouse.rma_location_id
        cls.vendor = cls.env["res.partner"].create({"name": "Chair factory"})
        cls.chair.seller_ids = [Command.create({"partner_id": cls.vendor.id})]

    def _returned(self, quantity, operation):
        return self._return(self._sell_and_invoice((self.chair, quantity)), (self.chair, quantity, operation))

    def _moves(self, rma, *roles):
        moves = rma.sudo().line_ids.move_ids
        return moves.filtered(lambda move: move.rma_role in roles) if roles else moves

    def _waiting(self, rma, role):
        return self._moves(rma, role).filtered(lambda move: move.state not in ("done", "cancel")).picking_id

    def _inspect(self, rma, **quantities):
        """Write results: {disposition: quantity}."""
        grade = self.env["rma.grade"].search([], limit=1)
        self.env["rma.inspection"].with_user(self.rma_all).create(
            [
                {
                    "line_id": rma.line_ids.id,
                    "quantity": quantity,
                    "grade_id": grade.id,
                    "disposition": disposition,
                    "refund_percent": 100,
                }
                for disposition, quantity in quantities.items()
            ]
        )

    def _return_by_hand(self, picking, quantity):
        """Take goods of a transfer back with Odoo's own wizard."""
        wizard = Form(self.env["stock.return.picking"].with_context(active_id=picking.id, active_model=picking._name))
        wizard = wizard.save()
        wizard.product_return_moves.quantity = quantity
        by_hand = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._validate(by_hand)
        return by_hand

    # === What is made ===

    def test_moves_of_every_disposition(self):
        rma = self._returned(6, self.refund)
        self._inspect(rma, restock=1, refurbish=1, scrap=1, missing=1, vendor=1, customer=1)
        rma.action_settle()
        moves = self._moves(rma)
        self.assertEqual(
            Counter(moves.mapped("rma_role")),
            {"receipt": 1, "restock": 1, "refurbish": 1, "scrap": 2, "vendor": 1, "sent_back": 1},
        )
        scrapped = moves.filtered(lambda move: move.rma_role == "scrap")
        self.assertEqual(set(scrapped.rma_inspection_id.mapped("disposition")), {"scrap", "missing"})
        line = rma.line_ids
        self.assertEqual(
            (line.qty_received, line.qty_restocked, line.qty_refurbished, line.qty_scrapped, line.qty_sent_off),
            (6, 1, 1, 2, 2),
        )

    def test_moves_that_nobody_inspected(self):
        rma = self._returned(3, self.refund)
        self._process(rma, (self.chair, {"qty_restock": 2, "qty_scrap": 1}))
        self.assertEqual(Counter(self._moves(rma).mapped("rma_role")), {"receipt": 1, "restock": 1, "scrap": 1})

    def test_what_was_repaired_is_told_from_what_replaces(self):
        repaired, replaced = self._returned(1, self.repair), self._returned(1, self.replace)
        (repaired | replaced).action_settle()
        repair = repaired.sudo().repair_ids
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(set(self._moves(repaired).mapped("rma_role")), {"receipt", "repaired"})
        self.assertEqual(set(self._moves(replaced).mapped("rma_role")), {"receipt", "replacement"})
        self._validate(self._waiting(repaired, "repaired") | self._waiting(replaced, "replacement"))
        self.assertEqual((repaired.line_ids.qty_repaired, repaired.line_ids.qty_replaced), (1, 0))
        self.assertEqual((replaced.line_ids.qty_repaired, replaced.line_ids.qty_replaced), (0, 1))

    # === Split, merged, in steps ===

    def test_backorder_of_a_receipt(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.refund)))
        self._receive(rma, {self.chair: 2})
        backorder = self._waiting(rma, "receipt")
        self.assertEqual((backorder.move_ids.product_uom_qty, backorder.move_ids.rma_line_id), (3, rma.line_ids))
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_expected), (2, 3))

    def test_backorder_of_what_goes_to_the_vendor(self):
        rma = self._returned(5, self.refund)
        self._inspect(rma, vendor=5)
        rma.action_settle()
        self._validate(self._waiting(rma, "vendor"), {self.chair: 2})
        self.assertEqual(self._waiting(rma, "vendor").move_ids.product_uom_qty, 3)
        self.assertEqual(rma.line_ids.qty_sent_off, 5)
        rma.action_settle()
        self.assertEqual(sum(self._moves(rma, "vendor").mapped("product_uom_qty")), 5)

    def test_split_move(self):
        rma = self._returned(5, self.replace)
        rma.action_settle()
        move = self._moves(rma, "replacement")
        [values] = move._split(2)
        part = self.env["stock.move"].create(values)
        part._action_confirm(merge=False)
        self.assertEqual((part.rma_role, part.rma_line_id), ("replacement", rma.line_ids))
        self.assertEqual(rma.line_ids.qty_replaced, 5)

    def test_replacements_of_two_decisions_stay_apart_in_one_transfer(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.replace)))
        for _part in range(2):
            self._receive(rma, {self.chair: 2})
            rma.action_settle()
        moves = self._moves(rma, "replacement")
        self.assertEqual((moves.mapped("product_uom_qty"), len(moves.picking_id)), ([2, 2], 1))
        self.assertEqual(moves.rma_settlement_id, rma.sudo().settlement_ids)
        self.assertEqual(rma.line_ids.qty_replaced, 4)

    def test_moves_of_two_roles_are_never_merged(self):
        rma = self._returned(2, self.replace)
        rma.action_settle()
        move = self._moves(rma, "replacement")
        [values] = move.copy_data({"rma_line_id": rma.line_ids.id, "rma_role": "sent_back"})
        other = self.env["stock.move"].create(values)
        other._action_confirm()
        self.assertTrue(other.exists())
        self.assertEqual((move.product_uom_qty, other.product_uom_qty), (2, 2))

    def test_steps_of_a_replacement(self):
        for steps, number in (("pick_ship", 2), ("pick_pack_ship", 3)):
            with self.subTest(steps=steps):
                self.warehouse.delivery_steps = "ship_only"
                rma = self._returned(2, self.replace)
                self.warehouse.delivery_steps = steps
                rma.action_settle()
                for _step in range(number):
                    self.assertEqual(rma.line_ids.qty_replaced, 2)
                    self._validate(self._waiting(rma, "replacement"))
                moves = self._moves(rma, "replacement")
                self.assertEqual((moves.mapped("state"), moves.rma_line_id), (["done"] * number, rma.line_ids))
                self.assertEqual((rma.line_ids.qty_replaced, rma.line_ids.qty_restocked), (2, 0))
                self.env.flush_all()
                self.assertEqual(rma.history_ids.mapped("kind").count("replaced"), 1)

    def test_receipt_is_counted_where_goods_arrive_and_not_on_their_further_way(self):
        for steps in ("two_steps", "three_steps"):
            with self.subTest(steps=steps):
                self.warehouse.reception_steps = steps
                self.warehouse.rma_location_id = self.warehouse.wh_input_stock_loc_id
                rma = self._returned(2, self.return_only)
                receipt = self._moves(rma, "receipt")
                self.assertEqual((receipt.state, rma.line_ids.qty_received), ("done", 2))
                self.assertTrue(receipt.move_dest_ids, "Odoo pushes what comes to the entrance")
                self.assertEqual(receipt.move_dest_ids.mapped("rma_role"), [False])
                self.assertFalse(receipt.move_dest_ids.rma_line_id)

    # === By hand ===

    def test_goods_sent_back_by_hand_are_no_event_and_no_more_received(self):
        rma = self._returned(3, self.return_only)
        by_hand = self._return_by_hand(self._moves(rma, "receipt").picking_id, 1)
        self.assertRecordValues(by_hand.move_ids, [{"rma_role": False, "rma_line_id": False, "state": "done"}])
        line = rma.line_ids
        self.assertEqual((line.qty_received, line.qty_sent_off, line.qty_repaired), (2, 0, 0))
        self.env.flush_all()
        self.assertNotIn("sent_back", rma.history_ids.mapped("kind"))

    def test_replacement_that_comes_back_by_hand_is_no_receipt(self):
        rma = self._returned(2, self.replace)
        rma.action_settle()
        self._validate(self._waiting(rma, "replacement"))
        by_hand = self._return_by_hand(self._moves(rma, "replacement").picking_id, 1)
        self.assertRecordValues(by_hand.move_ids, [{"rma_role": False, "rma_line_id": False, "state": "done"}])
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_replaced), (2, 2))

    def test_duplicate_of_a_transfer_is_counted_by_nobody(self):
        rma = self._returned(2, self.refund)
        rma.action_settle()
        line = rma.line_ids
        before = (line.qty_received, line.qty_restocked)
        duplicates = self._moves(rma).picking_id.sudo().copy()
        self.assertEqual(set(duplicates.move_ids.mapped("rma_role")), {False})
        self._validate(duplicates)
        self.assertEqual((line.qty_received, line.qty_restocked), before)

    def test_scrap_by_hand_is_counted_by_nobody(self):
        rma = self._returned(2, self.replace)
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.chair.id, "scrap_qty": 1, "location_id": self.returns.id, "origin": rma.name}
        )
        scrap.do_scrap()
        self.assertFalse(scrap.move_ids.rma_role)
        self.assertEqual(rma.line_ids.qty_scrapped, 0)

    def test_move_without_a_role_counts_as_nothing(self):
        """Its locations are those of goods that are put back in stock, or of a receipt: that says nothing."""
        rma = self._returned(2, self.replace)
        customers = self.customer.property_stock_customer
        for source, destination in ((self.returns, self.stock), (customers, self.returns)):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.chair.id,
                    "product_uom_qty": 1,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "rma_line_id": rma.line_ids.id,
                }
            )
            move._action_confirm()
            move.write({"quantity": 1, "picked": True})
            move._action_done()
            self.assertEqual((move.state, move.rma_role), ("done", False))
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_restocked), (2, 0))
