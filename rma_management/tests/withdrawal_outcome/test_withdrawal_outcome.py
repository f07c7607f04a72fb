from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestWithdrawalOutcome(RmaCase):
    """X5: the order is canceled or its delivery stopped, delivered goods come back, and the refund has its date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_withdrawal_auto": False, "rma_responsible_id": cls.rma_all.id})
        parcel = cls._create_product(
            "Parcel", 9.0, on_hand=0, type="service", is_storable=False, invoice_policy="order"
        )
        cls.carrier = cls.env["delivery.carrier"].create({"name": "Parcel", "product_id": parcel.id})

    def _declare(self, order, quantities=None, **values):
        """Record a declaration; of all items by default.

        :param quantities: {product: quantity}
        """
        lines = [
            Command.create({"sale_line_id": line.id, "quantity": quantities[line.product_id]})
            for line in order.order_line
            if line.product_id in (quantities or {})
        ]
        return self.env["rma.withdrawal"].create(
            {
                "customer_name": "Ada",
                "order_reference": order.name,
                "email": "ada@example.com",
                "sale_order_id": order.id,
                "line_ids": lines,
                **values,
            }
        )

    def _accept(self, withdrawal):
        withdrawal.with_user(self.rma_manager).action_accept()
        return withdrawal

    # === Not delivered yet ===

    def test_order_that_was_not_delivered_is_canceled(self):
        order = self._sell((self.chair, 2), (self.table, 1))
        withdrawal = self._accept(self._declare(order))
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertFalse(withdrawal.rma_ids)
        self.assertEqual(withdrawal.state, "done", "nothing was paid")
        self.assertEqual(withdrawal.decided_by_id, self.rma_manager)

    def test_locked_order_is_canceled_too(self):
        order = self._sell((self.chair, 2))
        order.locked = True
        self._accept(self._declare(order))
        self.assertEqual(order.state, "cancel")

    def test_paid_order_waits_for_its_refund(self):
        self.chair.invoice_policy = "order"
        order = self._sell((self.chair, 2))
        self._invoice(order)
        withdrawal = self._accept(self._declare(order))
        self.assertEqual((order.state, withdrawal.state), ("cancel", "accepted"))
        withdrawal.with_user(self.rma_manager).action_done()
        self.assertEqual(withdrawal.state, "done")

    def test_part_that_was_not_delivered_is_stopped(self):
        for locked in (False, True):
            order = self._sell((self.chair, 5), (self.table, 1))
            order.locked = locked
            self._accept(self._declare(order, {self.chair: 2}))
            moves = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
            planned = {move.product_id: move.product_uom_qty for move in moves}
            self.assertEqual(planned, {self.chair: 3, self.table: 1})
            self.assertEqual((order.state, order.locked), ("sale", locked))

    def test_whole_line_that_was_not_delivered_is_stopped(self):
        order = self._sell((self.chair, 5), (self.table, 1))
        self._accept(self._declare(order, {self.table: 1}))
        self._deliver(order)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 0])
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [5, 0])

    # === Delivered ===

    def test_delivered_goods_come_back_as_one_return_without_fee(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        withdrawal = self._accept(self._declare(order))
        rma = withdrawal.rma_ids
        self.assertEqual(len(rma), 1)
        self.assertEqual(rma.state, "approved")
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in rma.line_ids}, {self.chair: 5, self.table: 1}
        )
        self.assertEqual(rma.line_ids.reason_id, self.env.ref("rma_management.rma_return_reason_withdrawal"))
        operation = rma.line_ids.operation_type_id
        self.assertEqual((operation.resolution, operation.charge_fee), ("refund", False))
        self.assertTrue(rma.picking_ids)

    def test_shipping_is_refunded_with_the_whole_order(self):
        order = self._sell((self.chair, 2))
        order.set_delivery_line(self.carrier, 9.0)
        order.order_line.filtered("is_delivery").tax_ids = self.tax
        self._deliver(order)
        self._invoice(order)
        rma = self._accept(self._declare(order)).rma_ids
        self._receive(rma)
        self._process(rma)
        self.assertAlmostEqual(rma.amount_refunded, order.amount_total)

    def test_dearer_delivery_than_the_standard_one_is_named(self):
        order = self._sell((self.chair, 2))
        order.set_delivery_line(self.carrier, 25.0)
        self._deliver(order)
        self._invoice(order)
        withdrawal = self._accept(self._declare(order))
        cheapest = min(
            carrier.rate_shipment(order)["price"]
            for carrier in self.env["delivery.carrier"].search([("delivery_type", "in", ("fixed", "base_on_rule"))])
        )
        self.assertEqual(withdrawal.amount_shipping_excess, 25.0 - cheapest)
        self.assertIn("cheapest standard", "".join(withdrawal.rma_ids.message_ids.mapped("body")))

    def test_part_of_an_order_comes_back(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        rma = self._accept(self._declare(order, {self.chair: 2})).rma_ids
        self.assertEqual(rma.line_ids.mapped(lambda line: (line.product_id, line.product_uom_qty)), [(self.chair, 2)])

    def test_half_delivered_order_is_stopped_and_comes_back(self):
        order = self._sell((self.chair, 5))
        self._deliver(order, {self.chair: 3})
        rma = self._accept(self._declare(order)).rma_ids
        self.assertEqual(rma.line_ids.product_uom_qty, 3)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        open_moves = order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.rma_role
        )
        self.assertFalse(open_moves)

    def test_what_came_back_before_does_not_come_back_again(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._return(order, (self.chair, 2, self.refund))
        rma = self._accept(self._declare(order)).rma_ids
        self.assertEqual(rma.line_ids.product_uom_qty, 3)

    def test_policy_of_the_shop_does_not_stop_it(self):
        order = self._sell_and_invoice((self.chair, 1))
        self.patch(
            self.registry["sale.order.line"], "_get_policy_refusal", lambda line, *args, **kwargs: "No sale goods."
        )
        rma = self._accept(self._declare(order)).rma_ids
        self.assertEqual(rma.state, "approved")
        self.assertIn("Right of withdrawal", rma.line_ids.refusal_override_reason)

    def test_approval_follows_the_rules(self):
        self.company.write({"rma_second_approval_amount": 1.0})
        order = self._sell_and_invoice((self.chair, 5))
        withdrawal = self._accept(self._declare(order))
        self.assertEqual((withdrawal.state, withdrawal.rma_ids.state), ("accepted", "requested"))

    # === Who decides ===

    def test_returns_users_do_not_decide(self):
        withdrawal = self._declare(self._sell((self.chair, 1)), refusal_reason="Late.")
        for user in (self.rma_user, self.rma_all):
            for name in ("action_accept", "action_refuse", "action_done"):
                with self.subTest(name=name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(withdrawal.with_user(user), name)()

    def test_it_is_decided_once(self):
        withdrawal = self._accept(self._declare(self._sell_and_invoice((self.chair, 1)))).with_user(self.rma_manager)
        for name in ("action_accept", "action_refuse"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                getattr(withdrawal, name)()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.line_ids.quantity = 0
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.line_ids.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.sale_order_id = False

    def test_exception_is_accepted_only_by_hand(self):
        self.chair.product_tmpl_id.rma_withdrawal_exception = "hygiene"
        withdrawal = self._declare(self._sell_and_invoice((self.chair, 1))).with_user(self.rma_manager)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.action_accept()
        withdrawal.line_ids.is_accepted = True
        withdrawal.action_accept()
        self.assertTrue(withdrawal.rma_ids)

    def test_refusal_needs_a_reason_that_the_customer_reads(self):
        withdrawal = self._declare(self._sell((self.chair, 1))).with_user(self.rma_manager)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.action_refuse()
        withdrawal.refusal_reason = "Made to measure."
        withdrawal.action_refuse()
        self.assertEqual(withdrawal.state, "refused")
        mail = self.env["mail.mail"].search([("model", "=", "rma.withdrawal"), ("res_id", "=", withdrawal.id)])
        self.assertEqual(mail.email_to, "ada@example.com")
        self.assertIn("Made to measure.", mail.body_html)

    def test_settings_accept_what_is_clear(self):
        self.company.rma_withdrawal_auto = True
        verified = self._declare(self._sell((self.chair, 1)), is_verified=True)
        unknown = self._declare(self._sell((self.chair, 1)))
        self.env.flush_all()
        self.chair.product_tmpl_id.rma_withdrawal_exception = "custom"
        excepted = self._declare(self._sell((self.chair, 1)), is_verified=True)
        (verified | unknown | excepted)._accept_automatically()
        self.assertEqual((verified | unknown | excepted).mapped("state"), ["done", "received", "received"])

    def test_what_cannot_be_accepted_automatically_is_left_to_staff(self):
        self.company.rma_withdrawal_auto = True
        withdrawal = self._declare(self._sell_and_invoice((self.chair, 1)), is_verified=True)

        def refuse(orders):
            raise UserError("The goods are being counted.")

        self.patch(self.registry["rma.order"], "action_request_and_approve", refuse)
        withdrawal._accept_automatically()
        self.assertEqual((withdrawal.state, len(withdrawal.rma_ids)), ("received", 0))
        self.assertIn("The goods are being counted.", "".join(withdrawal.message_ids.mapped("body")))

    # === Refund and alarms ===

    def _alarm(self):
        self.env["rma.withdrawal"]._cron_alarm()

    def _get_alarm(self, withdrawal):
        kind = self.env.ref("rma_management.mail_activity_type_refund_due")
        return withdrawal.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def _pay(self, moves):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=moves.ids)
        wizard.create({})._create_payments()

    def test_refund_is_due_14_days_after_the_declaration(self):
        withdrawal = self._declare(self._sell((self.chair, 1)), date_declared="2026-03-03 23:30:00", tz="Europe/Paris")
        self.assertEqual(fields.Date.to_string(withdrawal.date_refund_due), "2026-03-18")

    def test_alarm_before_day_14(self):
        order = self._sell_and_invoice((self.chair, 1))
        ago = fields.Datetime.now() - timedelta(days=11)
        early = self._declare(order, date_declared=ago + timedelta(days=2))
        due = self._declare(order, date_declared=ago)
        self._alarm()
        self._alarm()
        self.assertFalse(self._get_alarm(early))
        alarm = self._get_alarm(due)
        self.assertEqual((len(alarm), alarm.user_id, alarm.date_deadline), (1, self.rma_all, due.date_refund_due))

    def test_refund_waits_for_the_goods_or_the_proof_of_sending(self):
        order = self._sell_and_invoice((self.chair, 2))
        withdrawal = self._accept(self._declare(order, date_declared=fields.Datetime.now() - timedelta(days=13)))
        self.assertTrue(withdrawal.may_wait)
        self._alarm()
        self.assertFalse(self._get_alarm(withdrawal))
        withdrawal.with_user(self.rma_user).date_proof_sent = fields.Date.today()
        self.assertFalse(withdrawal.may_wait)
        self._alarm()
        self.assertTrue(self._get_alarm(withdrawal))

    def test_goods_that_arrived_end_the_waiting(self):
        withdrawal = self._accept(self._declare(self._sell_and_invoice((self.chair, 2))))
        self._receive(withdrawal.rma_ids)
        self.assertFalse(withdrawal.may_wait)

    def test_it_is_closed_when_the_credit_note_is_paid(self):
        order = self._sell_and_invoice((self.chair, 1))
        self._pay(order.invoice_ids)
        withdrawal = self._accept(self._declare(order))
        rma = withdrawal.rma_ids
        self._receive(rma)
        self._process(rma)
        self._alarm()
        self.assertEqual(withdrawal.state, "accepted", "a draft pays nobody")
        note = rma.sudo().refund_ids
        note.action_post()
        self._alarm()
        self.assertEqual(withdrawal.state, "accepted", "nor does one that is posted")
        self._pay(note)
        self._alarm()
        self.assertEqual(withdrawal.state, "done")

    def test_address_of_the_machine_is_forgotten(self):
        withdrawal = self._declare(self._sell((self.chair, 1)), ip="203.0.113.9")
        self._alarm()
        self.assertTrue(withdrawal.ip)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE rma_withdrawal SET create_date = now() - interval '2 days' WHERE id = %s", [withdrawal.id]
        )
        withdrawal.invalidate_recordset()
        self._alarm()
        self.assertFalse(withdrawal.ip)
