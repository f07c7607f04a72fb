import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestPortalTours(RmaPortalCase):
    """The pages of customers in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), name="TOUR-0001")
        cls.reason.write(
            {
                "name": "Broken in the tour",
                "photo_required": True,
                "operation_type_ids": (cls.refund | cls.repair).ids,
                "operation_type_id": cls.refund.id,
            }
        )

    def test_request_with_photos_from_the_page_of_an_order(self):
        self.start_tour(f"/my/orders/{self.order.id}", "rma_portal_request", login="rma_portal", timeout=120)
        line = self.order.order_line.rma_line_ids
        self.assertEqual((line.order_id.state, line.product_uom_qty), ("requested", 2))
        self.assertEqual(line.comment, "The leg is broken.")
        self.assertEqual(line.attachment_ids.name, "broken leg.jpg")

    def test_request_on_a_phone(self):
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.start_tour(f"/my/orders/{self.order.id}", "rma_portal_request", login="rma_portal", timeout=120)
        self.assertEqual(self.order.order_line.rma_line_ids.order_id.state, "requested")

    def test_rejection_and_messages_back_and_forth(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        rma.action_request()
        rma.with_user(self.rma_manager).action_reject("The box is missing.")
        rma.with_user(self.rma_manager).message_post(
            body="Which box do you mean?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.start_tour(rma.access_url, "rma_portal_messages", login="rma_portal", timeout=120)
        message = rma.customer_message_ids.filtered(lambda message: "screws" in message.body)
        self.assertEqual(message.author_id, self.customer)

    def test_cancellation(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        rma.action_request()
        self.start_tour(rma.access_url, "rma_portal_cancel", login="rma_portal", timeout=120)
        self.assertEqual(rma.state, "cancel")

    def test_guest_asks_for_a_code(self):
        self.start_tour("/", "rma_guest_order", timeout=120)
        access = self.env["rma.guest.access"].search([], limit=1, order="id desc")
        self.assertEqual(access.sale_order_id, self.order)
        self._send_codes()
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        self.assertEqual(mail.email_to, "ada@example.com")

    def test_guest_returns_something_with_the_code_of_the_mail(self):
        self.authenticate(None, None)
        self._post("/returns", number="TOUR-0001", email="ada@example.com")
        self._send_codes()
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        code = mail.subject.rsplit(" ", 1)[1]
        self.start_tour(f"/returns/code#{code}", "rma_guest_request", cookies=self._copy_session(), timeout=120)
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual((rma.state, rma.partner_id), ("requested", self.customer))
        self.assertEqual(rma.line_ids.attachment_ids.name, "broken leg.jpg")

    def test_customer_requests_in_persian_on_a_phone(self):
        language = self._be_persian_on_a_phone()
        # A machine without rtlcss serves the styles as they are.
        with mute_logger("odoo.addons.base.models.assetsbundle"):
            self.start_tour(
                f"/{language}/my/orders/{self.order.id}", "rma_portal_request_rtl", login="rma_portal", timeout=120
            )
        self.assertEqual(self.order.order_line.rma_line_ids.order_id.state, "requested")

    def test_guest_requests_in_persian_on_a_phone(self):
        language = self._be_persian_on_a_phone()
        self.authenticate(None, None)
        self._post("/returns", number="TOUR-0001", email="ada@example.com")
        self._send_codes()
        mail = self.env["mail.mail"].search([("email_to", "=", "ada@example.com")], limit=1, order="id desc")
        code = re.search(r"\d{6}", mail.subject)[0]
        with mute_logger("odoo.addons.base.models.assetsbundle"):
            self.start_tour(
                f"/{language}/returns/code#{code}", "rma_guest_request_rtl", cookies=self._copy_session(), timeout=120
            )
        self.assertEqual(self.order.order_line.rma_line_ids.order_id.state, "requested")

    def _be_persian_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        return self._speak_persian()
