from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.rma_management.controllers import website
from odoo.addons.rma_management.models.portal import rma_guest_access
from odoo.tests import tagged

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestGuest(RmaPortalCase):
    """X6: who has no account proves an order by a code that is mailed to its address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _ask_code(self, number=None, email="ada@example.com"):
        """Take the first step, and let the scheduled job run.

        :return: response
        """
        response = self._post("/returns", number=self.order.name if number is None else number, email=email)
        self._send_codes()
        return response

    def _read_code(self):
        """Read the newest code that left, as its recipient does."""
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        return mail.subject.rsplit(" ", 1)[1], mail

    def _enter(self):
        self._ask_code()
        return self._post("/returns/code", code=self._read_code()[0])

    def test_guest_returns_something_with_a_code(self):
        self.assertEqual(self._path(self._ask_code()), "/returns/code")
        code, mail = self._read_code()
        self.assertRegex(code, r"^\d{6}$")
        self.assertEqual(mail.email_to, "ada@example.com")
        path = self._path(self._post("/returns/code", code=code))
        self.assertEqual(path, f"/returns/order/{self.order.id}")
        details = self._path(self._choose(self.order, {self.chair: "2"}, path=path))
        self.assertEqual(self._path(self._describe(details)), f"{details}/check")
        response = self._post(f"{details}/check")
        rma = self.env["rma.order"].browse(int(self._path(response).rsplit("/", 1)[1]))
        self.assertEqual((rma.state, rma.partner_id), ("requested", self.customer))
        self.assertEqual(rma.line_ids.product_uom_qty, 2)
        self.assertFalse(rma.user_id)
        self.assertEqual(self._query(response)["access_token"], rma.access_token)
        page = self._get(rma.access_url, **self._query(response))
        self.assertIn("Your request has been sent.", page.text)
        self.assertEqual(self._path(self._post(f"{details}/check")), rma.access_url, "sent again, it is the same")
        self.assertEqual(self.order.order_line.rma_line_ids.order_id, rma)

    def test_number_and_address_are_taken_as_people_type_them(self):
        self._ask_code(f"  {self.order.name.lower()} ", " ADA@example.com")
        self.assertTrue(self._read_code()[1])

    def test_wrong_data_gets_the_same_answer(self):
        def ask(number, email):
            self.authenticate(None, None)
            token = self._get("/returns")
            self.assertEqual(token.status_code, 200)
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            self._post("/returns", number="S0", email="warm@example.com")
            before = self.env.cr.sql_log_count
            response = self._post("/returns", number=number, email=email)
            queries = self.env.cr.sql_log_count - before
            page = self._get("/returns/code")
            return response.status_code, response.headers["Location"], queries, len(page.text)

        right = ask(self.order.name, "ada@example.com")
        for number, email in (
            (self.order.name, "eve@example.com"),
            ("S99999999", "ada@example.com"),
            ("%", "ada@example.com"),
        ):
            with self.subTest(number=number, email=email):
                self.assertEqual(ask(number, email), right)

    def test_wrong_data_gets_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        self._ask_code(email="eve@example.com")
        self._ask_code(number="S99999999")
        self._ask_code(number="")
        self._ask_code(email="no address")
        draft = self.env["sale.order"].create({"partner_id": self.customer.id})
        self._ask_code(number=draft.name)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_code_of_wrong_data_opens_nothing(self):
        self._ask_code(email="eve@example.com")
        access = self.env["rma.guest.access"].search([("email", "=", "eve@example.com")])
        self.assertFalse(access.sale_order_id)
        for code in ("", "000000", "123456"):
            self.assertEqual(self._post("/returns/code", code=code).status_code, 200)
        self.assertEqual(self._path(self._get(f"/returns/order/{self.order.id}")), "/returns")

    def test_code_is_good_once(self):
        self._ask_code()
        code = self._read_code()[0]
        access = self.env["rma.guest.access"].search([], limit=1, order="id desc")
        self.assertNotIn(code, access.code_hash)
        self.assertEqual(access._check_code(code), self.order)
        self.assertFalse(access._check_code(code))

    def test_code_is_good_for_a_quarter_of_an_hour(self):
        self._ask_code()
        access = self.env["rma.guest.access"].search([], limit=1, order="id desc")
        access.date_expire = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._post("/returns/code", code=self._read_code()[0]).status_code, 200)
        self.assertEqual(access.tries, 1)

    def test_code_is_good_for_few_tries(self):
        self._ask_code()
        code = self._read_code()[0]
        wrong = "111111" if code != "111111" else "222222"
        for _n in range(rma_guest_access.CODE_TRIES):
            self.assertIn("This code is not valid", self._post("/returns/code", code=wrong).text)
        self.assertEqual(self._post("/returns/code", code=code).status_code, 200)
        self.assertEqual(self._path(self._get(f"/returns/order/{self.order.id}")), "/returns")

    def test_code_of_another_session_opens_nothing(self):
        self._ask_code()
        code = self._read_code()[0]
        self.authenticate(None, None)
        self.assertEqual(self._path(self._post("/returns/code", code=code)), "/returns")

    def test_tries_for_one_order_and_address_are_limited(self):
        for _n in range(rma_guest_access.TRIES_PER_PAIR):
            self.assertEqual(self._path(self._ask_code(email="eve@example.com")), "/returns/code")
        page = self._ask_code(self.order.name.lower(), email="Eve@example.com")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Try again in an hour", page.text)

    def test_stranger_locks_nobody_out(self):
        access = self.env["rma.guest.access"]
        values = {"email": "ada@example.com", "number": self.order.name.upper()}
        # From elsewhere the right pair, from behind the same address other ones.
        access.create([{**values, "ip": "203.0.113.9"} for _n in range(rma_guest_access.TRIES_PER_PAIR)])
        access.create([{**values, "ip": "127.0.0.1", "number": f"S{n}"} for n in range(30)])
        self.assertEqual(self._path(self._enter()), f"/returns/order/{self.order.id}")

    def test_machine_that_guesses_has_to_wait(self):
        self.env["rma.guest.access"].create(
            [
                {"email": "ada@example.com", "number": f"S{n}", "ip": "127.0.0.1"}
                for n in range(rma_guest_access.TRIES_PER_IP)
            ]
        )
        self.assertIn("Try again in an hour", self._ask_code().text)

    def test_mailbox_is_not_flooded(self):
        self.env["rma.guest.access"].create(
            [
                {
                    "email": "ada@example.com",
                    "ip": f"203.0.113.{n}",
                    "sale_order_id": self.order.id,
                    "state": "sent",
                    "code_hash": "x",
                }
                for n in range(rma_guest_access.MAILS_PER_DAY)
            ]
        )
        before = self.env["mail.mail"].search_count([])
        self.assertEqual(self._path(self._ask_code()), "/returns/code", "the answer is the same")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_proof_opens_one_order_and_not_for_long(self):
        other = self._sell_and_invoice((self.table, 1))
        self.assertEqual(self._path(self._enter()), f"/returns/order/{self.order.id}")
        self.assertEqual(self._get(f"/returns/order/{self.order.id}").status_code, 200)
        self.assertEqual(self._path(self._get(f"/returns/order/{other.id}")), "/returns")
        path = f"/returns/order/{self.order.id}"
        page = self._choose(self.order, {self.chair: "1"}, path=path, add=other.id)
        self.assertNotIn(other.name, page.text)
        with self.freeze_later(hours=3):
            self.assertEqual(self._path(self._get(path)), "/returns")

    def freeze_later(self, **delta):
        """Let time pass for what the session remembers."""
        later = website.time.time() + timedelta(**delta).total_seconds()
        return patch.object(website.time, "time", lambda: later)

    def test_order_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.env["sale.order"].with_company(company).create(
            {"partner_id": self.customer.id, "company_id": company.id, "name": "OTHER1", "state": "sale"}
        )
        self._ask_code(number="OTHER1")
        access = self.env["rma.guest.access"].search([], limit=1, order="id desc")
        self.assertFalse(access.sale_order_id)

    def test_website_leads_to_it(self):
        page = self._get("/").text
        self.assertRegex(page, r'<a[^>]*href="/returns"[^>]*>\s*<span>Returns</span>')
        footer = page.split("<footer")[1]
        self.assertIn('href="/returns"', footer)

    def test_customer_who_is_logged_in_sees_their_returns_instead(self):
        self.authenticate("rma_portal", "rma_portal")
        self.assertEqual(self._path(self._get("/returns")), "/my/returns")
