from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_gift import RmaGiftCase


@tagged("post_install", "-at_install")
class TestGiftTour(RmaGiftCase):
    """Whoever received a gift returns it on a phone, in a real browser."""

    browser_size = "390x844"
    touch_enabled = True

    def test_gift_is_returned_on_a_phone(self):
        self._ask_gift()
        code = self._read_gift_code()[0]
        self.start_tour(f"/returns/gift/code#{code}", "rma_gift", cookies=self._copy_session(), timeout=120)
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual((rma.state, rma.is_gift, rma.partner_id.name), ("requested", True, "Bob Receiver"))

    def test_gift_is_returned_in_persian_on_a_phone(self):
        language = self._speak_persian()
        self._ask_gift()
        code = self._read_gift_code()[0]
        # A machine without rtlcss serves the styles as they are.
        with mute_logger("odoo.addons.base.models.assetsbundle"):
            self.start_tour(
                f"/{language}/returns/gift/code#{code}", "rma_gift_rtl", cookies=self._copy_session(), timeout=120
            )
        self.assertTrue(self.order.order_line.rma_line_ids.order_id.is_gift)
