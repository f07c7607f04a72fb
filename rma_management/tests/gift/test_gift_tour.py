from odoo.http import root
from odoo.tests import tagged

from .common_gift import RmaGiftCase


@tagged("post_install", "-at_install")
class TestGiftTour(RmaGiftCase):
    """Whoever received a gift returns it on a phone, in a real browser."""

    browser_size = "390x844"
    touch_enabled = True

    def test_gift_is_returned_on_a_phone(self):
        self._ask_gift()
        code = self._read_gift_code()[0]
        # The browser goes on in a copy of the session that asked, which ends when a tour begins.
        session = root.session_store.new()
        session.update(dict(root.session_store.get(self.opener.cookies["session_id"])))
        root.session_store.save(session)
        cookies = {"session_id": session.sid}
        self.start_tour(f"/returns/gift/code#{code}", "rma_gift", cookies=cookies, timeout=120)
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual((rma.state, rma.is_gift, rma.partner_id.name), ("requested", True, "Bob Receiver"))
