from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..portal.common_portal import RmaPortalCase
from .common_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyDoors(PolicyCase, RmaPortalCase):
    """X4: website, guests, staff and RPC obey the return policy, whatever is posted; a manager may override it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "policy_clerk", "rma_management.group_rma_user", email="pc@example.com")

    def _ask_code(self):
        self.authenticate(None, None)
        self._post("/returns", number=self.order.name, email="ada@example.com")
        self._send_codes()
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        return self._path(self._post("/returns/code", code=mail.subject.rsplit(" ", 1)[1]))

    # === Website ===

    def test_website_shows_the_sentence_and_offers_no_quantity(self):
        self._rule(product_ids=self.chair)
        page = self._get(f"/my/orders/{self.order.id}/return").text
        self.assertIn("Not this.", page)
        self.assertNotIn(f'name="qty_{self.sold.id}"', page)
        refused = self._choose(self.order, {self.chair: "1"})
        self.assertEqual(refused.status_code, 200, "posted all the same")
        self.assertFalse(self.sold.rma_line_ids)

    def test_website_shows_the_last_day_of_each_line(self):
        self._rule(decision="allow", window_days=30)
        path = f"/my/orders/{self.order.id}/return"
        last = fields.Date.today() + timedelta(days=30)
        self.assertRegex(self._get(path).text, f"Last day: <span[^>]*>{last.strftime('%m/%d/%Y')}")
        self._age(31)
        self.assertIn("could be returned until", self._get(path).text)

    def test_website_refuses_by_the_answers_of_the_second_step(self):
        worn = self.reason.create({"name": "Worn"})
        self._rule(reason_ids=worn)
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        self.assertIn("Not this.", self._describe(path, reason=worn).text)
        self._post(f"{path}/check")
        self.assertFalse(self.sold.rma_line_ids)
        self.assertTrue(self._ask_online(self.order, {self.chair: "1"}))

    def test_website_offers_what_the_rule_offers(self):
        self._rule(decision="allow", offered_operation_ids=self.replace)
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        self.assertIn(f'data-operations="{self.replace.id}"', self._get(path).text)
        self.assertEqual(self._describe(path, operation=self.refund).status_code, 200, "posted all the same")
        self.assertFalse(self._request_of(path).line_ids.operation_type_id)
        self.assertEqual(self._path(self._describe(path, operation=self.replace)), f"{path}/check")

    def test_website_asks_for_the_condition(self):
        self._rule(stated_condition="used")
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        self.assertIn(f'name="condition_{line.id}"', self._get(path).text)
        self.assertIn("in which condition", self._describe(path).text)
        self.assertIn("in which condition", self._describe(path, condition="forged").text)
        self.assertIn("Not this.", self._describe(path, condition="used").text)
        self.assertEqual(self._path(self._describe(path, condition="unopened")), f"{path}/check")
        sent = self._path(self._post(f"{path}/check"))
        rma = self.env["rma.order"].browse(int(sent.rsplit("/", 1)[1]))
        self.assertEqual(rma.line_ids.stated_condition, "unopened")

    def test_rule_that_comes_before_sending_counts(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        self._describe(path)
        self._rule()
        self._post(f"{path}/check")
        self.assertFalse(self.sold.rma_line_ids)

    def test_guest_is_refused(self):
        self._rule(product_ids=self.chair)
        path = self._ask_code()
        page = self._get(path).text
        self.assertIn("Not this.", page)
        self.assertEqual(self._choose(self.order, {self.chair: "1"}, path=path).status_code, 200)
        self.assertEqual(self._choose(self.order, {self.table: "1"}, path=path).status_code, 303)

    # === Staff ===

    def test_clerk_is_refused_in_the_window_of_the_order(self):
        self._rule(product_ids=self.chair)
        wizard = (
            self.env["rma.create.from.order"]
            .with_user(self.clerk)
            .create({"sale_order_id": self.order.id, "reason_id": self.reason.id, "operation_type_id": self.refund.id})
        )
        line = wizard.line_ids[0]
        self.assertEqual(line.policy_refusal, "Not this.")
        line.quantity = 1
        with self.assertRaisesRegex(UserError, "Not this.*returns manager"):
            wizard.action_create()
        line.refusal_override_reason = "I want to"
        with self.assertRaises(AccessError):
            wizard.action_create()

    def test_clerk_is_refused_by_rpc(self):
        self._rule(product_ids=self.chair)
        rma = self._ask_for(user=self.clerk)
        self.assertEqual(rma.line_ids.policy_refusal, "Not this.")
        for context in ({}, {"rma_policy_facts": {}, "rma_policy_rule_id": 1, "website_id": 1}):
            with self.assertRaisesRegex(UserError, "Not this"):
                rma.with_context(**context).action_request()

    def test_clerk_sets_no_verdict(self):
        rule = self._rule()
        rma = self._ask_for(user=self.clerk)
        values = {"policy_rule_id": rule.id, "policy_verdict": "Fine", "policy_date": "2020-01-01 00:00:00"}
        for name, value in values.items():
            with self.assertRaises(UserError):
                rma.line_ids.write({name: value})
            with self.assertRaises(UserError):
                self._ask_for(user=self.clerk, **{name: value})
        with self.assertRaisesRegex(UserError, "Not this"):
            rma.action_request()

    def test_change_after_the_request_is_decided_anew(self):
        self._rule(product_ids=self.table)
        rma = self._ask_for(user=self.clerk)
        rma.action_request()
        self.assertEqual(rma.line_ids.policy_verdict, "No rule matches: reasons and resolutions decide.")
        rma.line_ids.write({"product_id": self.table.id, "sale_line_id": self.order.order_line[1].id})
        self.assertFalse(rma.line_ids.policy_date)
        with self.assertRaisesRegex(UserError, "Not this"):
            rma.with_user(self.rma_manager).action_approve()

    def test_line_added_after_the_request_is_decided(self):
        self._rule(product_ids=self.table)
        rma = self._ask_for(user=self.clerk)
        rma.action_request()
        rma.line_ids = [
            Command.create(
                {
                    "sale_line_id": self.order.order_line[1].id,
                    "reason_id": self.reason.id,
                    "operation_type_id": self.refund.id,
                }
            )
        ]
        with self.assertRaisesRegex(UserError, "Not this"):
            rma.with_user(self.rma_manager).action_approve()

    def test_change_after_the_request_evades_no_rule(self):
        """Changing an item forgets the rule that decided: it decides again before the approval."""
        self.company.rma_approval_amount = 10000
        group = self.env["res.groups"].create({"name": "Quality"})
        rule = self._rule(decision="allow", approver_group_id=group, fee_type="percent", fee_percent=20)
        rma = self._ask_for(user=self.clerk)
        rma.action_request()
        rma.line_ids.product_uom_qty = 2
        self.assertFalse(rma.line_ids.policy_rule_id)
        with self.assertRaisesRegex(AccessError, "Quality"), self.env.cr.savepoint():
            rma.action_approve()
        self.clerk.group_ids |= group
        rma.action_approve()
        self.assertEqual((rma.state, rma.line_ids.policy_rule_id), ("approved", rule))

    def test_backdating_a_return_opens_no_window(self):
        self._rule(decision="allow", window_days=30)
        self._age(40)
        rma = self._ask_for(user=self.clerk)
        rma.date_requested = fields.Datetime.now() - timedelta(days=20)
        with self.assertRaisesRegex(UserError, "could be returned until"):
            rma.action_request()

    # === What staff see, and a manager overrides ===

    def test_staff_see_the_verdict_and_its_rule(self):
        rule = self._rule(name="Chairs", decision="allow", product_ids=self.chair, window_days=30)
        rma = self._ask_for(user=self.clerk)
        rma.action_request()
        line = rma.line_ids.with_user(self.clerk)
        self.assertEqual(line.policy_rule_id, rule)
        self.assertIn("Chairs: allowed until", line.policy_verdict)
        self.assertEqual(line.policy_date, fields.Datetime.now())

    def test_manager_alone_overrides_with_a_reason_that_is_kept(self):
        rule = self._rule(name="Hygiene")
        rma = self._ask_for(user=self.clerk)
        with self.assertRaises(AccessError):
            rma.line_ids.action_override_refusal("Please")
        rma.with_user(self.rma_manager).line_ids.action_override_refusal("Sealed again")
        rma.action_request()
        self.assertEqual((rma.state, rma.line_ids.policy_rule_id), ("requested", rule))
        self.assertIn("Hygiene: refused. Not this.", rma.line_ids.policy_verdict)
        rma.with_user(self.rma_manager).action_approve()
        self.env.flush_all()
        event = rma.history_ids.filtered(lambda event: event.kind == "overridden")
        self.assertEqual((event.partner_id, event.detail), (self.rma_manager.partner_id, "Sealed again"))

    def test_only_managers_change_the_policy(self):
        rule = self._rule()
        for user in (self.clerk, self.rma_all, self.portal_user):
            rules = self.env["rma.policy.rule"].with_user(user)
            with self.assertRaises(AccessError):
                rules.create({"name": "Mine"})
            for operation in ("write", "unlink"):
                self.assertFalse(rules.browse(rule.id).has_access(operation))
            with self.assertRaises(AccessError):
                rules.browse(rule.id).action_try()
        self.assertTrue(rule.with_user(self.clerk).name)
        self.assertFalse(rule.with_user(self.portal_user).has_access("read"))

    def test_nobody_reads_the_rules_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        rule = self._rule(company_id=self.company).sudo()
        rule.company_id = company
        self.assertFalse(self.env["rma.policy.rule"].with_user(self.clerk).search([("id", "=", rule.id)]))
