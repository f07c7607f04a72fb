from odoo.tests import tagged

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestOcaLink(RmaPortalCase):
    """Links to OCA's returns, which customers have in old emails, lead to the returns taken over from them."""

    def test_old_link_leads_to_the_page_with_its_key_only(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._ask(order, (self.chair, 1, self.refund), user=self.rma_user)
        rma.action_request()
        rma.sudo().write({"oca_rma_id": 4711, "access_token": "key-of-oca"})
        self.authenticate(None, None)
        answer = self._get("/my/rmas/4711", access_token="key-of-oca")
        self.assertEqual((self._path(answer), self._query(answer)), (rma.access_url, {"access_token": "key-of-oca"}))
        self.assertEqual(answer.headers.get("Referrer-Policy"), "no-referrer")
        self.assertIn(rma.name, self.url_open("/my/rmas/4711?access_token=key-of-oca").text)
        for query in ("", "?access_token=key-of-ocb"):
            self.assertNotIn(rma.name, self.url_open(f"/my/rmas/4711{query}").text)
        # To who may not see it, there might as well be none.
        paths = ("/my/rmas", "/my/rmas/page/2", "/my/rmas/0", "/my/rmas/4712?access_token=key-of-oca", "/my/rmas/4711")
        for path in (*paths, "/my/rmas/4711?access_token=key-of-ocb"):
            self.assertEqual(self._path(self._get(path)), "/my/returns", path)
        self.authenticate("rma_portal", "rma_portal")
        self.assertEqual(self._path(self._get("/my/rmas/4711")), rma.access_url)
