from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReceiveByProgram(RmaCase):
    """A program that may receive validates receipts by item and quantity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, "rma_dock", "rma_management.group_rma_user,stock.group_stock_user", email="d@example.com"
        )
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def setUp(self):
        super().setUp()
        self.rma = self._ask(self.order, (self.chair, 3, self.refund), (self.table, 1, self.refund)).sudo(False)
        self.rma.user_id = False
        self._approve(self.rma)
        self.rma = self.rma.with_user(self.clerk)
        self.chairs = self.rma.line_ids.filtered(lambda line: line.product_id == self.chair)
        self.tables = self.rma.line_ids - self.chairs

    def test_all_that_is_expected_arrives_where_nothing_is_said(self):
        self.assertTrue(self.rma.action_receive())
        self.assertEqual(self.rma.line_ids.mapped("qty_received"), [3.0, 1.0])
        self.assertEqual(self.rma.state, "processing")

    def test_part_arrives_and_the_rest_is_expected_on(self):
        self.rma.action_receive({str(self.chairs.id): 2})
        self.assertEqual((self.chairs.qty_received, self.chairs.qty_expected), (2.0, 1.0))
        self.assertEqual((self.tables.qty_received, self.tables.qty_expected), (0.0, 1.0))
        self.rma.action_receive({self.chairs.id: 1.0, self.tables.id: 1})
        self.assertEqual((self.chairs.qty_received, self.tables.qty_received), (3.0, 1.0))
        with self.assertRaisesRegex(UserError, "expects no goods"):
            self.rma.action_receive()

    def test_what_is_wrong_is_said_and_nothing_arrives(self):
        foreign = self._ask(self.order, (self.chair, 1, self.refund)).line_ids
        for quantities, sentence in (
            ({self.chairs.id: 4}, "3 of Chair are expected, not 4"),
            ({self.chairs.id: -1}, "Enter a number of 0 or more"),
            ({self.chairs.id: float("nan")}, "Enter a number of 0 or more"),
            ({self.chairs.id: "2"}, "Enter a number of 0 or more"),
            ({self.chairs.id: True}, "Enter a number of 0 or more"),
            ({foreign.id: 1}, "has no item"),
            ({"x": 1}, "has no item"),
            ([1, 2], "Enter the received items"),
            ({}, "Enter at least one received quantity"),
            ({self.chairs.id: 0}, "Enter at least one received quantity"),
        ):
            with self.subTest(quantities=quantities), self.assertRaisesRegex(UserError, sentence):
                self.rma.action_receive(quantities)
        self.assertFalse(any(self.rma.line_ids.mapped("qty_received")))

    def test_draft_expects_no_goods(self):
        draft = self._ask(self.order, (self.chair, 1, self.refund), user=self.clerk)
        with self.assertRaisesRegex(UserError, "expects no goods"):
            draft.action_receive()

    def test_only_the_warehouse_receives_and_only_what_it_may_see(self):
        with self.assertRaisesRegex(AccessError, "rights in Inventory"):
            self.rma.with_user(self.rma_all).action_receive()
        with self.assertRaises(AccessError):
            self.rma.with_user(self.stock_user).action_receive()
        self.rma.sudo().user_id = self.rma_all
        with self.assertRaises(AccessError):
            self.rma.action_receive()

    def test_pieces_are_told_in_the_unit_of_the_item(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund))).with_user(self.clerk)
        rma.sudo().user_id = False
        self.assertEqual(rma.line_ids.product_uom_id, dozen)
        place = self.warehouse.rma_location_id
        before = self._on_hand(self.chair, place)
        rma.action_receive({rma.line_ids.id: 1})
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_expected), (1.0, 1.0))
        self.assertEqual(self._on_hand(self.chair, place) - before, 12.0)
