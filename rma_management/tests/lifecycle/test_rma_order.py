from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestRmaOrder(RmaCase):
    """R1, R3, R4, R11, R13, P4, C1, C2, C6: a return from request to end, and who may take which step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    # === C1: number, date ===

    def test_number_is_given_when_saved(self):
        first, second = self._ask(self.order, (self.chair, 1, self.refund)), self._ask(self.order)
        self.assertTrue(first.name.startswith("RMA"))
        self.assertNotEqual(first.name, second.name)

    def test_number_may_be_typed_and_is_unique_per_company(self):
        rma = self._ask(self.order)
        rma.name = "SHOP-7"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self._ask(self.order).name = "SHOP-7"
            self.env.flush_all()
        self.assertEqual(rma.name, "SHOP-7")

    def test_batch_gets_numbers_and_defaults(self):
        values = self.order._prepare_rma_values()
        rmas = self.env["rma.order"].with_user(self.rma_user).create([values] * 3)
        self.assertEqual(len(set(rmas.mapped("name"))), 3)
        self.assertEqual(rmas.user_id, self.rma_user)
        self.assertEqual(rmas.mapped("state"), ["draft"] * 3)

    # === R4: the way to approval ===

    def test_request_waits_for_approval_and_makes_no_document(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        self.assertEqual(rma.state, "requested")
        self.assertFalse(rma.picking_ids)

    def test_approval_makes_the_receipt(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund), (self.table, 1, self.refund)))
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.picking_ids.picking_type_id, self.warehouse.rma_type_id)
        self.assertEqual(len(rma.picking_ids.move_ids), 2)
        self.assertEqual(rma.approved_by_id, self.rma_manager)
        self.assertTrue(rma.date_approved)

    def test_only_a_manager_approves_or_rejects(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        self.assertFalse(rma.can_approve)
        with self.assertRaises(AccessError):
            rma.action_approve()
        with self.assertRaises(AccessError):
            rma.action_reject("No.")
        self.assertEqual(rma.state, "requested")

    def test_rejection_needs_a_reason_and_tells_the_customer(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        managed = rma.with_user(self.rma_manager)
        with self.assertRaises(UserError):
            managed.action_reject("  ")
        wizard = (
            self.env["rma.reject"]
            .with_user(self.rma_manager)
            .create({"rma_ids": rma.ids, "reason": "The chair was used."})
        )
        wizard.action_reject()
        self.assertEqual(rma.state, "rejected")
        self.assertEqual(rma.reject_reason, "The chair was used.")
        self._run_announcements()
        message = rma.message_ids.filtered(lambda message: "The chair was used." in (message.body or ""))
        self.assertIn(self.customer, message.partner_ids)

    def test_rejected_quantity_can_be_asked_again(self):
        rma = self._ask(self.order, (self.chair, 5, self.refund))
        rma.action_request()
        rma.with_user(self.rma_manager).action_reject("No.")
        self._approve(self._ask(self.order, (self.chair, 5, self.refund)))

    def test_steps_are_safe_to_repeat(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(len(rma.picking_ids), 1)
        self._receive(rma)
        rma.action_settle()
        rma.action_settle()
        self.assertEqual(len(rma.sudo().refund_ids), 1)

    def test_steps_work_on_many_records_at_once(self):
        rmas = self._ask(self.order, (self.chair, 2, self.refund)) | self._ask(self.order, (self.table, 1, self.refund))
        rmas.action_request()
        rmas.with_user(self.rma_manager).action_approve()
        self._receive(rmas)
        rmas.action_settle()
        self.assertEqual(rmas.mapped("state"), ["done", "done"])

    def test_status_is_not_written_past_its_methods(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        for values in ({"state": "approved"}, {"date_approved": fields.Datetime.now()}, {"state": "draft"}):
            with self.assertRaises(UserError):
                rma.write(values)
        with self.assertRaises(UserError):
            self.env["rma.order"].with_user(self.rma_manager).create(
                {"partner_id": self.customer.id, "state": "approved"}
            )

    def test_wrong_step_is_refused_with_a_sentence(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, "cannot change from draft to approved"):
            rma.with_user(self.rma_manager).action_approve()
        with self.assertRaisesRegex(UserError, "not approved yet"):
            rma.action_settle()

    def test_incomplete_request_is_refused(self):
        with self.assertRaisesRegex(UserError, "no items"):
            self._ask(self.order).action_request()
        with self.assertRaisesRegex(UserError, "Choose a return reason"):
            self._ask(self.order, (self.chair, 1, self.refund, {"reason_id": False})).action_request()
        with self.assertRaisesRegex(UserError, "Choose a resolution"):
            self._ask(self.order, (self.chair, 1, self.env["rma.operation.type"])).action_request()

    def test_item_without_an_order_is_for_managers(self):
        values = {
            "partner_id": self.customer.id,
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": self.chair.id,
                        "reason_id": self.reason.id,
                        "operation_type_id": self.refund.id,
                    },
                )
            ],
        }
        with self.assertRaisesRegex(UserError, "Only a returns manager"):
            self.env["rma.order"].with_user(self.rma_all).create(values).action_request()
        rma = self.env["rma.order"].with_user(self.rma_manager).create(values)
        rma.action_request()
        rma.action_approve()
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(rma.state, "done")
        self.assertFalse(rma.sudo().refund_ids, "what was not sold here is not refunded here")

    # === P4: cancel and begin again ===

    def test_cancel_calls_the_receipt_off(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        rma.action_cancel()
        self.assertEqual(rma.state, "cancel")
        self.assertEqual(rma.picking_ids.state, "cancel")
        self.assertEqual(self.order.order_line[0].qty_returnable, 5)

    def test_reset_and_approve_again_makes_a_new_receipt(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        rma.action_draft()
        self.assertEqual(rma.state, "draft")
        self._approve(rma)
        self.assertEqual(sorted(rma.picking_ids.mapped("state")), ["assigned", "cancel"])

    def test_nothing_is_cancelled_once_goods_have_arrived(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        for action in (rma.action_cancel, rma.action_draft):
            with self.assertRaises(UserError):
                action()
        self.assertEqual(rma.state, "processing")

    def test_close_calls_off_what_did_not_come(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        self._receive(rma, {self.chair: 1})
        rma.action_settle()
        self.assertEqual(rma.state, "processing", "two are still expected")
        rma.action_done()
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.line_ids.qty_expected, 0)

    def test_close_is_refused_while_something_is_to_settle(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        with self.assertRaisesRegex(UserError, "not settled"):
            rma.action_done()

    def test_items_are_frozen_after_approval(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            rma.line_ids.product_uom_qty = 5
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            rma.line_ids.unlink()
        with self.assertRaises(AccessError):
            rma.line_ids.settlement_ids.create(
                {"order_id": rma.id, "line_id": rma.line_ids.id, "resolution": "refund", "quantity": 1}
            )

    def test_what_was_requested_is_archived_and_not_deleted(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund))).with_user(self.rma_manager)
        with self.assertRaisesRegex(UserError, "in progress"):
            rma.unlink()
        for action in (rma.action_cancel, rma.action_draft):
            action()
            with self.assertRaisesRegex(UserError, "cannot be deleted"):
                rma.unlink()
        rma.active = False
        self.assertTrue(rma.approval_ids)

    def test_drafts_are_deleted(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund)).with_user(self.rma_manager)
        rma.action_cancel()
        rma.unlink()
        self.assertFalse(rma.exists())

    def test_context_deletes_no_item_of_an_approved_return(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            rma.line_ids.with_context(rma_unlink_order=True).unlink()

    def _flush_tracking(self):
        """Do what the end of a request does with tracked values."""
        self.env.flush_all()
        self.cr.precommit.run()

    # === R3: reasons and operations ===

    def test_reason_proposes_its_operation(self):
        self.reason.operation_type_id = self.repair
        rma = self._ask(self.order)
        rma.write({"line_ids": [(0, 0, {"product_id": self.chair.id, "reason_id": self.reason.id})]})
        self.assertEqual(rma.line_ids.operation_type_id, self.repair)
        self.assertEqual(rma.line_ids.sale_line_id, self.order.order_line[0])

    def test_reason_and_operation_that_do_not_fit_cannot_be_chosen_together(self):
        self.reason.operation_type_ids = self.replace
        with self.assertRaisesRegex(ValidationError, "does not allow"):
            self._ask(self.order, (self.chair, 1, self.refund))
        with self.assertRaisesRegex(ValidationError, "default resolution"):
            self.reason.operation_type_id = self.repair

    # === P2: from the order ===

    def test_order_offers_what_can_be_returned(self):
        self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self.assertTrue(self.order.rma_can_return)
        wizard = (
            self.env["rma.create.from.order"]
            .with_user(self.rma_all)
            .create({"sale_order_id": self.order.id, "reason_id": self.reason.id, "operation_type_id": self.refund.id})
        )
        self.assertEqual(wizard.line_ids.mapped("qty_returnable"), [3, 2])
        wizard.line_ids[0].quantity = 4
        with self.assertRaisesRegex(UserError, "Only 3 Units of Chair"):
            wizard.action_create()
        wizard.line_ids[0].quantity = 3
        rma = self.env["rma.order"].browse(wizard.action_create()["res_id"])
        self.assertEqual(rma.line_ids.mapped("product_uom_qty"), [3])
        self.assertEqual(rma.sale_order_id, self.order)
        self.assertIn(rma, self.order.with_user(self.rma_all).rma_ids)

    def test_nothing_chosen_is_refused(self):
        wizard = self.env["rma.create.from.order"].with_user(self.rma_all).create({"sale_order_id": self.order.id})
        with self.assertRaisesRegex(UserError, "quantity to return"):
            wizard.action_create()

    def test_order_of_another_customer_is_refused(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaises(UserError):
            self.env["rma.order"].with_user(self.rma_all).create(
                {"partner_id": stranger.id, "sale_order_id": self.order.id}
            )
        with self.assertRaises(UserError):
            self._ask(self.order, (self.chair, 1, self.refund)).partner_id = stranger

    # === C2, C6, R13 ===

    def test_return_is_found_by_what_people_know_of_it(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.sudo().picking_ids.carrier_tracking_ref = "TRACK-1"
        orders = self.env["rma.order"].with_user(self.rma_all)
        for domain in (
            [("name", "ilike", rma.name[-3:])],
            [("line_ids.sale_line_id.order_id", "ilike", self.order.name)],
            [("partner_id", "child_of", self.customer.commercial_partner_id.id)],
            [("line_ids.product_id", "ilike", "Chair")],
            [("picking_ids.carrier_tracking_ref", "ilike", "TRACK-1")],
        ):
            self.assertIn(rma, orders.search(domain), domain)

    def test_documents_are_seen_from_the_return_and_point_back(self):
        rma = self._return(self.order, (self.chair, 2, self.refund), (self.table, 1, self.repair))
        rma.action_settle()
        self.assertEqual(len(rma.picking_ids), 2, "the receipt, and the way to the shelf")
        self.assertEqual(rma.refund_count, 1)
        self.assertEqual(rma.repair_count, 1)
        for document in (rma.sudo().refund_ids, rma.sudo().picking_ids[:1], rma.sudo().repair_ids):
            self.assertEqual(document.action_view_rma()["res_id"], rma.id)
        self.assertEqual(self.customer.with_user(self.rma_all).rma_count, 1)

    def test_late_returns_are_found(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        self.assertFalse(rma.is_late)
        rma.date_requested = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        self.assertTrue(rma.is_late)
        self.assertIn(rma, self.env["rma.order"].search([("is_late", "=", True)]))

    # === R14 ===

    def test_slip_prints_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.with_context(lang="fr_FR").rma_return_instructions = "<p>Emballez bien.</p>"
        self.customer.lang = "fr_FR"
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        html = self.env["ir.actions.report"]._render_qweb_html("rma_management.report_rma_order", rma.ids)[0].decode()
        self.assertIn(rma.name, html)
        self.assertIn("Emballez bien.", html)
        self.assertIn("Chair", html)
        self.assertIn("QR", html)

    def test_slip_is_sent_from_the_return_with_the_pdf(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        action = rma.action_send()
        composer = self.env["mail.compose.message"].with_user(self.rma_all).with_context(**action["context"]).create({})
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertIn(rma.name, composer.subject)
        self.assertTrue(composer.template_id.report_template_ids)

    def test_operation_is_not_changed_behind_an_approval(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        for values in (
            {"operation_type_id": self.refund_keep.id},
            {"replacement_product_id": self.table.id},
            {"reason_id": self.reason.copy().id},
        ):
            with self.assertRaisesRegex(UserError, "can no longer be changed"):
                rma.line_ids.write(values)

    def test_order_lists_the_returns_of_all_its_lines(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund), (self.table, 1, self.refund))
        self.assertEqual(self.order.with_user(self.rma_all).rma_line_ids, rma.line_ids)

    def test_status_changes_are_in_the_chatter(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        self._flush_tracking()
        rma.action_request()
        self._flush_tracking()
        rma.with_user(self.rma_manager).action_approve()
        self._flush_tracking()
        self._receive(rma)
        self._flush_tracking()
        rma.action_settle()
        self._flush_tracking()
        changes = rma.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(changes.sorted("id").mapped("new_value_char"), ["Requested", "Approved", "Processing", "Done"])

    def test_goods_that_arrive_after_the_refund_can_still_be_put_away(self):
        self.refund.receipt_policy = "after"
        self.refund.disposition = "wait"
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self.assertEqual(rma.line_ids.qty_refunded, 2, "settled on approval")
        self._receive(rma)
        self.assertEqual(rma.state, "done")
        self.assertTrue(rma.can_process)
        self._process(rma, (self.chair, {"qty_restock": 2}))
        self.assertEqual(rma.line_ids.qty_restocked, 2)
        self.assertFalse(rma.can_process)

    def test_repaired_product_can_be_sent_back_again_when_its_delivery_was_cancelled(self):
        rma = self._return(self.order, (self.chair, 1, self.repair))
        rma.action_settle()
        repair = rma.sudo().repair_ids
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertFalse(rma.can_send_back)
        back = rma.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        back.action_cancel()
        self.assertTrue(rma.can_send_back)
        rma.action_settle()
        self.assertFalse(rma.can_send_back)
