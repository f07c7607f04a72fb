from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_way_back import RmaWayBackCase


@tagged("post_install", "-at_install")
class TestWayBack(RmaWayBackCase):
    """Customers choose how the goods come back, and staff read and change it."""

    def test_a_return_made_by_staff_takes_the_first_method(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user)
        self.assertEqual(rma.return_method_id, self.own)
        self.assertFalse(rma.history_ids.filtered(lambda event: event.kind == "way_chosen"))

    def test_the_last_step_offers_all_and_marks_the_first(self):
        page = self._get(f"{self._reach_last_step()}/check").text
        for method in (self.own, self.drop_off, self.pick_up, self.store):
            self.assertIn(method.name, page)
        self.assertIn("Any parcel shop will do.", page)
        self.assertIn("3 Quay", page)
        self.assertRegex(page, rf'value="{self.own.id}"\s+checked="')
        self.assertIn(f'value="{self._day(2)}"', page)
        self.assertNotIn(f'value="{self._day(1)}"', page, "two days of notice")

    def test_one_method_is_not_asked_for(self):
        (self.drop_off | self.pick_up | self.store).active = False
        path = self._reach_last_step()
        self.assertNotIn("return_method", self._get(f"{path}/check").text)
        self.assertEqual(self._sent(self._send(path)).return_method_id, self.own)

    def test_what_the_customer_keeps_needs_no_method(self):
        self.reason.operation_type_ids = self.refund_keep | self.refund
        self.refund_keep.portal_ok = True
        path = self._reach_last_step(operation=self.refund_keep)
        self.assertNotIn("return_method", self._get(f"{path}/check").text)

    def test_a_customer_chooses_the_day_of_a_pick_up(self):
        rma = self._sent(self._send(self._reach_last_step(), self.pick_up, self._day(3)))
        self.assertEqual((rma.return_method_id, rma.pickup_date), (self.pick_up, self._day(3)))
        events = rma.history_ids.filtered(lambda event: event.kind == "way_chosen")
        self.assertEqual(set(events.mapped("note")), {"At your door", str(self._day(3))})

    def test_a_day_that_is_not_offered_is_refused(self):
        path = self._reach_last_step()
        for day in ("", self._day(1), self._day(15), "2026-13-45", "tomorrow", "0001-01-01"):
            with self.subTest(day=day):
                page = self._send(path, self.pick_up, day)
                self.assertEqual(page.status_code, 200)
                self.assertIn("Choose a day on which we can pick up the items.", page.text)
                self.assertRegex(page.text, rf'value="{self.pick_up.id}"\s+checked="', "what was chosen stays")

    def test_only_the_weekdays_of_a_method_are_offered(self):
        self.pick_up.write({"notice_days": 0, "horizon_days": 20, **dict.fromkeys(("saturday", "sunday"), False)})
        days = self.pick_up._get_pickup_days(self.company)
        self.assertEqual({day.weekday() for day in days}, set(range(5)))

    def test_a_method_of_elsewhere_is_neither_shown_nor_taken(self):
        other = self.env["res.company"].create({"name": "Another company of returns"})
        self.drop_off.company_id = other
        self.store.country_ids = self.env.ref("base.fr")
        self.own.sequence = 0
        path = self._reach_last_step()
        page = self._get(f"{path}/check").text
        for method in (self.drop_off, self.store):
            self.assertNotIn(method.name, page)
            refused = self._send(path, method)
            self.assertIn("This way to send the items back is not available.", refused.text)
        garbage = self._post(f"{path}/check", return_method="-1 OR 1=1")
        self.assertIn("This way to send the items back is not available.", garbage.text)
        self.assertFalse(self.order.rma_line_ids)

    def test_a_method_that_ends_in_between_is_refused(self):
        path = self._reach_last_step()
        self._request_of(path)._set_method(self.drop_off, False)
        self.drop_off.active = False
        self.assertIn("This way to send the items back is not available.", self._send(path).text)

    def test_sending_twice_with_another_choice_gives_the_same_return(self):
        path = self._reach_last_step()
        rma = self._sent(self._send(path, self.drop_off))
        self.assertEqual(self._sent(self._send(path, self.pick_up)), rma)
        self.assertEqual(rma.return_method_id, self.drop_off)

    def test_a_guest_chooses_too(self):
        self.authenticate(None, None)
        self._prove(self.order)
        path = self._reach_last_step(visitor=self.env["res.partner"])
        self.assertEqual(self._sent(self._send(path, self.store)).return_method_id, self.store)

    def test_the_receiver_of_a_gift_is_asked_by_their_own_country(self):
        self.drop_off.country_ids = self.env.ref("base.at")
        line = self._line(self.order, self.chair)
        nobody = self.env["res.partner"]
        request = self.env["rma.request"]._start("token", self.order, {line: 1}, nobody, "bob@example.com")
        request.line_ids.write({"operation_type_id": self.replace.id, "reason_id": self.reason.id})
        self.assertNotIn(self.drop_off, request._get_methods(), "not that of the buyer, nor of the shop")
        request.write({"gift_name": "Bob", "gift_country_id": self.env.ref("base.at").id})
        self.assertIn(self.drop_off, request._get_methods())
        self.assertNotIn(self.pick_up, request._get_methods(), "where?")
        request.gift_street = "5 Gift Lane"
        request._set_method(self.pick_up, self._day(2))
        values = request._prepare_rma_values()
        self.assertTrue(values["is_gift"])
        self.assertEqual((values["return_method_id"], values["pickup_date"]), (self.pick_up.id, self._day(2)))

    # === Staff ===

    def test_staff_change_it_until_goods_arrive(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user))
        # Odoo tracks what changes after the transaction that made the return.
        self.cr.flush()
        rma = rma.with_user(self.rma_user)
        rma.write({"return_method_id": self.pick_up.id, "pickup_date": self._day(1)})
        self.cr.flush()
        notes = rma.history_ids.filtered(lambda event: event.kind == "way_chosen").mapped("note")
        self.assertIn("By post → At your door", notes)
        rma.return_method_id = self.drop_off
        self.assertFalse(rma.pickup_date, "nothing is picked up any more")
        self._receive(rma)
        with self.assertRaises(UserError):
            rma.return_method_id = self.own

    def test_a_day_needs_a_pick_up(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        with self.assertRaises(ValidationError):
            rma.pickup_date = self._day(1)

    def test_a_method_says_all_that_it_needs(self):
        for values in (
            {"kind": "store"},
            {"kind": "pick_up", **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), False)},
            {"url": "javascript:alert(1)"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.env["rma.return.method"].with_user(self.rma_manager).create({"name": "Not whole", **values})

    def test_only_managers_configure_those_of_their_companies(self):
        with self.assertRaises(AccessError):
            self.own.with_user(self.rma_all).name = "Mine"
        with self.assertRaises(AccessError):
            self.own.with_user(self.portal_user).read(["name"])
        other = self.env["res.company"].create({"name": "Another company of returns"})
        theirs = self.own.copy({"company_id": other.id})
        with self.assertRaises(AccessError):
            theirs.with_user(self.rma_manager).name = "Mine"
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        with self.assertRaises(UserError):
            rma.with_user(self.rma_manager).return_method_id = theirs

    def test_the_proposal_follows_the_address_of_a_draft(self):
        self.own.country_ids = self.env.ref("base.fr")
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        self.assertEqual(rma.return_method_id, self.drop_off)
        paris = self.env["res.partner"].create(
            {
                "name": "Paris",
                "type": "delivery",
                "parent_id": self.customer.id,
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.drop_off.country_ids = [Command.set(self.env.ref("base.us").ids)]
        rma.partner_shipping_id = paris
        self.assertEqual(rma.return_method_id, self.own)
