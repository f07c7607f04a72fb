from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..common import RmaCase

PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


@tagged("post_install", "-at_install")
class TestSlip(RmaCase):
    """R14: the customer prints one page that says where to send what, and until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.company.rma_send_days = 10

    def _print(self, rma):
        reports = self.env["ir.actions.report"].with_user(self.rma_all)
        page = reports._render_qweb_html("rma_management.report_rma_order", rma.ids)[0]
        return html.fromstring(page.decode())

    def _send_by(self, page):
        return [" ".join(part.text_content().split()) for part in page.find_class("o_rma_send_by")]

    def test_slip_says_until_when_to_send_the_goods(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        rma.sudo().date_approved = fields.Datetime.to_datetime("2026-03-01 12:00:00")
        self.assertEqual(rma._get_send_by_date(), fields.Date.to_date("2026-03-11"))
        self.assertEqual(self._send_by(self._print(rma)), ["Send the goods by March 11, 2026"])
        self.company.rma_send_days = 0
        self.assertFalse(rma._get_send_by_date())
        self.assertFalse(self._send_by(self._print(rma)))

    def test_last_approval_begins_the_days_anew(self):
        self.company.rma_second_approval_amount = 1
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        self.assertFalse(rma._get_send_by_date())
        second = new_test_user(self.env, "rma_second", "rma_management.group_rma_manager")
        rma.with_user(second).action_approve()
        self.assertEqual(rma._get_send_by_date(), fields.Date.context_today(rma) + timedelta(days=10))

    def test_nothing_has_to_be_sent_before_approval_nor_after_receipt(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund))
        rma.action_request()
        self.assertFalse(rma._get_send_by_date())
        self._approve(rma)
        self._receive(rma)
        self.assertFalse(rma._get_send_by_date())
        self.assertFalse(self._print(rma).find_class("o_rma_slip_label"))

    def test_label_names_both_and_the_number_and_the_customer_never_reads_the_internal_status(self):
        self.chair.image_1920 = PIXEL
        self.warehouse.rma_return_address_id = self.env["res.partner"].create({"name": "Gate C", "city": "Oakland"})
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        page = self._print(rma)
        [label] = page.find_class("o_rma_slip_label")
        for text in (self.customer.name, "Gate C", "Oakland", rma.name):
            self.assertIn(text, label.text_content())
        text = page.text_content()
        self.assertIn(self.order.name, text)
        self.assertNotIn("Approved", text)
        self.assertTrue([img for img in page.iter("img") if img.get("src", "").startswith("data:image/png")])
        settled = self._print(self._settled())
        self.assertIn("Your return is settled", settled.text_content())

    def _settled(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual(rma.state, "done")
        return rma

    def test_slip_of_one_item_fits_on_a_page_and_is_a_pdf(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        # The PDF fetches its styles from this very server.
        self.env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        report = self.env["ir.actions.report"].with_user(self.rma_all).with_context(force_report_rendering=True)
        with self.allow_pdf_render():
            content, kind = report._render_qweb_pdf("rma_management.report_rma_order", rma.ids)
        self.assertEqual((kind, content[:4], content.count(b"/Type /Page\n")), ("pdf", b"%PDF", 1))
