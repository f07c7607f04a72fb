from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestKitOfTicket(HelpdeskCase):
    """H2, H5, H6: what was sold as a kit, by an agent who has no other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mrp.bom" not in cls.env:
            cls.skipTest(cls, "Kits come with Manufacturing.")
        cls.frame = cls._create_product("Frame", 100.0)
        cls.wheel = cls._create_product("Wheel", 30.0)
        cls.bike = cls._create_product("Bike", 200.0, on_hand=0, is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.bike.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in ((cls.frame, 1), (cls.wheel, 2))
                ],
            }
        )
        cls.order = cls._sell_and_invoice((cls.bike, 3))

    def _return_window(self, ticket, quantity):
        wizard = self._open(ticket, "action_return")
        wizard.reason_id = self.reason
        wizard.line_ids.quantity = quantity
        return wizard

    def _quantities(self, moves):
        return {move.product_id: move.product_uom_qty for move in moves}

    def test_kit_is_returned_as_it_was_sold_and_its_parts_are_expected(self):
        ticket = self._ticket(self.order, product_id=self.bike.id)
        wizard = self._open(ticket, "action_return")
        self.assertEqual([(line.product_id, line.quantity) for line in wizard.line_ids], [(self.bike, 3)])
        self._return_window(ticket, 2).action_create()
        rma = ticket.rma_ids.sudo()
        self.assertEqual([(line.product_id, line.product_uom_qty) for line in rma.line_ids], [(self.bike, 2)])
        self.assertEqual(self._quantities(rma.picking_ids.move_ids), {self.frame: 2, self.wheel: 4})
        self._receive(rma)
        rma.with_user(self.rma_all).action_settle()
        self.assertEqual(rma.refund_ids.amount_total, 460.0)

    def test_reverse_transfer_of_a_kit_takes_its_parts(self):
        self.team.return_kind = "picking"
        ticket = self._ticket(self.order)
        self._return_window(ticket, 1).action_create()
        receipt = self._documents(ticket, "picking")
        self.assertEqual(self._quantities(receipt.move_ids), {self.frame: 1, self.wheel: 2})

    def test_no_more_kits_come_back_than_are_left(self):
        for kind in ("rma", "picking"):
            self.team.return_kind = kind
            order = self._sell_and_invoice((self.bike, 1))
            with self.assertRaisesRegex(UserError, "Only 1"):
                self._return_window(self._ticket(order), 2).action_create()
            first, second = (self._return_window(self._ticket(order), 1) for _window in range(2))
            first.action_create()
            with self.assertRaisesRegex(UserError, "Only 0"):
                second.action_create()

    def test_kit_is_refunded_once(self):
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_refund")
        self.assertEqual(wizard.line_ids.mapped("quantity"), [3])
        wizard.line_ids.quantity = 2
        wizard.action_refund()
        self.assertEqual(self._documents(ticket, "refund").amount_total, 460.0)
        again = self._ticket(self.order)
        wizard = self._open(again, "action_refund")
        self.assertEqual(wizard.line_ids.mapped("quantity"), [1])
        wizard.line_ids.quantity = 2
        wizard.action_refund()
        self.assertEqual(self._documents(again, "refund").amount_total, 230.0)

    def test_repair_of_a_kit_leaves_its_parts_in_stock(self):
        ticket = self._ticket(self.order, product_id=self.bike.id)
        before = self._on_hand(self.frame, self.stock)
        self._open(ticket, "action_repair").action_create()
        repair = self._documents(ticket, "repair").with_user(self.stock_user)
        self.assertEqual((repair.product_id, repair.product_qty), (self.bike, 1))
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(self._on_hand(self.frame, self.stock), before)
