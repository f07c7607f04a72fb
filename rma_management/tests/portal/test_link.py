import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestLink(RmaPortalCase):
    """The link in a customer's mails: it opens one return, ends, is revoked, and its key is nobody's to read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.rma = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user)
        self.rma.action_request()
        self.key = self.rma.sudo().access_token

    def _open(self, key=None, suffix=""):
        return self._get(f"{self.rma.access_url}{suffix}", access_token=key or self.key)

    def _close(self, days_ago):
        self.rma.sudo().action_cancel()
        self.rma.sudo().date_closed = fields.Datetime.now() - timedelta(days=days_ago)

    # === End ===

    def test_link_of_an_open_return_does_not_end(self):
        self.rma.sudo().date_requested = fields.Datetime.now() - timedelta(days=1000)
        self.assertEqual(self._open().status_code, 200)

    def test_link_ends_half_a_year_after_the_return_was_closed(self):
        self._close(179)
        self.assertEqual(self._open().status_code, 200)
        self._close(181)
        self.assertEqual(self._path(self._open()), "/web/login")
        self.assertEqual(self._path(self._post(f"{self.rma.access_url}/cancel", access_token=self.key)), "/my")

    def test_ended_link_opens_no_messages_either(self):
        seal = self.rma.sudo()._sign_token(self.customer.id)
        keys = ({"token": self.key}, {"hash": seal, "pid": self.customer.id})
        thread = self.env["rma.order"].with_user(self.env.ref("base.public_user"))
        for key in keys:
            self.assertTrue(thread._get_thread_with_access(self.rma.id, **key))
        self._close(181)
        for key in keys:
            self.assertFalse(thread._get_thread_with_access(self.rma.id, **key))

    def test_company_says_after_how_many_days_links_end(self):
        self._close(5)
        self.company.rma_link_days = 4
        self.assertEqual(self._path(self._open()), "/web/login")
        self.company.rma_link_days = 0
        self.assertEqual(self._open().status_code, 200)
        with self.assertRaises(UserError):
            self.env["res.config.settings"].with_user(self.rma_manager).create({"rma_link_days": 1})

    def test_customer_who_logs_in_still_sees_the_return(self):
        self._close(181)
        self.authenticate("rma_portal", "rma_portal")
        self.assertEqual(self._open().status_code, 200)

    def test_return_that_is_reopened_is_not_closed(self):
        self._close(181)
        self.rma.sudo().action_draft()
        self.assertFalse(self.rma.date_closed)

    # === Revoking ===

    def test_whoever_works_on_the_return_revokes_its_link(self):
        self.rma.action_revoke_link()
        self.assertEqual(self._path(self._open()), "/web/login")
        new = re.search("access_token=(.*)", self.rma.get_portal_url())[1]
        self.assertEqual(self._open(new).status_code, 200)

    def test_nobody_else_revokes_the_link(self):
        self.rma.user_id = self.rma_all
        with self.assertRaises(AccessError):
            self.rma.with_user(self.rma_user).action_revoke_link()
        with self.assertRaises(AccessError):
            self.rma.with_user(self.portal_user).action_revoke_link()
        self.assertEqual(self._open().status_code, 200)

    # === The key ===

    def test_key_is_read_and_written_by_no_user(self):
        for user in (self.rma_user, self.rma_manager, self.portal_user):
            rma = self.rma.with_user(user)
            self.assertNotIn("access_token", rma.fields_get())
            for operation in (
                lambda rma=rma: rma.read(["access_token"]),
                lambda rma=rma: rma.search([("access_token", "like", self.key[:3])]),
                lambda rma=rma: rma.export_data(["access_token"]),
                lambda rma=rma: rma.write({"access_token": "x"}),
                lambda rma=rma: rma.formatted_read_group([], ["access_token"]),
            ):
                with self.assertRaises(UserError):
                    operation()
        self.assertTrue(self.rma.get_portal_url.__func__._api_private, "nor given over the wire")

    def test_customer_gets_the_key_by_mail(self):
        self._run_announcements()
        mail = self.env["mail.mail"].search([("model", "=", "rma.order"), ("res_id", "=", self.rma.id)])
        self.assertIn(self.key, "".join(mail.mapped("body_html")))

    # === Pages ===

    def test_every_page_with_a_key_is_kept_by_nobody(self):
        photo = self.env["ir.attachment"].create({"name": "a.jpg", "raw": self._picture(), "mimetype": "image/jpeg"})
        self.rma.sudo().line_ids.attachment_ids = photo
        self.rma.with_user(self.rma_manager).action_approve()
        mail = f"/mail/view?model=rma.order&res_id={self.rma.id}"
        for path, status in (
            (self.rma.access_url, 200),
            (f"{self.rma.access_url}?report_type=pdf", 200),
            (f"{self.rma.access_url}/photo/{photo.id}", 200),
            (f"{self.rma.access_url}/photo/0", 404),
            (f"{self.rma.access_url}/label/0", 404),
            (f"{self.rma.access_url}/delivery/0", 404),
            (mail, 303),
            ("/returns", 200),
            ("/returns/code", 303),
            ("/returns/request/3f2504e0-4f89-11d3-9a0c-0305e82c3301", 303),
        ):
            mark = "&" if "?" in path else "?"
            self._check_kept_by_nobody(f"{path}{mark}access_token={self.key}", status)
        self.assertNotIn("Referrer-Policy", self._get("/web/login").headers)
        self.authenticate("rma_portal", "rma_portal")
        for path in ("/my/returns", "/my/returns/new", f"/my/orders/{self.order.id}/return"):
            self._check_kept_by_nobody(path, 200)

    def _check_kept_by_nobody(self, path, status):
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, status, path)
        self.assertEqual(answer.headers.get("Referrer-Policy"), "no-referrer", path)
        self.assertIn("no-store", answer.headers.get("Cache-Control", ""), path)
