from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestReceiveWindow(RmaCase):
    """Goods are received on the return, by who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "rma_receiving", "rma_management.group_rma_user", email="r@example.com")
        cls.dock = new_test_user(
            cls.env, "rma_docking", "rma_management.group_rma_user,stock.group_stock_user", email="k@example.com"
        )
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def _expected(self, user, *items):
        rma = self._approve(self._ask(self.order, *(items or [(self.chair, 3, self.refund)])))
        rma.user_id = user
        self.env.invalidate_all()
        return rma.with_user(user)

    def _open(self, rma):
        return self.env["rma.receive"].with_user(rma.env.user).browse(rma.action_open_receive()["res_id"])

    def test_window_proposes_all_that_is_expected_and_goes_on_to_process(self):
        rma = self._expected(self.dock, (self.chair, 3, self.refund), (self.table, 1, self.refund))
        self.assertTrue(rma.may_receive)
        window = self._open(rma)
        self.assertEqual(window.line_ids.mapped("quantity"), [3.0, 1.0])
        action = window.action_receive_and_process()
        self.assertEqual(action["res_model"], "rma.process")
        self.assertEqual((rma.state, rma.line_ids.mapped("qty_received")), ("processing", [3.0, 1.0]))
        self.assertFalse(rma.may_receive)

    def test_what_has_not_arrived_remains_expected(self):
        rma = self._expected(self.dock)
        with Form(self._open(rma)) as form, form.line_ids.edit(0) as line:
            line.quantity = 2
        form.record.action_receive()
        self.assertEqual((rma.line_ids.qty_received, rma.line_ids.qty_expected), (2.0, 1.0))
        window = self._open(rma)
        self.assertEqual(window.line_ids.quantity, 1.0)
        for quantity, sentence in ((2, "1 of Chair are expected"), (-1, "0 or more"), (0, "at least one")):
            window.line_ids.quantity = quantity
            with self.assertRaisesRegex(UserError, sentence):
                window.action_receive()

    def test_returns_user_receives_where_the_company_allows_it(self):
        rma = self._expected(self.clerk)
        self.assertFalse(rma.may_receive)
        for call in (rma.action_open_receive, rma.action_receive):
            with self.assertRaisesRegex(AccessError, "requires rights in Inventory"):
                call()
        window = self.env["rma.receive"].with_user(self.clerk).create({"rma_id": rma.id})
        with self.assertRaises(AccessError):
            window.action_receive()
        self.company.rma_staff_receives = True
        self.env.invalidate_all()
        self.assertTrue(rma.may_receive)
        self._open(rma).action_receive_and_process()
        self.assertEqual(rma.line_ids.qty_received, 3.0)

    def test_return_of_somebody_else_is_not_received(self):
        self.company.rma_staff_receives = True
        rma = self._expected(self.dock)
        with self.assertRaises(AccessError):
            self.env["rma.receive"].with_user(self.clerk).create({"rma_id": rma.id})
        window = self._open(rma)
        with self.assertRaises(AccessError):
            window.with_user(self.clerk).action_receive()

    def test_serial_numbers_that_arrived_are_named(self):
        phone = self._create_product("Phone", 100.0, on_hand=0, tracking="serial")
        lots = self.env["stock.lot"].create([{"name": f"SN{n}", "product_id": phone.id} for n in range(3)])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=lot)
        order = self._sell_and_invoice((phone, 3))
        rma = self._approve(self._ask(order, (phone, 2, self.refund)))
        rma.user_id = self.dock
        self.env.invalidate_all()
        rma = rma.with_user(self.dock)
        window = self._open(rma)
        self.assertTrue(window.has_lots)
        window.line_ids.lot_ids = [Command.set(lots[1:].ids)]
        window.action_receive()
        self.assertEqual(rma.line_ids.received_lot_ids, lots[1:])
