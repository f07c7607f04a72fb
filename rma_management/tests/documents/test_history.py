from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestHistory(RmaCase):
    """P6, P7: what was written with the customer, and every event with who and when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refund.post_credit_note = True
        cls.order = cls._sell_and_invoice((cls.chair, 10), (cls.table, 2))
        cls.env.cr.flush()

    def _commit(self, user=None):
        """End the transaction of a user, and let the job tell what it recorded."""
        self.env(user=user or self.env.user).flush_all()
        self._run_announcements()

    def _live(self, *items):
        """Lead a return from request to settlement, a transaction a step."""
        rma = self._ask(self.order, *items)
        self._commit()
        rma.action_request()
        self._commit()
        rma.with_user(self.rma_manager).action_approve()
        self._commit()
        self._receive(rma)
        self._commit(self.stock_user)
        rma.action_settle()
        self._commit(self.rma_all)
        return rma

    def _kinds(self, rma):
        return rma.history_ids.mapped("kind")

    def _event(self, rma, kind):
        return rma.history_ids.filtered(lambda event: event.kind == kind)

    # === History ===

    def test_life_of_a_refund_is_told_with_who_and_when(self):
        rma = self._live((self.chair, 2, self.refund))
        states = self._event(rma, "state").sorted("id")
        self.assertEqual(
            states.mapped("detail"),
            ["Draft → Requested", "Requested → Approved", "Approved → Processing", "Processing → Done"],
        )
        self.assertEqual(
            [event.partner_id for event in states],
            [user.partner_id for user in (self.rma_all, self.rma_manager, self.stock_user, self.rma_all)],
        )
        received = self._event(rma, "received")
        self.assertEqual(received.detail, "2 Units Chair")
        self.assertEqual(received.partner_id, self.stock_user.partner_id)
        receipt = rma.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code == "incoming")
        self.assertEqual(received.document, receipt.name)
        self.assertEqual(self._event(rma, "restocked").detail, "2 Units Chair")
        refunded = self._event(rma, "refunded")
        self.assertIn("92.00", refunded.detail)
        self.assertEqual(refunded.document, rma.sudo().refund_ids.display_name)
        self.assertEqual(self._event(rma, "created").partner_id, self.rma_all.partner_id)
        self.assertEqual(len(self._event(rma, "customer_told")), 4)
        self.assertEqual(rma.history_ids, rma.history_ids.sorted(lambda event: (event.date, event.id), reverse=True))

    def test_quantity_shows_no_more_decimals_than_it_needs(self):
        unit = self.env.ref("uom.product_uom_unit")
        self.assertEqual(
            [unit._format_rma_quantity(quantity) for quantity in (0.0, 2.0, 10.0, 2.5)], ["0", "2", "10", "2.5"]
        )

    def test_repair_replacement_and_scrap_are_told_apart(self):
        self.refund.disposition = "scrap"
        rma = self._live((self.chair, 1, self.refund))
        self.assertIn("scrapped", self._kinds(rma))
        self.assertNotIn("restocked", self._kinds(rma))
        self.assertEqual(self._event(rma, "scrapped").res_model, "stock.scrap")

        rma = self._live((self.chair, 1, self.replace))
        self.assertNotIn("replaced", self._kinds(rma), "not delivered yet")
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing"))
        self._commit()
        self.assertEqual(self._event(rma, "replaced").detail, "1 Units Chair")

        rma = self._live((self.chair, 1, self.repair))
        repair = rma.sudo().repair_ids
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing"))
        self._commit()
        self.assertEqual(self._event(rma, "repaired").document, repair.name)
        self.assertEqual(self._event(rma, "sent_back").detail, "1 Units Chair")

    def test_exchange_names_its_order(self):
        rma = self._live((self.chair, 1, self.replace, {"replacement_product_id": self.table.id}))
        ordered = self._event(rma, "ordered")
        self.assertEqual(ordered.detail, "1 Units Table")
        self.assertEqual(ordered.sudo().action_open()["res_id"], rma.sudo().replacement_sale_order_ids.id)

    def test_draft_credit_note_is_no_event(self):
        self.refund.post_credit_note = False
        rma = self._live((self.chair, 1, self.refund))
        self.assertNotIn("refunded", self._kinds(rma))
        rma.sudo().refund_ids.action_post()
        self._commit()
        self.assertIn("refunded", self._kinds(rma))

    def test_staff_who_were_told_are_named(self):
        self.company.rma_notify_user_ids = self.rma_manager
        rma = self._live((self.chair, 1, self.refund))
        self.assertTrue(any(self.rma_manager.name in (event.detail or "") for event in self._event(rma, "staff_told")))

    def test_events_follow_the_rights_on_the_return(self):
        rma = self._live((self.chair, 1, self.refund))
        events = self.env["rma.history"].with_user(self.rma_user).search([("order_id", "=", rma.id)])
        self.assertFalse(events, "the return of somebody else")
        self.assertTrue(self.env["rma.history"].with_user(self.rma_all).search([("order_id", "=", rma.id)]))
        with self.assertRaises(AccessError):
            self.env["rma.history"].with_user(self.stock_user).search([])

    def test_events_cannot_be_written(self):
        rma = self._live((self.chair, 1, self.refund))
        with self.assertRaises(AccessError):
            rma.history_ids[:1].with_user(self.rma_manager).write({"note": "Nothing happened"})

    def test_history_is_read_by_one_query_through_indexes(self):
        rma = self._live((self.chair, 1, self.refund))
        query = self.env["rma.history"].sudo()._search([("order_id", "in", rma.ids)])
        self.cr.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query.select())))
        for table in ("stock_move", "mail_message", "account_move", "mail_tracking_value", "rma_order_line"):
            self.assertNotRegex(plan, rf"Seq Scan on {table}\b")
        spec = {"history_ids": {"fields": {"date": {}, "kind": {}, "detail": {}, "document": {}, "partner_id": {}}}}
        rma.web_read(spec)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        rma.web_read(spec)
        self.assertLess(self.cr.sql_log_count - before, 30)

    # === Messages ===

    def test_messages_are_what_the_customer_sees(self):
        rma = self._live((self.chair, 1, self.refund))
        note = rma.message_post(body="Between us", subtype_xmlid="mail.mt_note", message_type="comment")
        letter = rma.message_post(body="Dear Ada", subtype_xmlid="mail.mt_comment", message_type="comment")
        self.env.invalidate_all()
        self.assertIn(letter, rma.customer_message_ids)
        self.assertNotIn(note, rma.customer_message_ids)
        self.assertFalse(rma.sudo().customer_message_ids.tracking_value_ids)

    def test_letter_reaches_the_customer_and_is_in_the_history(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        action = rma.action_write_to_customer()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.rma_all)
            .with_context(**action["context"])
            .create({"body": "Dear Ada"})
        )
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertFalse(composer.template_id)
        composer.action_send_mail()
        self._commit()
        message = rma.customer_message_ids
        self.assertIn("Dear Ada", message.body)
        self.assertIn(self.customer, message.notification_ids.res_partner_id)
        self.assertEqual(self._event(rma, "customer_told").partner_id, self.rma_all.partner_id)

    def test_answer_of_the_customer_is_in_the_thread_and_in_the_history(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        answer = rma.sudo().message_post(
            body="Thank you",
            message_type="email",
            author_id=self.customer.id,
            subtype_xmlid="mail.mt_comment",
        )
        self._commit()
        self.assertIn(answer, rma.customer_message_ids)
        self.assertEqual(self._event(rma, "customer_wrote").partner_id, self.customer)
