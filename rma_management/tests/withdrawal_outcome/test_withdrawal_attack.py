from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..withdrawal.common_withdrawal import RmaWithdrawalCase


@tagged("post_install", "-at_install")
class TestWithdrawalAttack(RmaWithdrawalCase):
    """X15: where declarations are accepted automatically, nobody gets more accepted than the law gives."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rma_withdrawal_auto = True
        cls.order = cls._sell_and_invoice((cls.chair, 4))
        cls.other_order = cls._sell((cls.table, 2))

    def test_staff_turn_no_proved_declaration_to_another_order(self):
        withdrawal = self._declare(self.order)
        withdrawal.with_user(self.rma_all).sale_order_id = self.other_order
        self._receive_declarations()
        self.assertEqual((withdrawal.state, self.other_order.state), ("received", "sale"))

    def test_staff_add_nothing_to_what_is_accepted_automatically(self):
        withdrawal = self._declare(self.order, {self.chair: 1})
        withdrawal.line_ids.with_user(self.rma_all).quantity = 4
        self._receive_declarations()
        self.assertEqual(withdrawal.state, "received")

    def test_context_adds_no_item_to_a_decided_declaration(self):
        withdrawal = self._declare(self.order, {self.chair: 1})
        withdrawal.refusal_reason = "Too late."
        withdrawal.with_user(self.rma_manager).action_refuse()
        line = self.order.order_line[0]
        lines = self.env["rma.withdrawal.line"].with_user(self.rma_all)
        with self.assertRaises(UserError):
            lines.with_context(default_withdrawal_id=withdrawal.id).create({"sale_line_id": line.id, "quantity": 1})

    def test_salesperson_extends_no_period(self):
        seller = new_test_user(self.env, "wd_seller", "sales_team.group_sale_salesman_all_leads", email="w@example.com")
        with self.assertRaises(AccessError):
            self.order.with_user(seller).rma_withdrawal_untold = True

    def test_second_declaration_of_the_same_goods_is_left_to_staff(self):
        first = self._declare(self.order)
        self._receive_declarations()
        self.assertEqual((first.state, len(first.rma_ids)), ("accepted", 1))
        second = self._declare(self.order)
        self._receive_declarations()
        self.assertEqual((second.state, len(second.rma_ids)), ("received", 0))

    def test_order_that_came_back_is_not_canceled_as_undelivered(self):
        picking = self.order.picking_ids
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        back = wizard.create({"picking_id": picking.id})
        back.product_return_moves.quantity = 4
        self._validate(back._create_return())
        self.assertFalse(self.order.order_line.qty_delivered)
        withdrawal = self._declare(self.order)
        self._receive_declarations()
        self.assertEqual((withdrawal.state, self.order.state), ("received", "sale"))

    def test_open_return_does_not_stop_the_clock(self):
        move = self.order.picking_ids.move_ids
        move.date = fields.Datetime.subtract(fields.Datetime.now(), days=100)
        picking = self.order.picking_ids
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        back = wizard.create({"picking_id": picking.id})
        back.product_return_moves.quantity = 1
        back._create_return()
        withdrawal = self._declare(self.order)
        self._receive_declarations()
        self.assertTrue(withdrawal.is_late)
        self.assertEqual(withdrawal.state, "received")

    def test_one_declaration_that_fails_stops_no_other_and_is_mailed_once(self):
        self.env.ref("rma_management.rma_return_reason_withdrawal").active = False
        self.env["ir.model.data"].search(
            [("module", "=", "rma_management"), ("name", "=", "rma_return_reason_withdrawal")]
        ).unlink()
        withdrawals = self._declare(self.order) | self._declare(self.other_order)
        self._receive_declarations()
        self._receive_declarations()
        self.assertFalse(any(withdrawals.mapped("is_waiting")))
        self.assertEqual(withdrawals.mapped("state"), ["received", "done"])

    def test_spelling_of_an_address_gets_no_more_receipts(self):
        typed = {"customer_name": "Ada", "order_reference": "X", "scope": ""}
        made = self.env["rma.withdrawal"]
        for email in ["ada@example.com"] * 20 + ["Ada@Example.com"]:
            made |= made._declare(None, {**typed, "email": email}, company_id=self.company.id, tz="UTC")
        self.assertTrue(made[-1]._is_mailbox_full())
        made[-1].is_verified = True
        self.assertTrue(made[-1]._is_mailbox_full(), "who proved an order may enter the address of another")
        made[-1].order_reference = self.order.name
        self.assertFalse(made[-1]._is_mailbox_full(), "it is the address of the order")

    def test_days_have_a_limit(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.company.rma_withdrawal_days = 10**9
            self.env.flush_all()
