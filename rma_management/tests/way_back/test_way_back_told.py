from odoo.tests import tagged

from .common_way_back import RmaWayBackCase


@tagged("post_install", "-at_install")
class TestWayBackTold(RmaWayBackCase):
    """Once a return is approved, its customer is told what to do, and staff what to order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A database that was upgraded keeps its own words.
        cls.template = cls.env.ref("rma_management.mail_template_rma_approved")
        cls.template.reset_template()

    def _approved(self, method, day=False, **values):
        """Return an approved return that comes back by a method, after the transactions that made it.

        :return: `rma.order` record
        """
        rma = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user)
        rma.write({"return_method_id": method.id, "pickup_date": day, "user_id": self.rma_user.id, **values})
        self._approve(rma)
        self.cr.flush()
        return rma

    def _read(self, rma):
        """Return the page of a return as its customer sees it."""
        return self._get(rma.access_url).text

    def _read_slip(self, rma):
        report = self.env["ir.actions.report"].with_user(self.rma_user)
        return report._render_qweb_html("rma_management.report_rma_order", rma.ids)[0].decode()

    def _read_mail(self, rma):
        return self.template._generate_template(rma.ids, ["body_html"])[rma.id]["body_html"]

    def _pickups(self, rma):
        kind = self.env.ref("rma_management.mail_activity_type_pick_up")
        return rma.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def _assert_told_alike(self, rma, sentence):
        """Demand that page, slip and mail say the same."""
        for text in (self._read(rma), self._read_slip(rma), self._read_mail(rma)):
            self.assertIn(sentence, text)

    def test_who_sends_it_prints_the_slip(self):
        rma = self._approved(self.own)
        page = self._read(rma)
        self.assertIn("Print the return slip, put it in the parcel", page)
        self.assertIn("Print the slip", page)
        self.assertNotIn("o_rma_drop_off", page)
        self.assertIn("Print the return slip, put it in the parcel", self._read_mail(rma))
        self.assertIn(rma._get_return_address().name, self._read_mail(rma))

    def test_a_drop_off_shows_the_code_large(self):
        rma = self._approved(self.drop_off)
        self._assert_told_alike(rma, "show the code of your return there")
        page = self._read(rma)
        self.assertRegex(page, r'o_rma_drop_off[\s\S]*<img[^>]+src="data:image/png;base64', "no route for strangers")
        self.assertIn("Any parcel shop will do.", page)
        self.assertNotIn("Send it to:", page)
        self.assertNotIn("o_rma_slip_label", self._read_slip(rma))

    def test_a_guest_with_the_link_sees_the_code(self):
        rma = self._approved(self.drop_off)
        self.authenticate(None, None)
        page = self._get(rma.access_url, access_token=rma.sudo().access_token).text
        self.assertIn("o_rma_drop_off", page)
        self.assertNotIn("o_rma_drop_off", self._get(rma.access_url).text)

    def test_a_store_is_named_with_its_address(self):
        rma = self._approved(self.store)
        self._assert_told_alike(rma, "Bring the items to Quay Store")
        self.assertIn("3 Quay", self._read(rma))
        self.assertIn("3 Quay", self._read_mail(rma))

    def test_a_pick_up_names_the_day(self):
        self.customer.street = "12 Harbour Road"
        rma = self._approved(self.pick_up, self._day(4))
        sentence = rma._get_method_sentence()
        self.assertIn(str(self._day(4).year), sentence)
        self._assert_told_alike(rma, sentence)
        self.assertIn(sentence, rma._get_slip_sentence(), "SMS")
        page = self._read(rma)
        self.assertIn("We pick up the items on", page)
        self.assertRegex(page, r"We pick them up at:[\s\S]*12 Harbour Road")

    def test_a_day_that_is_over_is_not_named(self):
        rma = self._approved(self.pick_up, self._day(-1))
        sentence = "We will write to you on which day we pick them up."
        self.assertIn(sentence, rma.sudo()._get_portal_status()["text"])
        self.assertIn(sentence, self._read_mail(rma))

    def test_the_receipt_waits_for_the_day_of_the_pick_up(self):
        rma = self._approved(self.pick_up, self._day(4))
        self.assertEqual(rma.sudo().picking_ids.scheduled_date.date(), self._day(4))
        rma.with_user(self.rma_user).pickup_date = self._day(6)
        self.assertEqual(rma.sudo().picking_ids.scheduled_date.date(), self._day(6))
        rma.with_user(self.rma_user).return_method_id = self.own
        self.assertEqual(rma.sudo().picking_ids.scheduled_date.date(), self._day(0))

    def test_the_responsible_orders_the_pick_up_the_day_before(self):
        rma = self._approved(self.pick_up, self._day(4))
        activity = self._pickups(rma)
        self.assertEqual(activity.summary, "Order the pick-up")
        self.assertEqual((activity.user_id, activity.date_deadline), (self.rma_user, self._day(3)))
        rma.with_user(self.rma_user).pickup_date = self._day(6)
        self.cr.flush()
        self.assertEqual(self._pickups(rma).date_deadline, self._day(5))
        self._pickups(rma).action_feedback()
        rma.with_user(self.rma_all).user_id = self.rma_all
        self.cr.flush()
        self.assertFalse(self._pickups(rma), "what was ordered is not ordered again")
        rma.with_user(self.rma_all).pickup_date = self._day(7)
        self.cr.flush()
        self.assertEqual(self._pickups(rma).user_id, self.rma_all, "another day is ordered again")

    def test_nobody_orders_what_has_come_or_comes_otherwise(self):
        came = self._approved(self.pick_up, self._day(4))
        changed = self._approved(self.pick_up)
        self.assertEqual(self._pickups(changed).date_deadline, self._day(0), "to be agreed on")
        canceled = self._approved(self.pick_up, self._day(4))
        self._receive(came)
        changed.return_method_id = self.drop_off
        canceled.action_cancel()
        self.cr.flush()
        self.assertFalse(self._pickups(came | changed | canceled))

    def test_planned_pick_ups_are_found(self):
        rma = self._approved(self.pick_up, self._day(4))
        other = self._approved(self.own)
        arch = self.env["rma.order"].get_view(view_type="search")["arch"]
        self.assertIn("pickup_planned", arch)
        found = self.env["rma.order"].search(
            [("pickup_date", "!=", False), ("state", "in", ("requested", "approved")), ("id", "in", (rma | other).ids)]
        )
        self.assertEqual(found, rma)
