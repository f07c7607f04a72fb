import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ...models.returnable import stock_move
from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestOverReturn(RmaCase):
    """X3: no more comes back than was delivered, whoever asks, however often, in whatever unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _returnable(self, order=None):
        line = (order or self.order).order_line[:1]
        line.invalidate_recordset(["qty_returnable"])
        return line.qty_returnable

    def test_of_three_requests_for_the_same_units_one_passes(self):
        rmas = [self._ask(self.order, (self.chair, 5, self.refund)) for _index in range(3)]
        rmas[1].action_request()
        for rma in (rmas[0], rmas[2]):
            with self.assertRaisesRegex(UserError, "only 0 Units of order"):
                rma.action_request()

    def test_request_that_is_refused_leaves_no_draft(self):
        orders = self.env["rma.order"].with_user(self.rma_user)
        values = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user).copy_data()[0]
        values["line_ids"][0][2]["product_uom_qty"] = 5
        first = orders.browse(orders.create_and_request([values]))
        self.assertEqual(first.state, "requested")
        before = orders.search_count([])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            orders.create_and_request([values])
        self.assertEqual(orders.search_count([]), before)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            orders.with_user(self.stock_user).create_and_request([values])

    def test_of_three_requests_at_once_none_passes(self):
        rmas = self.env["rma.order"].union(
            *(self._ask(self.order, (self.chair, 5, self.refund)) for _index in range(3))
        )
        with self.assertRaisesRegex(UserError, "You want to return 15 "):
            rmas.action_request()

    def test_two_lines_of_one_return_share_the_units(self):
        rma = self._ask(self.order, (self.chair, 3, self.refund), (self.chair, 3, self.replace))
        with self.assertRaisesRegex(UserError, "can still be returned"):
            rma.action_request()

    def test_draft_reserves_nothing(self):
        self._ask(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._returnable(), 5)

    def test_requested_return_reserves(self):
        self._ask(self.order, (self.chair, 2, self.refund)).action_request()
        self.assertEqual(self._returnable(), 3)

    def test_approved_return_reserves_once(self):
        self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self.assertEqual(self._returnable(), 3)

    def test_received_return_counts_once(self):
        self._return(self.order, (self.chair, 2, self.refund))
        self.assertEqual(self._returnable(), 3)

    def test_done_return_counts_once(self):
        self._return(self.order, (self.chair, 2, self.refund)).action_settle()
        self.assertEqual(self._returnable(), 3)

    def test_partly_received_return_counts_all_it_expects(self):
        rma = self._approve(self._ask(self.order, (self.chair, 4, self.refund)))
        self._receive(rma, {self.chair: 1})
        self.assertEqual(self._returnable(), 1)

    def test_closed_return_counts_what_came(self):
        rma = self._approve(self._ask(self.order, (self.chair, 4, self.refund)))
        self._receive(rma, {self.chair: 1})
        rma.action_settle()
        rma.action_done()
        self.assertEqual(self._returnable(), 4)

    def test_cancelled_return_counts_nothing(self):
        rma = self._approve(self._ask(self.order, (self.chair, 5, self.refund)))
        rma.action_cancel()
        self.assertEqual(self._returnable(), 5)

    def test_rejected_return_counts_nothing(self):
        rma = self._ask(self.order, (self.chair, 5, self.refund))
        rma.action_request()
        rma.with_user(self.rma_manager).action_reject("No.")
        self.assertEqual(self._returnable(), 5)

    def test_replaced_units_can_be_returned_again(self):
        rma = self._return(self.order, (self.chair, 5, self.replace))
        rma.action_settle()
        self.assertEqual(self._returnable(), 0)
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")))
        self.assertEqual(self._returnable(), 5)

    def test_goods_the_customer_keeps_are_not_refunded_again(self):
        self._approve(self._ask(self.order, (self.chair, 5, self.refund_keep)))
        with self.assertRaisesRegex(UserError, "can still be returned"):
            self._ask(self.order, (self.chair, 1, self.refund)).action_request()

    def test_return_made_by_hand_in_the_warehouse_counts(self):
        wizard = self.env["stock.return.picking"].create({"picking_id": self.order.picking_ids.id})
        wizard.product_return_moves.quantity = 4
        wizard.action_create_returns()
        with self.assertRaisesRegex(UserError, "only 1 Units of order"):
            self._ask(self.order, (self.chair, 2, self.refund)).action_request()

    def test_receipt_is_refused_when_a_return_by_hand_came_first(self):
        rma = self._approve(self._ask(self.order, (self.chair, 5, self.refund)))
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.order.picking_ids.filtered(lambda picking: not picking.rma_id).id}
        )
        wizard.product_return_moves.quantity = 1
        self._validate(self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]))
        with self.assertRaisesRegex(UserError, "only 5 Units were delivered"):
            self._receive(rma)

    def test_return_by_hand_between_request_and_approval_counts(self):
        rma = self._ask(self.order, (self.chair, 5, self.refund))
        rma.action_request()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.order.picking_ids.id})
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        with self.assertRaisesRegex(UserError, "only 4 Units of order"):
            rma.with_user(self.rma_manager).action_approve()

    def test_undelivered_goods_are_not_returned(self):
        order = self._sell((self.chair, 5))
        self._deliver(order, {self.chair: 2})
        with self.assertRaisesRegex(UserError, "only 2 Units of order"):
            self._ask(order, (self.chair, 3, self.refund)).action_request()

    def test_negative_quantity_is_refused(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"):
            self._ask(self.order, (self.chair, -5, self.refund))

    def test_five_units_are_not_five_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        rma = self._ask(self.order, (self.chair, 5, self.refund, {"product_uom_id": dozen.id}))
        with self.assertRaisesRegex(UserError, "60 Units of"):
            rma.action_request()

    def test_dozens_sold_are_returned_in_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell((self.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
        self._deliver(order)
        unit = self.chair.uom_id
        rma = self._return(order, (self.chair, 18, self.refund, {"product_uom_id": unit.id}))
        self.assertEqual(rma.line_ids.qty_received, 18)
        self.assertEqual(order.order_line.qty_delivered, 0.5)
        self.assertEqual(self._returnable(order), 0.5)

    def test_more_than_the_dozens_sold_is_refused_in_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell((self.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
        self._deliver(order)
        rma = self._ask(order, (self.chair, 25, self.refund, {"product_uom_id": self.chair.uom_id.id}))
        with self.assertRaisesRegex(UserError, "only 2 Dozens of order"):
            rma.action_request()

    def test_unit_of_another_kind_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot be measured in"):
            self._ask(
                self.order, (self.chair, 1, self.refund, {"product_uom_id": self.env.ref("uom.product_uom_kgm").id})
            )

    def test_named_delivery_gives_no_more_than_it_has(self):
        order = self._sell((self.chair, 5))
        first = self._deliver(order, {self.chair: 3})
        self._deliver(order)
        with self.assertRaisesRegex(UserError, "exceeds what can still be returned from .*"):
            self._ask(order, (self.chair, 4, self.refund, {"move_id": first.move_ids.id})).action_request()

    def test_named_delivery_is_shared_by_requests(self):
        order = self._sell((self.chair, 5))
        first = self._deliver(order, {self.chair: 3})
        self._deliver(order)
        named = {"move_id": first.move_ids.id}
        self._ask(order, (self.chair, 3, self.refund, named)).action_request()
        with self.assertRaisesRegex(UserError, "exceeds what can still be returned from .*"):
            self._ask(order, (self.chair, 1, self.refund, named)).action_request()

    def test_delivery_of_another_product_is_refused(self):
        order = self._sell_and_invoice((self.chair, 1), (self.table, 1))
        table_move = order.picking_ids.move_ids.filtered(lambda move: move.product_id == self.table)
        with self.assertRaisesRegex(ValidationError, "did not deliver"):
            self._ask(order, (self.chair, 1, self.refund, {"move_id": table_move.id}))


@tagged("post_install", "-at_install")
class TestOverReturnAtOnce(BaseCase):
    """X3: two people at the same instant. Real transactions, each in a thread, as two HTTP requests are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self._make_shop(env)
        self.addCleanup(self._remove_shop)

    def _environment(self):
        """Open a transaction of its own, which is committed where nothing fails."""
        cursor = self.registry.cursor()

        class Transaction:
            def __enter__(self):
                cursor.__enter__()
                return api.Environment(cursor, SUPERUSER_ID, {})

            def __exit__(self, *error):
                return cursor.__exit__(*error)

        return Transaction()

    def _make_shop(self, env):
        """Sell and deliver one chair, and have it invoiced."""
        partner = env["res.partner"].create({"name": "Hasty Customer"})
        product = env["product.product"].create({"name": "Last Chair", "type": "consu", "taxes_id": [Command.clear()]})
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1, "price_unit": 40.0})],
            }
        )
        order.action_confirm()
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        order._create_invoices().action_post()
        self.partner_id, self.product_id, self.order_id = partner.id, product.id, order.id
        self.reason_id = env["rma.return.reason"].create({"name": "Hasty reason"}).id
        self.rma_ids = []

    def _ask(self, env, operation="rma_management.rma_operation_type_refund"):
        order = env["sale.order"].browse(self.order_id)
        values = order._prepare_rma_values()
        values["line_ids"] = [
            Command.create(
                {
                    "product_id": self.product_id,
                    "sale_line_id": order.order_line.id,
                    "product_uom_qty": 1,
                    "reason_id": self.reason_id,
                    "operation_type_id": env.ref(operation).id,
                }
            )
        ]
        rma = env["rma.order"].create(values)
        self.rma_ids.append(rma.id)
        return rma

    def _remove_shop(self):
        """Take out what was committed, past the guards of the models: there is no user who may delete all this."""
        with self._environment() as env:
            moves = env["stock.move"].search([("product_id", "=", self.product_id)])
            entries = env["account.move"].search([("partner_id", "=", self.partner_id)])
            entries |= moves.account_move_id if "account_move_id" in moves._fields else entries.browse()
            deletions = [
                ("account_partial_reconcile", "debit_move_id", entries.line_ids.ids),
                ("account_partial_reconcile", "credit_move_id", entries.line_ids.ids),
                ("account_move_line", "move_id", entries.ids),
                ("account_move", "id", entries.ids),
                ("repair_order", "product_id", [self.product_id]),
                ("stock_move_line", "product_id", [self.product_id]),
                ("stock_move", "product_id", [self.product_id]),
                ("stock_quant", "product_id", [self.product_id]),
                ("stock_picking", "id", moves.picking_id.ids),
                ("rma_settlement", "order_id", self.rma_ids),
                ("rma_approval", "order_id", self.rma_ids),
                ("rma_order_line", "product_id", [self.product_id]),
                ("rma_order", "partner_id", [self.partner_id]),
                ("sale_order_line", "order_id", [self.order_id]),
                ("sale_order", "id", [self.order_id]),
                ("rma_return_reason", "id", [self.reason_id]),
            ]
            env.flush_all()
            for table, column, ids in deletions:
                if ids:
                    env.cr.execute(f'DELETE FROM "{table}" WHERE "{column}" IN %s', [tuple(ids)])
            env.invalidate_all()
            env["product.product"].browse(self.product_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _at_once(self, *actions):
        """Run actions in transactions that have all begun before any goes on, and again as Odoo runs them again.

        :param actions: functions of an environment
        :return: for each, the sentence of its error, or False
        """
        barrier = threading.Barrier(len(actions))

        def run(action):
            with self.registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                # The snapshot of the transaction is taken by its first query. Nobody waits for ever.
                env.cr.execute("SET lock_timeout = '30s'")
                env.cr.execute("SELECT 1 FROM rma_order LIMIT 1")
                barrier.wait(timeout=30)
                try:
                    retrying(lambda: action(env), env)
                except UserError as error:
                    cursor.rollback()
                    return str(error)
                return False

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            # A server that tests holds this lock all the time, and each thread needs it for its environment.
            patch.object(Registry, "_lock", DummyRLock()),
            ThreadPoolExecutor(max_workers=len(actions)) as executor,
        ):
            return [future.result(timeout=120) for future in [executor.submit(run, action) for action in actions]]

    def _too_late(self, first, second):
        """Run an action whose transaction began before another one did its work, and goes on after it has ended.

        :param first: function of an environment
        :param second: function of an environment
        :return: the sentence of the error of the second, or False
        """
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env.cr.execute("SELECT 1 FROM rma_order LIMIT 1")
            with self._environment() as other:
                first(other)
            with mute_logger("odoo.sql_db", "odoo.service.model"):
                try:
                    retrying(lambda: second(env), env)
                except UserError as error:
                    cursor.rollback()
                    return str(error)
        return False

    def test_request_that_began_before_the_other_ended_is_refused(self):
        with self._environment() as env:
            first, second = self._ask(env).id, self._ask(env).id
        error = self._too_late(
            lambda env: env["rma.order"].browse(first).action_request(),
            lambda env: env["rma.order"].browse(second).action_request(),
        )
        self.assertIn("can still be returned", error or "nothing")

    def test_settling_that_began_before_the_other_ended_makes_no_second_repair_order(self):
        # The return stays in processing: only a written row tells the second one that anything happened.
        rma = self._received("rma_management.rma_operation_type_repair")
        self._too_late(*[lambda env: env["rma.order"].browse(rma).action_settle()] * 2)
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].browse(rma).repair_ids), 1)

    def test_settling_that_began_before_the_other_ended_makes_no_second_credit_note(self):
        rma = self._received("rma_management.rma_operation_type_refund")
        self._too_late(*[lambda env: env["rma.order"].browse(rma).action_settle()] * 2)
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].browse(rma).refund_ids), 1)

    def test_two_requests_for_the_last_unit_one_wins(self):
        with self._environment() as env:
            rmas = [self._ask(env).id, self._ask(env).id]
        errors = self._at_once(*(lambda env, rma=rma: env["rma.order"].browse(rma).action_request() for rma in rmas))
        with self._environment() as env:
            self.assertEqual(sorted(env["rma.order"].browse(rmas).mapped("state")), ["draft", "requested"])
        self.assertEqual(len([error for error in errors if error]), 1, errors)

    def test_loser_is_told_what_is_left_and_not_to_try_again(self):
        with self._environment() as env:
            rmas = [self._ask(env).id, self._ask(env).id]
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["rma.order"].browse(rmas[0]).action_request()
            # The other one asks while the first has not ended, which it does a moment later.
            with ThreadPoolExecutor(1) as executor, mute_logger("odoo.sql_db", "odoo.service.model"):
                loser = executor.submit(self._request, rmas[1])
                self._wait_until_somebody_waits()
                cursor.commit()
                self.assertIn("only 0 Units of order", loser.result(timeout=60) or "nothing")

    def test_request_waits_for_another_one_not_for_ever(self):
        with self._environment() as env:
            rmas = [self._ask(env).id, self._ask(env).id]
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["rma.order"].browse(rmas[0]).action_request()
            with patch.object(stock_move, "PATIENCE", "20ms"), mute_logger("odoo.sql_db"):
                self.assertIn("Someone else", self._request(rmas[1]) or "nothing")
            cursor.rollback()

    def _request(self, rma):
        """Request a return in a transaction of its own.

        :return: the sentence of its error, or False
        """
        with patch.object(Registry, "_lock", DummyRLock()), self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            try:
                retrying(env["rma.order"].browse(rma).action_request, env)
            except UserError as error:
                cursor.rollback()
                return str(error)
        return False

    def _wait_until_somebody_waits(self):
        """Return once a transaction of this database waits for another one."""
        for _try in range(300):
            with self.registry.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"
                )
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.05)
        self.fail("Nobody waits.")

    def test_two_customers_who_create_and_request_one_wins(self):
        errors = self._at_once(*[lambda env: self._ask(env).action_request()] * 2)
        with self._environment() as env:
            self.assertEqual(
                env["rma.order"].search([("partner_id", "=", self.partner_id)]).mapped("state"), ["requested"]
            )
        self.assertEqual(len([error for error in errors if error]), 1, errors)

    def test_request_and_approval_meet_and_one_unit_comes_back(self):
        with self._environment() as env:
            first, second = self._ask(env), self._ask(env)
            first.action_request()
            first, second = first.id, second.id
        self._at_once(
            lambda env: env["rma.order"].browse(first).action_approve(),
            lambda env: env["rma.order"].browse(second).action_request(),
        )
        with self._environment() as env:
            self.assertEqual(env["rma.order"].browse(second).state, "draft")

    def test_double_click_on_approve_makes_one_receipt(self):
        with self._environment() as env:
            rma = self._ask(env)
            rma.action_request()
            rma = rma.id
        self._at_once(*[lambda env: env["rma.order"].browse(rma).action_approve()] * 2)
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].browse(rma).picking_ids), 1)

    def test_double_click_on_the_website_makes_one_return_and_shows_no_error(self):
        with self._environment() as env:
            order = env["sale.order"].browse(self.order_id)
            request = env["rma.request"]._start("hasty", order, {order.order_line: 1}, order.partner_id)
            request.line_ids.reason_id = self.reason_id
            request.line_ids.operation_type_id = env.ref("rma_management.rma_operation_type_refund")
            request = request.id
        errors = self._at_once(*[lambda env: env["rma.request"].browse(request)._send()] * 2)
        self.assertEqual(errors, [False, False])
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].search([("partner_id", "=", self.partner_id)])), 1)

    def _received(self, operation):
        with self._environment() as env:
            rma = self._ask(env, operation)
            rma.action_request()
            rma.action_approve()
            rma.picking_ids.move_ids.picked = True
            rma.picking_ids.button_validate()
            self.assertEqual(rma.state, "processing")
            return rma.id

    def test_double_click_on_settle_makes_one_credit_note(self):
        rma = self._received("rma_management.rma_operation_type_refund")
        self._at_once(*[lambda env: env["rma.order"].browse(rma).action_settle()] * 2)
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].browse(rma).refund_ids), 1)

    def test_double_click_on_settle_makes_one_repair_order(self):
        rma = self._received("rma_management.rma_operation_type_repair")
        self._at_once(*[lambda env: env["rma.order"].browse(rma).action_settle()] * 2)
        with self._environment() as env:
            self.assertEqual(len(env["rma.order"].browse(rma).repair_ids), 1)
