import base64
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml.html import fromstring
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common_mail_card import TEMPLATES, RmaMailCardCase


@tagged("post_install", "-at_install")
class TestMailCard(RmaMailCardCase):
    """A mail about a return shows the products, what happens next, one button, and what has happened when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair.image_1920 = base64.b64encode(cls._picture())
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _asked(self, *items):
        rma = self._ask(self.order, *(items or ((self.chair, 2, self.refund),)))
        rma.action_request()
        return rma

    def _picture_paths(self, mail):
        return [urlsplit(source).path for source in mail.xpath("//img/@src")]

    # === What it shows ===

    def test_each_mail_has_one_button_and_the_pictures_of_the_products(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund), (self.table, 1, self.refund)))
        for name in TEMPLATES:
            with self.subTest(mail=name):
                mail = self._write(rma, name)
                self.assertEqual(len(self._buttons(mail)), 1)
                (picture,) = mail.xpath("//img")
                self.assertTrue(picture.get("src").startswith(f"{rma.get_base_url()}/returns/picture/"))
                self.assertEqual(picture.get("alt"), "", "the name stands beside it")
                self.assertEqual(len(mail.xpath("//*[hasclass('o_rma_mail_tile')]")), 1, "a table without a picture")

    def test_each_status_says_what_happens_next(self):
        rma = self._asked()
        self.assertIn("We will review it", self._write(rma, "requested").text_content())
        rma.with_user(self.rma_manager).action_approve()
        self.assertIn(rma._get_return_address().name, self._write(rma, "approved").text_content())
        self._receive(rma)
        self.assertIn("We are checking them", self._write(rma, "processing").text_content())
        rma.action_settle()
        mail = self._write(rma, "done").text_content()
        self.assertIn("We are preparing what you get for it.", mail)
        self.assertIn("Credit in preparation: 2", mail)
        rma.sudo().refund_ids.action_post()
        mail = self._write(rma, "done").text_content()
        self.assertIn("You do not need to do anything else.", mail)
        self.assertIn("Credited: 2", mail)

    def test_a_draft_has_no_page_to_lead_to(self):
        mail = self._write(self._ask(self.order, (self.chair, 2, self.refund)), "order")
        self.assertFalse(mail.xpath("//a"))
        self.assertIn("Chair", mail.text_content())

    def test_the_progress_has_the_dates_of_the_page(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self._receive(rma)
        mail = self._write(rma, "processing")
        page = fromstring(self._get(rma.access_url, access_token=rma.sudo().access_token).text)
        shown = page.xpath("//ol[hasclass('o_rma_timeline')]/li//span[hasclass('text-nowrap')]")
        dates = [date.text_content() for date in mail.xpath("//*[hasclass('o_rma_mail_date')]")]
        self.assertEqual(dates, [date.text_content() for date in shown])
        steps = rma.sudo()._get_portal_timeline()
        self.assertEqual(dates, [format_date(self.env, step["date"]) for step in steps if step["date"]])
        self.assertEqual(len(dates), 3)

    # === The button ===

    def test_the_button_is_what_can_be_done_now(self):
        rma = self._asked()
        page = rma.get_base_url() + rma.get_portal_url()
        (button,) = self._buttons(self._write(rma, "requested"))
        self.assertEqual((button.text_content(), button.get("href")), ("View Your Return", page))
        rma.with_user(self.rma_manager).action_approve()
        mail = self._write(rma, "approved")
        (button,) = self._buttons(mail)
        self.assertEqual(button.text_content(), "Print the Return Slip")
        self.assertIn("report_type=pdf", button.get("href"))
        self.assertIn(page, mail.xpath("//a[not(hasclass('o_rma_mail_button'))]/@href"))
        self.env["rma.return.method"].search([]).active = False
        method = self.env["rma.return.method"].create({"name": "Parcel shop", "kind": "drop_off"})
        rma.sudo().return_method_id = method
        (button,) = self._buttons(self._write(rma, "approved"))
        self.assertEqual((button.text_content(), button.get("href")), ("Show the Code", page))

    def test_a_label_of_the_carrier_is_printed_by_the_button(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        label = self.env["ir.attachment"].create({"name": "label.pdf", "raw": b"%PDF-1.4"})
        with patch.object(type(rma), "_get_return_labels", lambda order, receipts: label):
            (button,) = self._buttons(self._write(rma, "approved"))
            self.assertEqual(button.text_content(), "Print the Carrier's Label")
            target = urlsplit(button.get("href"))
            self.assertEqual(self._get(f"{target.path}?{target.query}").content, label.raw)

    # === Its pictures ===

    def test_strangers_fetch_the_pictures_of_a_mail_and_no_other(self):
        rma, other = self._asked(), self._asked((self.chair, 1, self.refund), (self.table, 1, self.refund))
        (path,) = self._picture_paths(self._write(rma, "requested"))
        response = self._get(path)
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, "image/jpeg"))
        line, key = rma.line_ids, path.rsplit("/", 1)[1]
        bare = other.line_ids.filtered(lambda line: line.product_id == self.table)
        for stranger in (
            f"/returns/picture/{line.id}/{key[:-1]}0x",
            f"/returns/picture/{line.id}/%D8%A7",
            f"/returns/picture/{line.id}/{rma.sudo().access_token}",
            f"/returns/picture/{(other.line_ids - bare).id}/{key}",
            f"/returns/picture/0/{key}",
            f"/returns/picture/{10**12}/{key}",
            bare._get_picture_url(),
        ):
            with self.subTest(path=stranger):
                self.assertEqual(self._get(stranger).status_code, 404)

    def test_the_picture_ends_with_the_link(self):
        rma = self._asked()
        (path,) = self._picture_paths(self._write(rma, "requested"))
        self.assertNotIn(rma.sudo().access_token, path)
        with patch.object(type(rma), "_is_link_ended", lambda order: True):
            self.assertEqual(self._get(path).status_code, 404)
        self.assertEqual(self._get(path).status_code, 200)
        rma.action_revoke_link()
        self.assertEqual(self._get(path).status_code, 404)

    # === How it is read ===

    def test_it_fits_a_phone_and_follows_dark_mode(self):
        body = self._send(self._asked(), "requested")["body"]
        mail = fromstring(body)
        self.assertFalse([width for width in mail.xpath("//@width") if width.isdigit() and int(width) > 64])
        self.assertNotIn("min-width", body)
        self.assertIn("prefers-color-scheme: dark", body)
        self.assertEqual(mail.xpath("//meta[@name='color-scheme']/@content"), ["light dark"])
        (button,) = self._buttons(mail)
        self.assertIn("background-color", button.get("style"), "nothing white on what may be white")
        self.assertIn("background-color", button.getparent().get("style"))
        color = self.company.email_secondary_color or "#875A7B"
        self.assertIn(f"background-color: {color} !important", body, "in dark mode, too")

    def test_its_plain_text_is_read_line_by_line(self):
        rma = self._asked()
        lines = [line.strip() for line in self._send(rma, "requested")["body_alternative"].splitlines()]
        for line in ("**We have your request**", "*What happens next*", "*Chair*", "2 Units", "View Your Return [1]"):
            self.assertIn(line, lines)
        self.assertIn(f"[1] {rma.get_base_url()}{rma.get_portal_url()}", lines)
        self.assertNotIn("Image", " ".join(lines))
        self.assertNotIn("\u034f", " ".join(lines), "no padding for previews")

    def test_it_runs_in_the_direction_of_its_language(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.customer.lang = "fa_IR"
        self.env.flush_all()
        # The card is what says it, whatever the translation of the words around it.
        template = self.env.ref("rma_management.mail_template_rma_requested")
        template.with_context(lang="fa_IR").body_html = template.body_html
        # Whoever causes the mail reads English.
        mail = fromstring(self._send(self._asked(), "requested")["body"])
        self.assertEqual((mail.get("dir"), mail.get("lang")), ("rtl", "fa-IR"))
        (card,) = mail.xpath("//table[hasclass('o_rma_mail_items')]/parent::div/@dir")
        self.assertEqual(card, "rtl")

    # === Who sends it ===

    def test_who_works_on_a_return_sends_it_without_other_rights(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        rma.user_id = self.rma_user
        action = rma.with_user(self.rma_user).action_send()
        composer = Form(self.env["mail.compose.message"].with_user(self.rma_user).with_context(**action["context"]))
        self.assertIn("o_rma_mail_button", composer.body)
        composer.save()._action_send_mail()
        message = rma.sudo().message_ids[0]
        self.assertEqual(message.email_layout_xmlid, "rma_management.mail_layout")
        self.assertIn("o_rma_mail_button", message.body)

    def test_dates_are_those_of_who_reads_them(self):
        rma = self._asked()
        late = rma.sudo().date_requested.replace(hour=23, minute=30)
        rma.sudo().date_requested = late
        self.customer.tz = "Pacific/Kiritimati"
        card = rma._get_mail_card()
        self.assertEqual(card["steps"][0]["date"], late.date() + timedelta(days=1))
