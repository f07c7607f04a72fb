from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyRule(PolicyCase):
    """X4: versions of rules, what explains them, what tries them, and what they cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "policy_clerk", "rma_management.group_rma_user", email="pc@example.com")

    # === Versions ===

    def test_without_rules_nothing_is_asked(self):
        self.assertEqual(self._verdict().rule_id, 0)
        self.env.flush_all()
        with self.assertQueryCount(0):
            self._verdict()

    def test_new_rule_decides_nothing_before_it_is_switched_on(self):
        rule = self._rule(is_on=False)
        self.assertFalse(self._refuses())
        rule.is_on = True
        self.assertTrue(self._refuses())
        rule.is_on = False
        self.assertFalse(self._refuses())
        rule.is_on = True
        rule.active = False
        self.assertFalse(self._refuses())

    def test_change_leaves_the_former_version_with_its_returns(self):
        rule = self._rule(decision="allow", fee_type="percent", fee_percent=10)
        rma = self._ask_for()
        rma.action_request()
        begin = rule.on_from - timedelta(days=3)
        rule.sudo().on_from = begin
        rule.fee_percent = 20
        version = rule.version_ids
        self.assertEqual((version.fee_percent, version.on_from, version.active), (10, begin, False))
        self.assertEqual(version.on_to, rule.on_from)
        self.assertEqual(rma.line_ids.policy_rule_id, version)
        self.assertEqual(rma.line_ids._get_fee_terms().fee_percent, 10)

    def test_change_of_the_heading_makes_no_version(self):
        rule = self._rule()
        rule.sudo().on_from -= timedelta(days=3)
        rule.write({"name": "Other", "customer_text": "Text"})
        self.assertFalse(rule.version_ids)

    def test_policy_of_the_day_of_delivery(self):
        rule = self._rule(decision="allow")
        rule.sudo().on_from -= timedelta(days=30)
        self._age(10)
        rule.write({"decision": "refuse", "refusal_message": "Not any more."})
        self.assertTrue(self._refuses())
        self.company.rma_policy_date = "delivery"
        self.assertFalse(self._refuses())
        self._age(0)
        self.assertTrue(self._refuses())

    def test_rule_switched_off_still_counts_for_earlier_deliveries(self):
        self.company.rma_policy_date = "delivery"
        rule = self._rule()
        rule.sudo().on_from -= timedelta(days=30)
        self._age(10)
        rule.is_on = False
        self.assertTrue(self._refuses())
        self._age(0)
        self.assertFalse(self._refuses())
        rule.is_on = True
        self._age(40)
        self.assertFalse(self._refuses(), "before it was switched on")
        self._age(10)
        self.assertTrue(self._refuses(), "the former time remains")

    def test_nobody_writes_versions(self):
        rule = self._rule()
        for values in ({"on_from": "2020-01-01"}, {"on_to": "2020-01-01"}, {"version_of_id": rule.id}):
            with self.assertRaises(AccessError):
                rule.write(values)
            with self.assertRaises(AccessError):
                self._rule(**values)
        made = self.env["rma.policy.rule"].with_user(self.rma_manager).with_context(default_on_from="2020-01-01")
        self.assertFalse(made.create({"name": "Backdated"}).on_from)
        rule.sudo().on_from -= timedelta(days=3)
        rule.decision = "allow"
        with self.assertRaises(AccessError):
            rule.version_ids.decision = "allow"
        for record in rule | rule.version_ids:
            with self.assertRaisesRegex(UserError, "Archive it"):
                record.unlink()

    # === Explain ===

    def _explain(self, line=None, user=None, **values):
        line = (line or self.sold).with_user(user or self.clerk)
        window = line.action_explain_policy()
        return Form(self.env[window["res_model"]].with_user(user or self.clerk).with_context(**window["context"]))

    def test_explain_names_the_rule_and_why_none_before(self):
        self._rule(name="Expensive", price_min=100, sequence=1)
        self._rule(name="For <b>Chairs</b>", decision="allow", window_days=30, product_ids=self.chair, sequence=2)
        self._rule(name="Everything else", sequence=3)
        form = self._explain()
        self.assertEqual(form.rule_id.name, "For <b>Chairs</b>")
        self.assertEqual(form.last_day, fields.Date.today() + timedelta(days=30))
        self.assertRegex(form.explanation, r"(?s)Expensive.*No.*Price from: 100.*For &lt;b&gt;Chairs.*it decides")
        self.assertNotIn("Everything else", form.explanation)
        self.assertFalse(form.refusal)
        self.assertEqual(self._explain(self.order.order_line[1]).refusal, "Not this.")

    def test_explain_follows_what_is_entered(self):
        self._rule(name="By reason", reason_ids=self.reason)
        form = self._explain()
        self.assertFalse(form.rule_id)
        # As the web client opens it.
        window = self.sold.with_user(self.clerk).action_explain_policy()
        windows = self.env[window["res_model"]].with_user(self.clerk).with_context(**window["context"])
        shown = windows.onchange({}, [], {"rule_id": {"fields": {"display_name": {}}}, "explanation": {}})["value"]
        self.assertFalse(shown["rule_id"])
        self.assertIn("Perhaps", form.explanation)
        form.reason_id = self.reason
        self.assertEqual(form.rule_id.name, "By reason")
        self.assertEqual(form.refusal, "Not this.")

    def test_explain_is_for_those_who_see_the_order(self):
        employee = new_test_user(self.env, "policy_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.sold.with_user(employee).action_explain_policy()
        with self.assertRaises(AccessError):
            self.env["rma.policy.explain"].with_user(employee).create({"sale_line_id": self.sold.id})

    # === Try ===

    def _try(self, rule, **values):
        window = rule.action_try()
        record = self.env[window["res_model"]].with_user(self.rma_manager).with_context(**window["context"])
        record = record.create(values)
        record.action_run()
        return record

    def test_replay_says_what_a_rule_would_have_changed(self):
        for product in (self.chair, self.table):
            self._ask_for(product).action_request()
        before = self._try(self._rule(is_on=False, product_ids=self.env["product.product"].create({"name": "New"})))
        self.assertFalse(before.decided_count)
        self.assertGreaterEqual(before.line_count, 2)
        refusing = self._try(self._rule(is_on=False, product_ids=self.chair))
        self.assertEqual((refusing.decided_count, refusing.refused_count, refusing.refused_amount), (1, 1, 40))
        self.assertEqual(refusing.line_ids.product_id, self.chair)
        self.reason.write({"fee_type": "percent", "fee_percent": 5})
        charging = self._try(
            self._rule(is_on=False, decision="allow", product_ids=self.table, fee_type="percent", fee_percent=20)
        )
        self.assertEqual((charging.fee_count, charging.fee_amount), (1, 22.5))
        self.assertFalse(self.sold.rma_line_ids.policy_rule_id, "nothing was changed")

    def test_replay_says_what_would_be_allowed(self):
        rma = self._ask_for()
        rma.action_request()
        self._rule(sequence=5)
        allowing = self._rule(is_on=False, decision="allow", sequence=1, product_ids=self.chair)
        tried = self._try(allowing)
        self.assertEqual((tried.allowed_count, tried.allowed_amount), (1, 40))
        allowing.sequence = 9
        self.assertFalse(self._try(allowing).decided_count, "another one decides before")

    def test_replay_counts_the_days_of_the_request(self):
        rma = self._ask_for()
        rma.action_request()
        rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=10)
        self._age(20)
        rule = self._rule(is_on=False, decision="allow", product_ids=self.chair, window_days=15)
        self.assertFalse(self._try(rule).refused_count)
        rule.window_days = 5
        self.assertEqual(self._try(rule).refused_count, 1)
        self.assertFalse(self._try(rule, date_from=fields.Date.today()).decided_count)

    def test_replay_is_for_managers(self):
        rule = self._rule(is_on=False)
        with self.assertRaises(AccessError):
            self.env["rma.policy.try"].with_user(self.clerk).create({"rule_id": rule.id})

    # === Cost ===

    def _make_rules(self, count):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.env["rma.policy.rule"].create(
            [
                {
                    "name": f"Rule {number}",
                    "decision": "refuse",
                    "is_on": True,
                    "sequence": number,
                    "price_min": 1.0,
                    "days_max": 100,
                    "returns_min": 1,
                    "country_group_ids": [Command.set(self.env.ref("base.europe").ids)],
                    "product_tag_ids": False,
                    "lang_ids": [Command.set(french.ids)],
                }
                for number in range(count)
            ]
        )

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        begin = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - begin

    def _ask_policy(self, lines):
        for line in lines.with_env(self.env)._with_policy_facts():
            line._get_policy_refusal(1.0)

    def test_queries_grow_neither_with_rules_nor_with_lines(self):
        products = [self._create_product(f"Part {number}", 10.0) for number in range(30)]
        order = self._sell_and_invoice(*((product, 1) for product in products))
        self._make_rules(3)
        self._ask_policy(order.order_line)
        one = self._count_queries(lambda: self._ask_policy(order.order_line[:1]))
        many = self._count_queries(lambda: self._ask_policy(order.order_line))
        self.assertLessEqual(many - one, 2)
        self._make_rules(300)
        self._ask_policy(order.order_line)
        self.assertLessEqual(self._count_queries(lambda: self._ask_policy(order.order_line)), many)
