import re
import traceback
from unittest.mock import patch

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ..common import RmaCase

# A table of ours, and the tables of links to one.
OURS = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(?:\w+_)?rma_\w+"?', re.IGNORECASE)
ADDONS = ("odoo/addons/", "rma_management")


@tagged("post_install", "-at_install")
class TestUnrelated(RmaCase):
    """Whoever does not return pays nothing: orders, deliveries and invoices without a return ask for none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "rma_seller", "sales_team.group_sale_salesman")
        cls.accountant = new_test_user(cls.env, "rma_accountant", "account.group_account_invoice")
        # The shop knows returns, only not of this order.
        order = cls._sell_and_invoice((cls.chair, 3))
        cls.env["rma.order"].create(
            {
                **order._prepare_rma_values(),
                "line_ids": [
                    Command.create(
                        order.order_line._prepare_rma_line_values(
                            1, reason_id=cls.reason.id, operation_type_id=cls.refund.id
                        )
                    )
                ],
            }
        )

    def _watch(self, function):
        """Run a step of business as a request of its own.

        :return: result of the step, statements that name a table of ours, and those that our code asked for itself
        """
        self.env.flush_all()
        self.env.invalidate_all()
        naming, asked = [], []
        execute = Cursor.execute

        def watch(cursor, query, params=None, log_exceptions=True):
            text = getattr(query, "code", query)
            text = text.decode() if isinstance(text, bytes) else text
            frames = [frame for frame in traceback.extract_stack() if any(part in frame.filename for part in ADDONS)]
            frames = [frame for frame in frames if "/tests/" not in frame.filename]
            if OURS.search(text):
                naming.append(f"{text}\n    {frames[-1:]}")
            if (
                frames
                and "rma_management" in frames[-1].filename
                and frames[-1].name not in ("create", "write", "copy")
            ):
                asked.append(f"{frames[-1].filename}:{frames[-1].lineno} {text[:200]}")
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", watch):
            result = function()
            self.env.flush_all()
        return result, naming, asked

    def _assert_free(self, step, function, most=0):
        result, naming, asked = self._watch(function)
        with self.subTest(step=step):
            self.assertFalse(naming, f"{step} asks for returns")
            # Odoo reads the same right after, and then has it.
            self.assertLessEqual(len(asked), most, f"{step}: " + "\n".join(asked))
        return result

    def test_order_delivery_and_invoice(self):
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": 2}) for product in self.chair | self.table
        ]
        values = {"partner_id": self.customer.id, "order_line": lines}
        order = self._assert_free("quotation", lambda: self.env["sale.order"].with_user(self.seller).create(values))
        self._assert_free("change", lambda: order.order_line[0].write({"product_uom_qty": 3}))
        self._assert_free("confirmation", order.action_confirm)
        picking = order.sudo().picking_ids.with_user(self.stock_user)
        self._assert_free("delivery", lambda: self._validate(picking), 5)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [3, 2])
        invoice = self._assert_free("invoice", order._create_invoices).sudo(False).with_user(self.accountant)
        self._assert_free("posting", invoice.action_post, 1)
        self._assert_free("reset", invoice.button_draft, 1)
        invoice.action_post()
        register = self.env["account.payment.register"].with_user(self.accountant)
        register = register.with_context(active_model="account.move", active_ids=invoice.ids)
        self._assert_free("payment", lambda: register.create({})._create_payments())
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))

    def test_return_by_hand_and_credit_note(self):
        order = self._sell_and_invoice((self.chair, 3))
        picking = order.picking_ids
        wizard = self.env["stock.return.picking"].with_user(self.stock_user).create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        receipt = self._assert_free("receipt", wizard._create_return, 4)
        self._assert_free("receiving", lambda: self._validate(receipt), 5)
        invoice = order.invoice_ids
        values = {"journal_id": invoice.journal_id.id}
        reversal = self.env["account.move.reversal"].with_user(self.accountant)
        reversal = reversal.with_context(active_model="account.move", active_ids=invoice.ids).create(values)
        self._assert_free("credit note", reversal.reverse_moves)
        self._assert_free("its posting", reversal.new_move_ids.action_post, 1)
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_canceling(self):
        order = self._sell((self.chair, 3), (self.table, 1))
        self._assert_free("cancellation", order._action_cancel)

    def test_reading(self):
        order = self._sell_and_invoice((self.chair, 3), (self.table, 1))
        names = ["qty_to_invoice", "qty_invoiced", "invoice_status", "amount_to_invoice", "qty_invoiced_at_date"]
        self._assert_free("order", lambda: order.with_user(self.accountant).order_line.read(names))
        names = ["payment_state", "amount_residual", "invoice_currency_rate"]
        self._assert_free("invoice", lambda: order.with_user(self.accountant).invoice_ids.read(names))

    def test_mark_of_returned_lines(self):
        """The mark that saves the queries follows the returns."""
        order = self._sell_and_invoice((self.chair, 3), (self.table, 1))
        chair, table = order.order_line
        self.assertFalse(chair.rma_is_returned)
        rma = self._ask(order, (self.chair, 1, self.refund))
        self.assertTrue(chair.rma_is_returned)
        self.assertFalse(table.rma_is_returned)
        self.assertEqual(order.order_line.rma_line_ids, rma.line_ids)
        item = self.env["rma.order.line"].create(
            {
                "order_id": rma.id,
                "product_id": self.table.id,
                "reason_id": self.reason.id,
                "operation_type_id": self.refund.id,
            }
        )
        self.assertEqual(item.sale_line_id, table, "found by the product")
        self.assertTrue(table.rma_is_returned)
        item.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(table.rma_is_returned)
        self.assertFalse(table.rma_line_ids)
        self.assertEqual(order.order_line.rma_line_ids, rma.line_ids)
