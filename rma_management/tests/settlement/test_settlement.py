from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestSettlement(RmaCase):
    """X18: one ledger says how much of what ends in which way, who decided it, when and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 5))

    def _decisions(self, rma, resolution=None):
        decisions = rma.sudo().settlement_ids
        return decisions.filtered(lambda decision: resolution in (None, decision.resolution))

    def _decide(self, rma, *rows):
        """Complete the process screen with these rows in place of the plan."""
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.decision_ids.unlink()
        wizard.line_ids.qty_restock = 0
        self.env["rma.process.decision"].with_user(self.rma_all).create(
            [{"wizard_id": wizard.id, "rma_line_id": rma.line_ids[0].id, **row} for row in rows]
        )
        wizard.action_complete()

    def test_plan_is_written_down_when_it_is_settled(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self.assertFalse(self._decisions(rma), "what the operation plans needs no record")
        rma.action_settle()
        decision = self._decisions(rma)
        self.assertEqual((decision.resolution, decision.quantity, decision.qty_done), ("refund", 2, 2))
        self.assertTrue(decision.is_planned)
        self.assertEqual(decision.user_id, self.rma_all)

    def test_who_refused_the_money_and_why_is_kept(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._decide(
            rma,
            {"resolution": "refund", "quantity": 1},
            {"resolution": "nothing", "quantity": 1, "note": "Broken by the customer"},
        )
        decision = self._decisions(rma, "nothing")
        self.assertEqual((decision.quantity, decision.note), (1, "Broken by the customer"))
        self.assertEqual((decision.user_id, decision.is_planned), (self.rma_all, False))
        self.assertEqual((rma.line_ids.qty_nothing, rma.state), (1, "done"))
        event = rma.history_ids.filtered(lambda event: event.kind == "decided" and "Broken" in event.detail)
        self.assertEqual(event.partner_id, self.rma_all.partner_id)

    def test_what_no_row_decides_is_written_down_as_given_without_a_reason(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 0}))
        decision = self._decisions(rma, "nothing")
        self.assertEqual((decision.quantity, decision.note), (2, "No reason was given."))

    def test_two_different_replacements_of_one_item_are_two_decisions(self):
        other = self._create_product("Stool", 30.0)
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._decide(
            rma,
            {"resolution": "replace", "quantity": 1, "product_id": self.table.id},
            {"resolution": "replace", "quantity": 2, "product_id": other.id},
        )
        decisions = self._decisions(rma, "replace")
        self.assertEqual(decisions.product_id, self.table | other)
        lines = rma.sudo().replacement_sale_order_ids.order_line
        self.assertEqual({line.product_id: line.product_uom_qty for line in lines}, {self.table: 1, other: 2})
        self.assertEqual(lines.rma_settlement_id, decisions)
        self.assertEqual((rma.line_ids.qty_refunded, rma.line_ids.qty_replaced, rma.state), (3, 3, "processing"))

    def test_documents_point_to_the_decision_they_carry_out(self):
        rma = self._return(self.order, (self.chair, 4, self.refund))
        self._decide(
            rma,
            {"resolution": "refund", "quantity": 1},
            {"resolution": "replace", "quantity": 1, "product_id": self.chair.id},
            {"resolution": "replace", "quantity": 1, "product_id": self.table.id},
            {"resolution": "repair", "quantity": 1},
        )
        decided = self._decisions(rma).filtered(lambda decision: decision.resolution != "wait").sorted("id")
        for decision in decided:
            self.assertEqual(decision.qty_done, 1, decision.display_name)
        refund, same, other, repair = decided
        self.assertEqual(rma.sudo().refund_ids.invoice_line_ids.rma_settlement_id, refund | other)
        self.assertEqual(same.move_ids.product_id, self.chair)
        self.assertEqual(repair.repair_ids, rma.sudo().repair_ids)

    def test_every_step_of_a_delivery_points_to_the_decision(self):
        self.warehouse.delivery_steps = "pick_ship"
        rma = self._return(self.order, (self.chair, 1, self.replace))
        rma.action_settle()
        moves = rma.sudo().line_ids._get_replacement_moves()
        pick = moves.move_orig_ids or rma.sudo().picking_ids.move_ids.filtered(lambda move: move.state == "assigned")
        self._validate(pick.picking_id)
        self.assertEqual(self._decisions(rma).move_ids, rma.sudo().line_ids.move_ids.filtered("rma_settlement_id"))
        self.assertIn(rma.sudo().line_ids._get_replacement_moves(), self._decisions(rma).move_ids)
        self.assertEqual(self._decisions(rma).qty_done, 1)

    def test_deleted_document_leaves_the_decision_to_be_carried_out_again(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        rma.sudo().refund_ids.unlink()
        decision = self._decisions(rma)
        self.assertEqual((decision.qty_done, rma.line_ids.qty_to_settle), (0, 2))
        rma.action_settle()
        self.assertEqual(self._decisions(rma), decision, "it is the same decision")
        self.assertEqual(decision.qty_done, 2)

    def test_what_is_decided_otherwise_later_is_revoked_and_not_overwritten(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        rma.sudo().refund_ids.unlink()
        self._process(rma, (self.chair, {"qty_refund": 1}))
        old, *new = self._decisions(rma).sorted("id")
        self.assertEqual((old.quantity, old.qty_revoked, old.qty_done), (2, 2, 0))
        self.assertEqual(
            [(decision.resolution, decision.quantity) for decision in new], [("refund", 1), ("nothing", 1)]
        )

    def test_what_is_reopened_of_a_mixed_decision_is_counted_to_the_unit(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._decide(
            rma,
            {"resolution": "refund", "quantity": 1},
            {"resolution": "replace", "quantity": 1, "product_id": self.chair.id},
            {"resolution": "replace", "quantity": 1, "product_id": self.table.id},
        )
        order = rma.sudo()
        order.refund_ids.unlink()
        order.replacement_sale_order_ids._action_cancel()
        order.line_ids._get_replacement_moves()._action_cancel()
        self.assertEqual(rma.line_ids.qty_to_settle, 3)
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(
            sorted((row.resolution, row.product_id.name or "", row.quantity) for row in wizard.decision_ids),
            [("refund", "", 1), ("replace", "Chair", 1), ("replace", "Table", 1)],
        )
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_refunded, rma.line_ids.qty_replaced, rma.state), (2, 2, "processing"))
        self.assertEqual(rma.line_ids.qty_to_settle, 0)

    def test_charges_are_decisions_and_so_is_what_is_waived(self):
        self.company.rma_approval_amount = 100000
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.write({"fee_type": "amount", "refund_fee": 0, "refund_adjustment": 5, "adjustment_reason": "Goodwill"})
        wizard.action_complete()
        fee, adjustment = self._decisions(rma, "fee"), self._decisions(rma, "adjustment")
        self.assertEqual((fee.amount, fee.is_booked, fee.user_id), (0, True, self.rma_all))
        self.assertEqual((adjustment.amount, adjustment.note), (5, "Goodwill"))
        self.assertEqual(adjustment.credit_line_ids.name, "Goodwill")

    def test_fee_of_the_plan_is_written_down_too(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        fee = self._decisions(rma, "fee")
        self.assertTrue(fee.is_planned)
        self.assertEqual(fee.credit_line_ids.price_unit, fee.amount)

    def test_waived_fee_counts_for_what_was_processed_and_not_for_the_rest(self):
        self.reason.write({"fee_type": "amount", "fee_amount": 3})
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self._receive(rma, {self.chair: 1})
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.write({"fee_type": "amount", "refund_fee": 0})
        wizard.action_complete()
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(self._decisions(rma, "fee").sorted("id").mapped("amount"), [0, -3])

    def test_inspection_that_finds_goods_worthless_is_the_reason_kept(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        grade = self.env.ref("rma_management.rma_grade_junk")
        inspection = self.env["rma.inspection"].with_user(self.rma_all)
        result = inspection.create(
            {"line_id": rma.line_ids.id, "quantity": 1, "grade_id": grade.id, "remark": "Sawn in two"}
        )
        rma.action_settle()
        decision = self._decisions(rma, "nothing")
        self.assertEqual((decision.inspection_id, decision.quantity), (result, 1))
        self.assertIn("Sawn in two", decision.note)
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (1, "done"))

    def test_nobody_but_the_engine_writes_decisions(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        values = {"order_id": rma.id, "line_id": rma.line_ids.id, "resolution": "refund", "quantity": 1}
        for user in (self.rma_user, self.rma_all, self.rma_manager):
            decisions = rma.with_user(user).settlement_ids
            with self.assertRaises(AccessError):
                decisions.create(values)
            with self.assertRaises(AccessError):
                decisions.write({"quantity": 5})
            with self.assertRaises(AccessError):
                decisions.unlink()

    def test_staff_see_the_decisions_of_their_returns_only(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        decisions = self._decisions(rma)
        rma.sudo().user_id = self.rma_all
        self.assertFalse(decisions.with_user(self.rma_user).search([("id", "in", decisions.ids)]))
        self.assertTrue(decisions.with_user(self.rma_all).search([("id", "in", decisions.ids)]))

    def test_return_that_begins_again_is_decided_about_anew(self):
        self.refund.receipt_policy = "after"
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        rma.sudo().refund_ids.unlink()
        rma.with_user(self.rma_manager).action_draft()
        decision = self._decisions(rma)
        self.assertEqual((decision.quantity, decision.qty_revoked), (2, 2))
        with self.assertRaisesRegex(UserError, "have been recorded"):
            rma.line_ids.unlink()

    def test_resolution_without_its_model_keeps_the_registry_from_loading(self):
        resolution = self.env["rma.resolution"]
        values = [*resolution._get_values(), "swap"]
        with (
            patch.object(type(resolution), "_get_values", lambda self: values),
            self.assertRaisesRegex(TypeError, "rma.resolution.swap"),
        ):
            resolution._register_hook()

    def test_resolution_without_a_hook_keeps_the_registry_from_loading(self):
        base = self.env["rma.resolution"]
        repair = type(self.env["rma.resolution.repair"])
        with (
            patch.object(repair, "_settle", type(base)._settle),
            self.assertRaisesRegex(TypeError, "rma.resolution.repair lacks the method _settle"),
        ):
            base._register_hook()

    def test_more_than_is_left_is_refused(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, "only 2 Units are left"):
            self._decide(rma, {"resolution": "refund", "quantity": 2}, {"resolution": "repair", "quantity": 1})
        self.assertFalse(self._decisions(rma))

    def test_order_counts_what_another_addon_left_until_its_return_is_settled(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        line, sold = rma.line_ids, self.order.order_line.filtered(lambda line: line.product_id == self.chair)
        line.sudo().is_taken_over = True
        # That addon left it to the order to credit what came back.
        line.sudo()._get_receipts()._set_rma_to_refund(True)
        self.assertEqual((sold.qty_delivered, sold.qty_to_invoice), (3, -2))
        line.sudo()._settle_automatically()
        self.assertTrue(line.is_taken_over, "nothing was settled")
        rma.action_settle()
        self.assertFalse(line.is_taken_over)
        self.assertEqual((rma.state, line.qty_refunded), ("done", 2))
        self.assertEqual((sold.qty_delivered, sold.qty_invoiced, sold.qty_to_invoice), (3, 3, 0))
        with self.assertRaises(UserError):
            rma.with_user(self.rma_manager).line_ids.is_taken_over = True
