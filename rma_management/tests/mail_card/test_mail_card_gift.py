from odoo.tests import tagged

from ..gift.common_gift import RmaGiftCase
from .common_mail_card import TEMPLATES, RmaMailCardCase


@tagged("post_install", "-at_install")
class TestMailCardGift(RmaGiftCase, RmaMailCardCase):
    """Whoever received a gift reads no price in a mail, and not who bought it."""

    def test_no_mail_tells_a_price_or_the_buyer(self):
        rma = self._return_gift(self.mug)
        self._approve(rma)
        self._receive(rma)
        rma.action_settle()
        rma.refund_ids.action_post()
        # They are asked for no difference.
        for name in set(TEMPLATES) - {"exchange"}:
            with self.subTest(mail=name):
                email = self._send(rma, name)
                self._assert_no_price(email["body"])
                self._assert_no_price(email["body_alternative"])
                self.assertEqual(email["body"].count('class="o_rma_mail_button"'), 1)
        self.assertIn("Mug of a gift", email["body"])
