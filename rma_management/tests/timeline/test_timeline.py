from lxml.html import fromstring
from odoo import fields
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestTimeline(RmaPortalCase):
    """The page of a return begins with what to do now, and tells what happened when, in the customer's words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def _steps(self, rma, **parameters):
        """Give the texts of the timeline by when they are, and the page."""
        page = fromstring(self._get(rma.access_url, **parameters).text)
        steps = {"done": [], "now": [], "next": []}
        for item in page.xpath("//ol[hasclass('o_rma_timeline')]/li"):
            when = item.attrib["class"].removeprefix("o_rma_step_")
            steps[when].append(" ".join(item.text_content().split()))
        return steps, page

    def _told(self, rma):
        return " ".join(text for group in self._steps(rma)[0].values() for text in group)

    def test_refund_is_told_from_the_request_to_the_money(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund)).sudo()
        rma.action_request()
        steps, page = self._steps(rma)
        self.assertEqual(steps["now"], ["We review your request"])
        self.assertIn(str(fields.Date.today().year), steps["done"][0])
        headings = [heading.text_content() for heading in page.xpath("//*[hasclass('o_rma_return')]/..//h2|//h3")]
        self.assertIn("We have your request", headings[0], "what to do now comes first")
        rma.with_user(self.rma_manager).action_approve()
        steps, page = self._steps(rma)
        self.assertEqual(steps["now"], ["You send the parcel"])
        self.assertEqual(steps["next"][0], "It arrives with us")
        now = page.xpath("//section[hasclass('o_rma_now')]")[0]
        self.assertTrue(now.xpath(".//a[contains(@href, 'report_type=pdf')]"))
        receipt = rma.picking_ids
        receipt.carrier_tracking_ref = "1Z999"
        steps, page = self._steps(rma)
        self.assertIn("Your parcel is on its way Tracking number: 1Z999", " ".join(steps["done"]))
        self._receive(rma)
        steps, page = self._steps(rma)
        self.assertIn("It has arrived", " ".join(steps["done"]))
        self.assertEqual(steps["now"], ["We check it"])
        rma.with_user(self.rma_all).action_settle()
        steps, page = self._steps(rma)
        self.assertNotIn("92.00", " ".join(steps["done"]), "a draft is no news")
        self.assertRegex(steps["now"][0], r"^We prepare your credit note: .*92\.00")
        self.assertEqual(steps["next"], ["Your return is settled"])
        rma.refund_ids.action_post()
        steps, page = self._steps(rma)
        self.assertRegex(" ".join(steps["done"]), r"92\.00.* deducted from invoice ")
        self.assertIn("Everything is settled", steps["done"][-1])
        self.assertFalse(steps["now"] + steps["next"])

    def test_internal_status_is_not_told(self):
        rma = self._return(self.order, (self.table, 1, self.refund)).sudo()
        labels = dict(rma._fields["state"]._description_selection(self.env))
        for path in (rma.access_url, "/my/returns", f"/my/orders/{self.order.id}"):
            page = fromstring(self._get(path).text)
            badges = {" ".join(badge.text_content().split()) for badge in page.xpath("//*[hasclass('badge')]")}
            self.assertNotIn(labels["processing"], badges, path)
        self.assertIn("Arrived", {badge.text_content().strip() for badge in page.xpath("//*[hasclass('badge')]")})

    def test_parts_that_arrive_are_told(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund))).sudo()
        self._receive(rma, {self.chair: 1})
        steps, _page = self._steps(rma)
        self.assertRegex(steps["now"][0], "^A part of it has arrived")

    def test_rejected_and_canceled_end_there(self):
        for end, words in (("reject", "We could not accept it"), ("cancel", "The return was canceled")):
            rma = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
            rma.action_request()
            if end == "reject":
                rma.with_user(self.rma_manager).action_reject("Too late.")
            else:
                rma.action_cancel()
            steps, _page = self._steps(rma)
            self.assertIn(words, steps["done"][-1])
            self.assertFalse(steps["now"] + steps["next"])

    def test_replacement_and_repair_tell_what_comes(self):
        replaced = self._return(self.order, (self.table, 1, self.replace)).sudo()
        replaced.with_user(self.rma_all).action_settle()
        self.assertIn("We prepare your parcel: Table", self._told(replaced))
        repaired = self._return(self.order, (self.table, 1, self.repair)).sudo()
        repaired.with_user(self.rma_all).action_settle()
        self.assertIn("We repair: Table", self._told(repaired))

    def test_guest_with_the_link_reads_the_same_and_others_nothing(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund))).sudo()
        own, _page = self._steps(rma)
        self.authenticate(None, None)
        guest, _page = self._steps(rma, access_token=rma.access_token)
        self.assertEqual(guest, own)
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertEqual(self._path(self._get(rma.access_url)), "/my")

    def test_address_of_a_carrier_is_a_web_address(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund))).sudo()
        self.assertFalse(rma._get_web_url("javascript:alert(1)"))
        self.assertEqual(rma._get_web_url("https://example.com/1"), "https://example.com/1")

    # === The page of the order ===

    def test_order_tells_the_last_day_and_what_is_on_its_way_back(self):
        self.env["rma.policy.rule"].create({"name": "A month", "window_days": 30, "is_on": True, "sequence": 0})
        asked = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        asked.action_request()
        partly = self._approve(self._ask(self.order, (self.chair, 2, self.refund))).sudo()
        self._receive(partly, {self.chair: 1})
        done = self._return(self.order, (self.table, 2, self.refund)).sudo()
        done.with_user(self.rma_all).action_settle()
        done.refund_ids.action_post()
        path = f"/my/orders/{self.order.id}"
        page = fromstring(self._get(path).text)
        told = [" ".join(item.text_content().split()) for item in page.xpath("//*[hasclass('o_rma_returned')]")]
        self.assertEqual(
            told,
            [
                f"1 Units: return under review {asked.name}",
                f"1 Units: arrived with us {partly.name}",
                f"1 Units: to be sent back {partly.name}",
                f"2 Units: returned {done.name}",
            ],
        )
        rows = page.xpath("//td[@name='td_product_name']")
        self.assertIn("Last day:", rows[0].text_content())
        self.assertNotIn("Last day:", rows[1].text_content(), "nothing is left to return")
        self.authenticate(None, None)
        page = fromstring(self._get(path, access_token=self.order._portal_ensure_token()).text)
        items = page.xpath("//*[hasclass('o_rma_returned')]")
        self.assertEqual(len(items), 4)
        self.assertFalse(page.xpath("//*[hasclass('o_rma_returned')]//a"), "the link of the order opens no return")
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertIn(self._get(path).status_code, (302, 303))
