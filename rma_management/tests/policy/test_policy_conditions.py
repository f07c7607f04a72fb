from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyConditions(PolicyCase):
    """X4: a rule decides about what its conditions match, and about nothing else."""

    def _assert_only(self, rule, matching, other):
        """Check that a rule refuses one item, and not another one.

        :param matching: (order line, details)
        :param other: (order line, details)
        """
        self.assertTrue(self._refuses(matching[0], **matching[1]), rule.conditions_text)
        self.assertFalse(self._refuses(other[0], **other[1]), rule.conditions_text)

    def _assert_of_lines(self, **condition):
        """Check a condition that matches the chair, and not the table."""
        rule = self._rule(**condition)
        chair, table = self.order.order_line
        self._assert_only(rule, (chair, {}), (table, {}))

    def _assert_of_details(self, condition, matching, other):
        rule = self._rule(**condition)
        self._assert_only(rule, (self.sold, matching), (self.sold, other))

    def _assert_of_orders(self, matching, other, **condition):
        rule = self._rule(**condition)
        self._assert_only(rule, (matching.order_line[0], {}), (other.order_line[0], {}))

    def test_every_condition_has_a_test(self):
        tested = {name.removeprefix("test_condition_") for name in dir(self) if name.startswith("test_condition_")}
        self.assertEqual(tested, set(self.env["rma.policy.rule"]._get_condition_names()))
        self.assertGreaterEqual(len(tested), 20)

    def test_rule_without_conditions_is_for_everything(self):
        self._rule()
        for line in self.order.order_line:
            self.assertEqual(line._get_policy_refusal(1.0), "Not this.")

    # === Product ===

    def test_condition_product_ids(self):
        self._assert_of_lines(product_ids=self.chair)

    def test_condition_categ_ids(self):
        parent = self.env["product.category"].create({"name": "Seats"})
        self.chair.categ_id = parent.create({"name": "Hard Seats", "parent_id": parent.id})
        self._assert_of_lines(categ_ids=parent)

    def test_condition_product_tag_ids(self):
        tag = self.env["product.tag"].create({"name": "Hygiene"})
        self.chair.product_tmpl_id.product_tag_ids = tag
        self._assert_of_lines(product_tag_ids=tag)

    def test_condition_attribute_value_ids(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in ("S", "L")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        small, large = template.product_variant_ids
        order = self._sell((small, 1), (large, 1))
        rule = self._rule(attribute_value_ids=attribute.value_ids[0])
        self._assert_only(rule, (order.order_line[0], {}), (order.order_line[1], {}))

    def test_condition_lot_state(self):
        product = self._create_product("Phone", 100.0, tracking="serial")
        lot = self.env["stock.lot"].create({"name": "P1", "product_id": product.id})
        line = self._sell((product, 1)).order_line
        rule = self._rule(lot_state="unnamed")
        self._assert_only(rule, (line, {"lots": lot.browse()}), (line, {"lots": lot}))
        self.assertFalse(self._refuses(line), "not known yet")
        self.assertFalse(self._refuses(self.sold, lots=lot.browse()), "not tracked")

    def test_condition_warranty(self):
        self.chair.warranty_months = 12
        self._age(100)
        self._rule(warranty="in")
        self.assertTrue(self._refuses())
        self.assertFalse(self._refuses(self.order.order_line[1]), "it has no warranty")
        self._age(400)
        self.assertFalse(self._refuses())

    # === Sale ===

    def test_condition_price_min(self):
        rule = self._rule(price_min=100)
        self._assert_only(rule, (self.order.order_line[1], {}), (self.sold, {}))

    def test_condition_price_max(self):
        self._assert_of_lines(price_max=40)

    def test_condition_discount_min(self):
        order = self._sell((self.chair, {"product_uom_qty": 1, "discount": 30}))
        self._assert_of_orders(order, self.order, discount_min=30)

    def test_condition_discount_max(self):
        order = self._sell((self.chair, {"product_uom_qty": 1, "discount": 30}))
        self._assert_of_orders(self.order, order, discount_max=20)

    def test_condition_order_amount_min(self):
        self._assert_of_orders(self.order, self._sell((self.chair, 1)), order_amount_min=100)

    def test_condition_order_amount_max(self):
        self._assert_of_orders(self._sell((self.chair, 1)), self.order, order_amount_max=100)

    def test_condition_payment_method_ids(self):
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        paid = self._sell((self.chair, 1))
        self.env["payment.transaction"].create(
            {
                "provider_id": self.env["payment.provider"].search([], limit=1).id,
                "payment_method_id": method.id,
                "reference": "Policy test",
                "amount": 1.0,
                "currency_id": paid.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(paid.ids)],
                "state": "done",
            }
        )
        self._assert_of_orders(paid, self.order, payment_method_ids=method)

    def test_condition_website_ids(self):
        website = self.env["website"].search([], limit=1)
        self._rule(website_ids=website)
        facts = {"website_id": website.id}
        rules = self.env["rma.policy.rule"]
        self.assertTrue(rules._matches_website_ids(facts, frozenset(website.ids)))
        self.assertFalse(self._refuses(), "asked outside of the website")

    def test_condition_team_ids(self):
        team = self.env["crm.team"].create({"name": "Shop"})
        self._assert_of_orders(self._sell((self.chair, 1), team_id=team.id), self.order, team_ids=team)

    def test_condition_bought_from(self):
        self._rule(bought_from="2025-11-01", bought_until="2025-11-30")
        for day, matches in ((date(2025, 11, 1), True), (date(2025, 11, 30), True), (date(2025, 12, 1), False)):
            self.order.date_order = fields.Datetime.to_datetime(day) + timedelta(hours=12)
            self.assertEqual(self._refuses(), matches, day)

    def test_season_that_returns_each_year(self):
        self._rule(bought_from="2020-12-15", bought_until="2021-01-06", every_year=True)
        for day, matches in ((date(2025, 12, 20), True), (date(2026, 1, 6), True), (date(2026, 1, 7), False)):
            self.order.date_order = fields.Datetime.to_datetime(day) + timedelta(hours=12)
            self.assertEqual(self._refuses(), matches, day)

    # === Customer ===

    def _sell_to(self, **values):
        customer = self.env["res.partner"].create({"name": "Bob", **values})
        return self._sell((self.chair, 1), partner_id=customer.id)

    def test_condition_partner_ids(self):
        company = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self._assert_of_orders(self._sell_to(parent_id=company.id), self.order, partner_ids=company)

    def test_condition_partner_category_ids(self):
        parent = self.env["res.partner.category"].create({"name": "Serial Returner"})
        tag = parent.create({"name": "Really", "parent_id": parent.id})
        order = self._sell_to(category_id=[Command.set(tag.ids)])
        self._assert_of_orders(order, self.order, partner_category_ids=parent)

    def test_condition_country_ids(self):
        belgium = self.env.ref("base.be")
        self._assert_of_orders(self._sell_to(country_id=belgium.id), self.order, country_ids=belgium)

    def test_condition_country_group_ids(self):
        order = self._sell_to(country_id=self.env.ref("base.be").id)
        self._assert_of_orders(order, self.order, country_group_ids=self.env.ref("base.europe"))

    def test_condition_state_ids(self):
        state = self.env.ref("base.state_us_5")
        order = self._sell_to(country_id=self.env.ref("base.us").id, state_id=state.id)
        self._assert_of_orders(order, self.order, state_ids=state)

    def test_condition_lang_ids(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self._assert_of_orders(self._sell_to(lang="fr_FR"), self.order, lang_ids=french)

    def _return_once(self, days_ago=0):
        rma = self._ask_for(self.table)
        rma.action_request()
        rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=days_ago)
        return rma

    def test_condition_returns_min(self):
        self._rule(returns_min=1, history_days=30)
        self.assertFalse(self._refuses())
        rma = self._return_once(days_ago=10)
        self.assertTrue(self._refuses())
        self.assertFalse(self._refuses(rma_line=rma.line_ids), "it does not count itself")
        rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=40)
        self.assertFalse(self._refuses(), "too long ago")

    def test_condition_returns_amount_min(self):
        self._rule(returns_amount_min=150, history_days=30)
        self.assertFalse(self._refuses())
        rma = self._return_once()
        self.assertTrue(self._refuses())
        rma.action_cancel()
        self.assertFalse(self._refuses(), "it was canceled")

    def test_condition_first_return(self):
        self._rule(first_return="no")
        self.assertFalse(self._refuses())
        self._return_once(days_ago=2000)
        self.assertTrue(self._refuses())

    # === Request ===

    def test_condition_reason_ids(self):
        other = self.reason.create({"name": "Another"})
        self._assert_of_details({"reason_ids": self.reason}, {"reason": self.reason}, {"reason": other})
        self.assertFalse(self._refuses(), "not known yet")

    def test_condition_wanted_operation_ids(self):
        self._assert_of_details(
            {"wanted_operation_ids": self.refund}, {"operation_type": self.refund}, {"operation_type": self.replace}
        )

    def test_condition_stated_condition(self):
        self._assert_of_details(
            {"stated_condition": "used"}, {"stated_condition": "used"}, {"stated_condition": "unopened"}
        )

    def test_condition_photo(self):
        self._assert_of_details({"photo": "no"}, {"has_photo": False}, {"has_photo": True})
        self.assertFalse(self._refuses(), "not asked yet")

    def test_condition_days_min(self):
        self._age(100)
        now = fields.Datetime.now()
        for basis in ("delivery", "order", "invoice"):
            rule = self._rule(days_from=basis, days_min=10)
            for days, matches in ((9, False), (10, True)):
                moment = now - timedelta(days=days)
                if basis == "delivery":
                    self.order.picking_ids.move_ids.date = moment
                elif basis == "order":
                    self.order.date_order = moment
                else:
                    self._date_invoice(moment.date())
                self.assertEqual(self._refuses(), matches, (basis, days))
            rule.is_on = False

    def test_condition_days_max(self):
        self._rule(days_max=10)
        self._age(10)
        self.assertTrue(self._refuses())
        self._age(11)
        self.assertFalse(self._refuses())
        self.assertFalse(self._refuses(self._sell((self.chair, 1)).order_line), "not delivered")

    # === Several ===

    def test_all_conditions_of_a_rule_must_match(self):
        self._rule(product_ids=self.chair, price_min=100)
        self.assertFalse(self._refuses())

    def test_rules_of_another_company_do_not_count(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.rma_manager.company_ids |= company
        self._rule(company_id=company)
        self.assertFalse(self._refuses())
        self._rule(company_id=False)
        self.assertTrue(self._refuses())

    def test_validity(self):
        today = fields.Date.today()
        self._rule(date_from=today + timedelta(days=2))
        self._rule(date_to=today - timedelta(days=2))
        self.assertFalse(self._refuses())
        self._rule(date_from=today - timedelta(days=2), date_to=today + timedelta(days=2))
        self.assertTrue(self._refuses())

    def test_addon_adds_a_condition_by_a_field_and_a_method(self):
        """As the field exists already, the method alone makes it a condition."""
        cls = type(self.env["rma.policy.rule"])
        cls._matches_name = lambda self, facts, value: facts["price"] == 40
        self.addCleanup(delattr, cls, "_matches_name")
        self._assert_of_lines()

    def test_what_a_rule_is_about_cannot_be_deleted(self):
        """Without it, the condition would be empty, and match everything."""
        tag = self.env["product.tag"].create({"name": "Hygiene"})
        self._rule(product_tag_ids=tag)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            tag.unlink()
