import io
from datetime import datetime
from unittest.mock import patch

from lxml.html import fromstring
from odoo import fields
from odoo.addons.rma_management.controllers import website
from odoo.addons.rma_management.models.withdrawal import rma_withdrawal as declaration
from odoo.addons.rma_management.models.withdrawal_receipt import rma_withdrawal
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .common_withdrawal import RmaWithdrawalCase


@tagged("post_install", "-at_install")
class TestWithdrawal(RmaWithdrawalCase):
    """X5: a customer withdraws in two steps, without logging in or giving a reason, and gets a receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 1))

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    # === Two steps ===

    def test_function_is_linked_on_every_page_in_the_words_of_the_law(self):
        footer = self._get("/").text.split("<footer")[1]
        self.assertRegex(footer, r'href="/withdraw"[^>]*>Withdraw from contract here')

    def test_order_page_leads_to_it(self):
        self.authenticate("rma_portal", "rma_portal")
        page = self._get(f"/my/orders/{self.order.id}").text
        self.assertRegex(page, rf'href="/withdraw/order/{self.order.id}"[^>]*>\s*Withdraw from contract here')

    def test_mails_about_an_order_lead_to_it(self):
        self.order.message_post(
            body="Your order", partner_ids=self.customer.ids, email_layout_xmlid="mail.mail_notification_layout"
        )
        mail = self.env["mail.mail"].search([("model", "=", "sale.order"), ("res_id", "=", self.order.id)], limit=1)
        self.assertRegex(mail.body_html, r'href="http[^"]*/withdraw"[^>]*>Withdraw from contract here')

    def test_guest_withdraws_in_two_steps_without_a_reason(self):
        self.assertIn("You do not have to give a reason", self._get("/withdraw").text)
        page = self._post("/withdraw", **self._typed(self.order))
        self.assertRegex(page.text, r"<button[^>]*>Confirm withdrawal</button>")
        for text in ("I hereby withdraw", "Ada Customer", self.order.name, "ada@example.com", "The whole order"):
            self.assertIn(text, page.text)
        self.assertFalse(self.env["rma.withdrawal"].search([("email", "=", "ada@example.com")]), "nothing yet")
        withdrawal = self._of(self._confirm(page))
        self.assertEqual(
            (withdrawal.customer_name, withdrawal.order_reference, withdrawal.email, withdrawal.state),
            ("Ada Customer", self.order.name, "ada@example.com", "received"),
        )
        self.assertFalse(withdrawal.is_verified)

    def test_part_of_an_order_is_written_freely_before_the_proof(self):
        withdrawal = self._withdraw(self.order, scope="Two of the chairs")
        self.assertEqual(withdrawal.scope, "Two of the chairs")
        self._receive_declarations()
        self.assertEqual(withdrawal.sale_order_id, self.order)
        self.assertFalse(any(withdrawal.line_ids.mapped("quantity")), "staff enter what it says")

    def test_what_is_missing_is_said_beside_its_field(self):
        page = self._post("/withdraw", customer_name=" ", order_reference="", email="no address")
        for sentence in ("Enter your name.", "Enter your order number", "Enter the email address to which"):
            self.assertIn(sentence, page.text)
        self.assertEqual(page.text.count('aria-invalid="true"'), 3)

    def test_second_click_declares_once(self):
        page = self._post("/withdraw", **self._typed(self.order))
        first, second = self._confirm(page), self._confirm(page)
        self.assertEqual(self._path(first), self._path(second))

    def test_key_of_a_page_does_not_open_the_declaration_of_another(self):
        page = self._post("/withdraw", **self._typed(self.order))
        self._confirm(page)
        other = self._confirm(page, customer_name="Eve Stranger")
        self.assertEqual(other.status_code, 200)
        self.assertIn("Confirm withdrawal", other.text)

    def test_what_was_typed_can_be_changed_before_it_counts(self):
        page = self._post("/withdraw", edit="1", **self._typed(self.order, customer_name="Adda"))
        self.assertIn('value="Adda"', page.text)

    def test_shop_that_need_not_offer_it_does_not(self):
        self.company.rma_withdrawal_ok = False
        self.assertEqual(self._get("/withdraw").status_code, 404)
        self.assertNotIn('href="/withdraw"', self._get("/").text)

    # === Right and wrong data ===

    def test_wrong_data_gets_the_same_answer(self):
        def declare(**values):
            self.authenticate(None, None)
            self._withdraw(self.order, order_reference="WARM")
            typed = self._typed(self.order, **values)
            page = self._post("/withdraw", **typed)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            response = self._confirm(page)
            queries = self.env.cr.sql_log_count - before
            receipt = self._get(self._path(response)).text
            for value in (*typed.values(), self._of(response).name, self._of(response).token):
                receipt = receipt.replace(value, "x")
            return response.status_code, queries, len(receipt.split("o_rma_receipt")[1])

        self._get("/withdraw")
        right = declare()
        self.assertEqual(declare(email="eve@example.com"), right)
        self.assertEqual(declare(order_reference="S99999999"), right)

    def test_declaration_counts_though_no_order_is_found(self):
        withdrawal = self._withdraw(self.order, order_reference="S-123 or so")
        self._receive_declarations()
        self.assertEqual((withdrawal.state, withdrawal.order_reference), ("received", "S-123 or so"))
        self.assertFalse(withdrawal.sale_order_id)
        self.assertEqual(withdrawal.activity_ids.user_id, self.rma_all, "somebody is asked")
        withdrawal.with_user(self.rma_user).sale_order_id = self.order
        self.assertEqual(withdrawal.line_ids.product_id, self.chair | self.table)

    def test_order_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.env["sale.order"].with_company(company).create(
            {"partner_id": self.customer.id, "company_id": company.id, "name": "OTHER2", "state": "sale"}
        )
        withdrawal = self._withdraw(self.order, order_reference="OTHER2")
        self._receive_declarations()
        self.assertFalse(withdrawal.sale_order_id)

    def test_nothing_of_the_order_is_shown_before_the_proof(self):
        withdrawal = self._withdraw(self.order)
        self._receive_declarations()
        self.assertEqual(withdrawal.sale_order_id, self.order)
        page = self._get(withdrawal._get_receipt_url()).text
        self.assertNotIn("Chair", page)
        self.assertIn("Confirm my address", page)
        self.assertEqual(self._path(self._get(f"/withdraw/order/{self.order.id}")), "/withdraw")
        self.assertEqual(self._path(self._post(f"/withdraw/order/{self.order.id}")), "/withdraw")

    # === Proof, and items ===

    def test_code_by_mail_opens_the_items(self):
        path = self._path(self._prove(self.order))
        self.assertEqual(path, f"/withdraw/order/{self.order.id}")
        page = self._get(path)
        self.assertIn("Chair", page.text)
        chair = self._line(self.order, self.chair)
        check = self._post(path, **{f"qty_{chair.id}": "2"})
        self.assertIn("2 Units × Chair", check.text)
        withdrawal = self._of(self._confirm(check))
        self.assertEqual(withdrawal.line_ids.mapped(lambda line: (line.product_id, line.quantity)), [(self.chair, 2)])
        self.assertTrue(withdrawal.is_verified)
        self.assertEqual(withdrawal.scope, "2 Units × Chair", "what is declared does not change with the order")

    def test_code_is_asked_for_wrong_data_too_and_opens_nothing(self):
        response = self._post("/withdraw", **self._typed(self.order, email="eve@example.com", choose="1"))
        self.assertEqual(self._path(response), "/withdraw/code")
        self.assertIn("This code is not valid", self._post("/withdraw/code", code="123456").text)

    def test_quantity_that_was_not_ordered_is_refused(self):
        path = self._path(self._prove(self.order))
        chair = self._line(self.order, self.chair)
        for text in ("6", "-1", "nan", "inf", "x", "1e9"):
            with self.subTest(text=text):
                page = self._post(path, **{f"qty_{chair.id}": text})
                self.assertIn("Enter a number from 0 to 5.", page.text)
                forged = self._post("/withdraw/confirm", order_id=self.order.id, **{f"qty_{chair.id}": text})
                self.assertEqual(self._path(forged), path)
        self.assertIn("Enter how many of which items", self._post(path).text)

    def test_address_is_proved_after_the_declaration(self):
        withdrawal = self._withdraw(self.order)
        self._receive_declarations()
        path = withdrawal._get_receipt_url()
        self.assertEqual(self._path(self._post(f"{path}/prove")), "/withdraw/code")
        self._send_codes()
        self.assertEqual(self._path(self._post("/withdraw/code", code=self._read_code())), path)
        self.assertTrue(withdrawal.is_verified)
        page = self._get(path).text
        self.assertIn("Chair", page)
        later = website.time.time() + 3 * 3600
        with patch.object(website.time, "time", lambda: later):
            self.assertNotIn("Chair", self._get(path).text)

    def test_proof_of_one_order_verifies_no_declaration_of_another(self):
        other = self._sell_and_invoice((self.table, 1))
        withdrawal = self._withdraw(other)
        withdrawal._verify(self.order)
        self.assertFalse(withdrawal.is_verified or withdrawal.sale_order_id)

    def test_customer_who_is_logged_in_needs_no_code(self):
        self.authenticate("rma_portal", "rma_portal")
        self.assertIn('value="Ada Customer"', self._get("/withdraw").text)
        response = self._post("/withdraw", **self._typed(self.order, choose="1"))
        self.assertEqual(self._path(response), f"/withdraw/order/{self.order.id}")
        self.assertTrue(self._withdraw(self.order).is_verified)

    def test_other_customer_reads_nothing(self):
        withdrawal = self._declare(self.order)
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertEqual(self._path(self._get(f"/withdraw/order/{self.order.id}")), "/withdraw")
        self.assertNotIn("Chair", self._get(withdrawal._get_receipt_url()).text)
        chair = self._line(self.order, self.chair)
        forged = self._post("/withdraw/confirm", order_id=self.order.id, **{f"qty_{chair.id}": "1"})
        self.assertEqual(self._path(forged), "/withdraw")
        page = self._post("/withdraw", **self._typed(self.order, choose="1"))
        self.assertIn("This order is not in your account.", page.text)
        self.assertFalse(self._withdraw(self.order).is_verified)
        for user in (self.stranger_user, self.portal_user):
            with self.assertRaises(AccessError):
                withdrawal.with_user(user).read(["name"])

    # === Receipt ===

    def test_receipt_has_content_and_time_to_the_second_and_is_no_acceptance(self):
        self.opener.cookies.set("tz", "Europe/Paris")
        moment = datetime(2026, 3, 3, 13, 5, 9)
        with patch.object(fields.Datetime, "now", lambda *args: moment):
            withdrawal = self._withdraw(self.order, scope="Two chairs")
        page = self._get(withdrawal._get_receipt_url()).text
        for text in (
            "3 March 2026, 14:05:09 (Europe/Paris, UTC+01:00)",
            "2026-03-03 13:05:09 UTC",
            "Two chairs",
            "not an acceptance",
            withdrawal.name,
            "Ada Customer",
            self.order.name,
        ):
            self.assertIn(text, page)

    def test_time_zone_that_is_none_is_utc(self):
        self.opener.cookies.set("tz", "Moon/Crater")
        self.company.partner_id.tz = False
        withdrawal = self._withdraw(self.order)
        self.assertIn("(UTC)", withdrawal._get_declared_times()[0])

    def test_receipt_is_mailed_at_once_with_the_file(self):
        withdrawal = self._withdraw(self.order)
        with self.mock_mail():
            self._receive_declarations()
        mail = self._get_receipts(withdrawal)
        self.assertEqual(mail.email_to, "ada@example.com")
        self.assertIn(withdrawal.name, mail.attachment_ids.name)
        for text in (*withdrawal._get_declared_times(), self.order.name, "not an acceptance", "The whole order"):
            self.assertIn(text, mail.body_html)
        self._receive_declarations()
        self.assertEqual(self._get_receipts(withdrawal), mail, "once")

    def test_each_mail_has_one_button_to_the_receipt(self):
        withdrawal = self._withdraw(self.order)
        for name in ("receipt", "accepted", "refused"):
            template = self.env.ref(f"rma_management.mail_template_withdrawal_{name}")
            # A database that was upgraded keeps its own words.
            template.reset_template()
            body = template._generate_template(withdrawal.ids, ["body_html"])[withdrawal.id]["body_html"]
            buttons = fromstring(body).xpath("//a[hasclass('o_rma_mail_button')]/@href")
            self.assertEqual(buttons, [withdrawal._get_base_url_withdrawal() + withdrawal._get_receipt_url()])

    def test_receipt_that_cannot_be_mailed_stops_no_other(self):
        first, second = self._withdraw(self.order, email="eve@example.com"), self._withdraw(self.order)
        send = rma_withdrawal.RmaWithdrawal._send_receipt

        def fail_first(withdrawal):
            if withdrawal == first:
                raise UserError("No program to draw it.")
            send(withdrawal)

        with (
            patch.object(self.registry["rma.withdrawal"], "_send_receipt", fail_first),
            mute_logger("odoo.addons.rma_management.models.withdrawal_receipt.rma_withdrawal"),
            self.mock_mail(),
        ):
            self._receive_declarations()
        self.assertFalse(self._get_receipts(first))
        self.assertTrue(self._get_receipts(second))
        with self.mock_mail():
            self._receive_declarations()
        self.assertTrue(self._get_receipts(first), "it is tried again")

    def _get_receipts(self, withdrawals):
        """Return the receipts that were mailed."""
        domain = [("model", "=", "rma.withdrawal"), ("res_id", "in", withdrawals.ids), ("subject", "ilike", "receipt")]
        return self.env["mail.mail"].search(domain)

    def mock_mail(self):
        """Keep what is sent, to read it."""
        return patch.object(self.registry["mail.mail"], "send", lambda mails, **kwargs: None)

    def test_receipt_is_a_file_for_who_has_the_key(self):
        withdrawal = self._withdraw(self.order)
        path = withdrawal._get_receipt_url()
        with patch.object(
            self.registry["ir.actions.report"],
            "_render_qweb_pdf",
            lambda report, ref, ids, **kwargs: (report._render_qweb_html(ref, ids)[0], "pdf"),
        ):
            response = self._get(path, report_type="pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        for text in (*withdrawal._get_declared_times(), "not an acceptance"):
            self.assertIn(text, response.text)

    def test_receipt_is_shown_by_its_key_only(self):
        withdrawal = self._withdraw(self.order)
        response = self._get(withdrawal._get_receipt_url())
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        with mute_logger("odoo.http"):
            for token in (str(withdrawal.id), withdrawal.name, "x" * 5000, "%", withdrawal.token[:-1]):
                self.assertEqual(self._get(f"/withdraw/receipt/{token}").status_code, 404)
                self.assertEqual(self._post(f"/withdraw/receipt/{token}/prove").status_code, 404)

    # === Hostile visitors ===

    def test_hostile_text_is_cut_and_escaped(self):
        evil = "<script>alert(1)</script>\0\r\nBcc: x@example.com "
        withdrawal = self._withdraw(self.order, customer_name=evil + "x" * 10**5, scope=evil + "y" * 10**6)
        self.assertEqual((len(withdrawal.customer_name), len(withdrawal.scope)), (100, 500))
        self.assertNotIn("\n", withdrawal.customer_name)
        page = self._get(withdrawal._get_receipt_url()).text
        self.assertNotIn("<script>alert(1)", page)
        with self.mock_mail():
            self._receive_declarations()
        mail = self._get_receipts(withdrawal)
        self.assertNotIn("<script>", mail.body_html)

    def test_forged_fields_are_ignored(self):
        page = self._post("/withdraw", **self._typed(self.order))
        withdrawal = self._of(
            self._confirm(
                page, state="done", is_verified="1", sale_order_id=self.order.id, company_id="99", line_ids="1"
            )
        )
        self.assertEqual((withdrawal.state, withdrawal.is_verified), ("received", False))
        self.assertEqual(withdrawal.company_id, self.company)
        self.assertFalse(withdrawal.sale_order_id)

    def test_ids_that_are_none_are_no_error(self):
        for order_id in ("x", "-1", "9" * 30, "0"):
            self.assertEqual(self._path(self._post("/withdraw/confirm", order_id=order_id)), "/withdraw")

    def test_flood_of_a_machine_is_stopped(self):
        self.env["rma.withdrawal"].search([]).ip = False
        with patch.object(declaration, "PER_IP", 2):
            self._withdraw(self.order)
            self._withdraw(self.order)
            page = self._confirm(self._post("/withdraw", **self._typed(self.order)))
            self.assertIn("Try again in an hour", page.text)
            self.assertIn("Confirm withdrawal", page.text, "what was typed is still there")

    def test_customer_floods_nobody_by_an_order_of_their_own(self):
        for _time in range(declaration.PER_ORDER):
            # Somebody else who knows the number keeps nobody from anything.
            self._withdraw(self.order)
        self._receive_declarations()
        self.authenticate("rma_portal", "rma_portal")
        with patch.object(rma_withdrawal, "RECEIPTS_PER_DAY", 1), self.mock_mail():
            made = [self._withdraw(self.order, email="stranger@example.com") for _time in range(declaration.PER_ORDER)]
            self.assertTrue(made[0].is_verified)
            page = self._confirm(self._post("/withdraw", **self._typed(self.order)))
            self.assertIn("Try again in an hour", page.text)
            self._receive_declarations()
        self.assertEqual([bool(self._get_receipts(one)) for one in made], [True, *[False] * (len(made) - 1)])
        # Others in the same network are not kept from anything.
        self.authenticate(None, None)
        with patch.object(declaration, "PER_IP", declaration.PER_ORDER + 1):
            self.assertTrue(self._withdraw(self._sell_and_invoice((self.chair, 1))))

    def test_mailbox_of_another_is_not_flooded(self):
        with patch.object(rma_withdrawal, "RECEIPTS_PER_DAY", 1), self.mock_mail():
            first, second = self._withdraw(self.order), self._withdraw(self.order)
            self._receive_declarations()
        self.assertTrue(self._get_receipts(first))
        self.assertFalse(self._get_receipts(second))
        self.assertEqual(second.state, "received", "it counts all the same")

    # === Staff ===

    def test_staff_read_the_declarations_of_their_companies_only(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        mine, theirs = self._declare(self.order), self._declare(self.order)
        theirs.sale_order_id = False
        theirs.company_id = company
        seen = self.env["rma.withdrawal"].with_user(self.rma_user).search([("id", "in", (mine | theirs).ids)])
        self.assertEqual(seen, mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.rma_user).read(["name"])
        employee = new_test_user(self.env, "rma_employee", "base.group_user")
        for user in (employee, self.stock_user):
            with self.assertRaises(AccessError):
                mine.with_user(user).read(["name"])

    def test_staff_change_nothing_of_what_was_declared(self):
        withdrawal = self._declare(self.order).with_user(self.rma_manager)
        for name, value in {
            "customer_name": "x",
            "order_reference": "x",
            "email": "x@example.com",
            "scope": "x",
            "date_declared": "2020-01-01 00:00:00",
            "is_verified": True,
            "state": "done",
            "source": "staff",
            "decided_by_id": self.rma_user.id,
            "date_refund_due": "2030-01-01",
            "token": "known",
        }.items():
            with self.subTest(name=name), self.assertRaises(UserError), self.env.cr.savepoint():
                withdrawal.write({name: value})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.sudo().unlink()

    def test_staff_enter_a_letter(self):
        withdrawal = (
            self.env["rma.withdrawal"]
            .with_user(self.rma_user)
            .create(
                {
                    **self._typed(self.order),
                    "date_declared": "2026-03-02 09:00:00",
                    "sale_order_id": self.order.id,
                }
            )
        )
        self.assertEqual((withdrawal.source, withdrawal.state), ("staff", "received"))
        self.assertEqual(withdrawal.line_ids.product_id, self.chair | self.table)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["rma.withdrawal"].with_user(self.rma_user).create({**self._typed(self.order), "is_verified": True})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["rma.withdrawal"].with_user(self.rma_user).create(
                {**self._typed(self.order), "date_declared": "2999-01-01 00:00:00"}
            )

    def test_items_of_another_order_are_no_part_of_it(self):
        other = self._sell_and_invoice((self.table, 1))
        withdrawal = self._declare(self.order).with_user(self.rma_user)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["rma.withdrawal.line"].with_user(self.rma_user).create(
                {"withdrawal_id": withdrawal.id, "sale_line_id": other.order_line[:1].id, "quantity": 1}
            )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            withdrawal.line_ids[:1].quantity = 99

    def test_receipt_as_a_file_is_one_page(self):
        withdrawal = self._declare(self.order)
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf("rma_management.report_rma_withdrawal", withdrawal.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 1)
