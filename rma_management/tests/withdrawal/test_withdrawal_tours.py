from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_withdrawal import RmaWithdrawalCase


@tagged("post_install", "-at_install")
class TestWithdrawalTours(RmaWithdrawalCase):
    """X5 on a phone, in a real browser."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), name="TOUR-0009")

    def _get_declared(self):
        return self.env["rma.withdrawal"].search([("order_reference", "=", "TOUR-0009")])

    def test_withdrawal_on_a_phone(self):
        self.start_tour("/", "rma_withdrawal", timeout=120)
        self.assertEqual(self._get_declared().mapped("email"), ["ada@example.com"])

    def test_withdrawal_in_persian(self):
        language = self._speak_persian()
        # A machine without rtlcss serves the styles as they are.
        with mute_logger("odoo.addons.base.models.assetsbundle"):
            self.start_tour(f"/{language}/withdraw", "rma_withdrawal_rtl", timeout=120)
        self.assertEqual(self._get_declared().lang, "fa_IR")

    def test_items_are_chosen_on_a_phone(self):
        self.start_tour(f"/my/orders/{self.order.id}", "rma_withdrawal_items", login="rma_portal", timeout=120)
        withdrawal = self._get_declared()
        self.assertEqual((withdrawal.line_ids.quantity, withdrawal.is_verified), (2, True))
