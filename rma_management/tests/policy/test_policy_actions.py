from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyActions(PolicyCase):
    """X4: what a rule decides is done, whoever asked; what it leaves open is left to reasons and resolutions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def _allow(self, **values):
        return self._rule(decision="allow", refusal_message=False, **values)

    def _request(self, **values):
        rma = self._ask_for(**values)
        rma.action_request()
        return rma

    def test_every_action_has_a_test(self):
        tested = {name.removeprefix("test_action_") for name in dir(self) if name.startswith("test_action_")}
        rules = self.env["rma.policy.rule"]
        # Addons test what they add.
        own = {name for name in rules._get_decision_names() if rules._fields[name]._module == "rma_management"}
        self.assertEqual(tested, {"decision", "refusal_message", *own})
        self.assertGreaterEqual(len(tested), 12)

    # === Allowed or not ===

    def test_action_decision(self):
        """The first rule that matches decides."""
        self._rule(sequence=2)
        self.assertTrue(self._refuses())
        allowed = self._allow(sequence=1, product_ids=self.chair)
        self.assertFalse(self._refuses())
        self.assertEqual(self._verdict().rule_id, allowed.id)
        self.assertTrue(self._refuses(self.order.order_line[1]))

    def test_action_refusal_message(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self._rule()
        rule.with_context(lang="fr_FR").refusal_message = "Pas cela."
        self.assertEqual(self.sold._get_policy_refusal(1.0), "Not this.")
        self.assertEqual(self.sold.with_context(lang="fr_FR")._get_policy_refusal(1.0), "Pas cela.")
        rule.refusal_message = False
        self.assertIn("does not cover this item", self.sold._get_policy_refusal(1.0))

    def test_action_window_days(self):
        self._allow(window_days=30)
        self._age(30)
        self.assertEqual(self._verdict().until, self.today)
        self.assertFalse(self._refuses())
        self._age(31)
        self.assertRegex(self.sold._get_policy_refusal(1.0), "could be returned until .*20")

    def test_window_counts_from_order_and_invoice(self):
        rule = self._allow(window_days=30, days_from="order")
        self.order.date_order = fields.Datetime.now() - timedelta(days=31)
        self.assertTrue(self._refuses())
        rule.days_from = "invoice"
        self.assertFalse(self._refuses())
        self._date_invoice(self.today - timedelta(days=31))
        self.assertTrue(self._refuses())

    def test_window_of_what_was_requested_in_time_stays_open(self):
        self._allow(window_days=30)
        self._age(30)
        rma = self._request()
        self._age(40)
        self.assertTrue(self._refuses())
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.state, "approved")

    def test_action_window_until(self):
        rule = self._allow(window_days=5, window_until=self.today + timedelta(days=20))
        self.assertEqual(self._verdict().until, rule.window_until, "the later day counts")
        rule.window_until = self.today + timedelta(days=1)
        self.assertEqual(self._verdict().until, self.today + timedelta(days=5))
        rule.write({"window_days": 0, "window_until": self.today - timedelta(days=1)})
        self.assertTrue(self._refuses())

    def test_season_of_november_until_the_end_of_january(self):
        self._allow(bought_from="2020-11-01", bought_until="2020-11-30", window_until="2021-01-31", every_year=True)
        self.order.date_order = "2025-11-20 12:00:00"
        self.assertEqual(self._verdict().until, date(2026, 1, 31))

    # === What the customer may choose, and is asked ===

    def test_action_offered_operation_ids(self):
        self._allow(offered_operation_ids=self.replace)
        self.assertFalse(self._refuses(), "not chosen yet")
        self.assertFalse(self._refuses(operation_type=self.replace))
        refusal = self.sold._get_policy_refusal(1.0, operation_type=self.refund)
        self.assertIn(self.replace.name, refusal)
        with self.assertRaisesRegex(UserError, self.replace.name):
            self._request()
        self._request(operation=self.replace)

    def test_action_photo_required(self):
        self._allow(photo_required=True)
        line = self._get_request_line()
        self.assertIn("Add a photo", line._get_missing())
        self._rule(decision="allow", sequence=1, product_ids=self.chair)
        self.assertFalse(line._get_missing())

    def test_action_question(self):
        self._allow(question="Which leg?")
        line = self._get_request_line()
        self.assertIn("Which leg?", line._get_missing())
        line.comment = "The left one."
        self.assertFalse(line._get_missing())

    def _get_request_line(self):
        request = self.env["rma.request"].create({"token": "policy", "visitor_id": self.customer.id})
        request._set_items(self.order, {self.sold: 1.0})
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.refund.id})
        return request.line_ids

    def test_condition_is_asked_where_a_rule_depends_on_it(self):
        self._rule(stated_condition="used", product_ids=self.chair)
        line = self._get_request_line()
        self.assertTrue(line._asks_condition())
        self.assertIn("in which condition", line._get_missing())
        line.stated_condition = "used"
        self.assertTrue(line._get_policy_refusal())
        rma = self._ask_for()
        with self.assertRaisesRegex(UserError, "State the condition"):
            rma.action_request()
        rma.line_ids.stated_condition = "unopened"
        rma.action_request()
        self._request(product=self.table)

    # === Money ===

    def _get_fee(self, **values):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        return self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id}).refund_fee

    def test_action_fee_type(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 50})
        rule = self._allow()
        self.assertEqual(self._get_fee(), 20, "of the reason")
        rule.write({"fee_type": "percent", "fee_percent": 10})
        self.assertEqual(self._get_fee(), 4)
        rule.write({"fee_type": "amount", "fee_amount": 3})
        self.assertEqual(self._get_fee(), 3)
        rule.fee_type = "none"
        self.assertEqual(self._get_fee(), 0)

    def test_fee_is_that_of_the_rule_as_it_was(self):
        rule = self._allow(fee_type="percent", fee_percent=10)
        rma = self._return(self.order, (self.chair, 1, self.refund))
        # As if the rule had been switched on some time ago.
        rule.sudo().on_from -= timedelta(days=1)
        rule.fee_percent = 90
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.refund_fee, 4)

    def test_action_shipping(self):
        rma = self._request()
        self.assertEqual(rma.line_ids._get_shipping_terms(), self.refund.refund_shipping)
        rule = self._allow(shipping="always")
        self.refund.refund_shipping = "never"
        rma = self._request()
        self.assertEqual(rma.line_ids._get_shipping_terms(), "always")
        self.assertTrue(rma._is_shipping_refunded([{"line": rma.line_ids}]))
        self.refund.refund_shipping = "always"
        rule.shipping = "never"
        rma = self._request()
        self.assertFalse(rma._is_shipping_refunded([{"line": rma.line_ids}]))

    # === Approval ===

    def test_action_approval(self):
        self.company.rma_auto_approval_amount = 1000
        self.assertEqual(self._request().state, "requested")
        rule = self._allow(approval="auto")
        self.assertEqual(self._request().state, "approved")
        self.reason.auto_approve = True
        rule.approval = "manual"
        self.assertEqual(self._request().state, "requested")
        rule.approval = "auto"
        self.company.rma_auto_approval_amount = 10
        self.assertEqual(self._request().state, "requested", "above the limit of the settings")

    def test_action_approver_group_id(self):
        group = self.env["res.groups"].create({"name": "Quality"})
        self.company.rma_auto_approval_amount = self.company.rma_approval_amount = 1000
        self.reason.auto_approve = True
        self._allow(approver_group_id=group)
        rma = self._request(user=self.rma_all)
        self.assertEqual(rma.state, "requested", "not automatically")
        for user in (self.rma_all, self.rma_manager):
            with self.assertRaisesRegex(AccessError, "Quality"):
                rma.with_user(user).action_approve()
        expert = new_test_user(self.env, "expert", "rma_management.group_rma_all", email="e@example.com")
        expert.group_ids |= group
        self.assertEqual(rma._get_approvers(), expert)
        rma.with_user(expert).action_approve()
        self.assertEqual(rma.state, "approved")

    def test_action_tag_ids(self):
        tag = self.env["rma.order.tag"].create({"name": "To check"})
        self._allow(tag_ids=tag, product_ids=self.chair)
        self.assertEqual(self._request().tag_ids, tag)
        self.assertFalse(self._request(product=self.table).tag_ids)

    # === Goods ===

    def test_action_warehouse_id(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Returns Center", "code": "RETC"})
        self._allow(warehouse_id=warehouse, product_ids=self.chair)
        rma = self._approve(self._ask_for())
        self.assertEqual(rma.sudo().picking_ids.picking_type_id.warehouse_id, warehouse)
        rma = self._approve(self._ask_for(self.table))
        self.assertEqual(rma.sudo().picking_ids.picking_type_id.warehouse_id, self.warehouse)

    def test_action_disposition(self):
        self.refund.disposition = "restock"
        self._allow(disposition="scrap", product_ids=self.chair)
        rma = self._return(self.order, (self.chair, 1, self.refund), (self.table, 1, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.line_ids.mapped("qty_scrap"), [1, 0])
        self.assertEqual(wizard.line_ids.mapped("qty_restock"), [0, 1])

    def test_action_keep_operation_id(self):
        rule = self._allow(keep_operation_id=self.refund_keep, price_max=50)
        rma = self._request()
        self.assertEqual(rma.line_ids.operation_type_id, self.refund_keep)
        self.assertEqual(rma.line_ids.policy_rule_id, rule)
        rma.with_user(self.rma_manager).action_approve()
        self.assertFalse(rma.sudo().picking_ids)
        self.assertEqual(self._request(product=self.table).line_ids.operation_type_id, self.refund)
        self.assertEqual(self._request(operation=self.replace).line_ids.operation_type_id, self.replace)

    def test_kept_only_by_a_resolution_that_keeps(self):
        with self.assertRaises(ValidationError):
            self._allow(keep_operation_id=self.refund)

    def test_reason_must_allow_that_the_product_is_kept(self):
        self.reason.operation_type_ids = [Command.set(self.refund.ids)]
        self._allow(keep_operation_id=self.refund_keep)
        self.assertEqual(self._request().line_ids.operation_type_id, self.refund)
