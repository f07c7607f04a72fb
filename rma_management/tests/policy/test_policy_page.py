from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase
from .common_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyPage(PolicyCase, RmaPortalCase):
    """X4: customers read the return policy as a page, and the last day on their orders."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _read(self):
        response = self._get("/returns/policy")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_customers_read_no_name_of_a_rule(self):
        self._rule(name="Suspect", decision="allow", partner_ids=self.customer)
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.action_request()
        self.assertEqual(rma.line_ids.policy_rule_id.name, "Suspect")
        line = rma.line_ids.with_user(self.portal_user)
        self.assertTrue(line.product_uom_qty)
        for name in ("policy_rule_id", "policy_verdict", "policy_date"):
            with self.subTest(name), self.assertRaises(AccessError):
                line.read([name])

    def test_page_is_made_from_the_rules(self):
        self._rule(name="Chairs <i>first</i>", product_ids=self.chair)
        self._rule(name="All", decision="allow", window_days=30, fee_type="percent", fee_percent=12.5)
        page = self._read()
        for text in (
            "Chairs &lt;i&gt;first&lt;/i&gt;",
            "Products: Chair",
            "Not this.",
            "Possible for 30 days after the delivery",
            "12.5 %",
        ):
            self.assertIn(text, page)
        self.assertIn("/returns/policy", self._get("/returns").text)

    def test_text_of_the_shop_comes_first(self):
        self._rule(customer_text="Chairs stay\nwith you.", product_ids=self.chair)
        page = self._read()
        self.assertIn("Chairs stay", page)
        self.assertNotIn("Products: Chair", page)

    def test_page_tells_nothing_about_customers_or_staff(self):
        group = self.env.ref("rma_management.group_rma_manager")
        self._rule(name="Off", is_on=False)
        self._rule(name="Hidden", on_website=False)
        self._rule(name="Of one customer", partner_ids=self.customer)
        self._rule(name="Of many returns", returns_min=3)
        self._rule(name="Over", date_to=fields.Date.today() - timedelta(days=3))
        self._rule(name="Checked", decision="allow", approver_group_id=group, tag_ids=self._create_tag())
        page = self._read()
        for text in ("Off<", "Hidden", "Of one customer", "Ada Customer", "Of many returns", "Over<", "Secret"):
            self.assertNotIn(text, page)
        self.assertIn("Checked", page)
        self.assertNotIn(group.name, page)

    def _create_tag(self):
        return self.env["rma.order.tag"].create({"name": "Secret"})

    def test_page_without_rules(self):
        self.assertIn("You see what is possible", self._read())
        self.assertNotIn("/returns/policy", self._get("/returns").text)

    def test_page_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= self.env["res.lang"]._get_data(code="fr_FR") and self.env["res.lang"].search(
            [("code", "=", "fr_FR")]
        )
        self._rule().with_context(lang="fr_FR").refusal_message = "Pas cela."
        code = self.env["res.lang"].search([("code", "=", "fr_FR")]).url_code
        self.assertIn("Pas cela.", self._get(f"/{code}/returns/policy").text)

    def test_order_of_the_customer_shows_the_last_day(self):
        self._rule(product_ids=self.table)
        self._rule(decision="allow", window_days=30)
        self.authenticate("rma_portal", "rma_portal")
        page = self._get(f"/my/orders/{self.order.id}").text
        last = fields.Date.today() + timedelta(days=30)
        self.assertRegex(page, f"Last day: <span[^>]*>{last.strftime('%m/%d/%Y')}")
        self.assertIn("Not this.", page)
        self.assertIn(f"return?line={self.sold.id}", page)
        self.assertNotIn(f"return?line={self.order.order_line[1].id}", page)
