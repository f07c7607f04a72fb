from odoo.addons.rma_management.tests.gift.common_gift import RECEIVER, RmaGiftCase
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestGiftCredit(RmaLoyaltyCase, RmaGiftCase):
    """Whoever received a gift gets its value as store credit on a card of their own; the buyer's money stays."""

    def _settle_gift(self, rma):
        self._approve(rma)
        self._receive(rma)
        rma.action_settle()
        self._run_announcements()
        return rma.refund_ids

    def _tell(self, rma):
        """What the receiver reads: the page, and the last mail."""
        page = self._get(rma.access_url, access_token=rma.access_token).text
        mails = rma.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        return page + " ".join(mails.mapped("body"))

    def test_receiver_gets_the_value_as_store_credit(self):
        self.invoice = self.order.invoice_ids
        self._pay(self.invoice)
        path = self._path(self._choose(self.order, {self.mug: "1"}, path=self._open_gift()))
        page = self._get(path)
        self.assertIn("You get its value as store credit.", page.text)
        self._assert_no_price(page.text)
        # Where the buyer would get the money, though the reason does not name store credit.
        self.assertNotIn(self.store_credit, self.reason.operation_type_ids)
        self.assertEqual(
            self._path(self._describe_gift(path, operation=self.store_credit, gift_street="")), f"{path}/check"
        )
        self._assert_no_price(self._get(f"{path}/check").text)
        sent = self._path(self._post(f"{path}/check"))
        rma = self.env["rma.order"].browse(int(sent.rsplit("/", 1)[1]))
        self._assert_no_price(self._tell(rma))
        note = self._settle_gift(rma)
        self.assertEqual(rma.state, "done")
        self.assertEqual((note.partner_id, note.reversed_entry_id), (self.customer, self.invoice))
        self.assertAlmostEqual(note.amount_total, 141.97)
        self.assertFalse(note.amount_residual)
        receiver = rma.partner_id
        self.assertEqual(receiver.email, RECEIVER)
        self.assertAlmostEqual(self._wallet(partner=receiver).points, 141.97)
        self.assertFalse(self._wallet(), "the buyer gets nothing")
        self.assertFalse(note.matched_payment_ids)
        told = self._tell(rma)
        self.assertIn("141.97", told, "the amount of the credit is told once it is given")
        self.assertNotIn(note.name, told)
        for secret in ("123.45", "Lovelace", "ada@example.com", self.order.name):
            self.assertNotIn(secret, told)

    def test_store_credit_that_is_not_for_the_website_is_not_offered(self):
        request = self._begin_gift(self.mug)
        offered = self.env["rma.operation.type"].union(*request._get_choices().values())
        self.assertIn(self.store_credit, offered)
        self.store_credit.portal_ok = False
        offered = self.env["rma.operation.type"].union(*request._get_choices().values())
        self.assertTrue(offered)
        self.assertNotIn(self.store_credit, offered)

    def test_buyer_reads_no_card_of_the_receiver(self):
        rma = self._return_gift(self.mug, operation_type_id=self.store_credit.id)
        note = self._settle_gift(rma)
        card = note.rma_store_credit_card_id
        self.assertEqual(card.partner_id, rma.partner_id)
        as_buyer = note.with_user(self.portal_user)
        self.assertEqual(as_buyer.amount_total, note.amount_total, "the credit note is theirs")
        with self.assertRaises(AccessError):
            as_buyer.read(["rma_store_credit_card_id"])
        with self.assertRaises(AccessError):
            card.with_user(self.portal_user).read(["code"])

    def test_what_the_buyers_card_paid_goes_to_the_receiver(self):
        card = self.env["loyalty.card"].create(
            {"program_id": self.wallets.id, "partner_id": self.customer.id, "points": 100.0}
        )
        order = self.order = self._order_with_store_credit(self.mug)
        order.action_confirm()
        self._deliver(order)
        self._pay(self._invoice(order))
        self.assertFalse(card.points)
        order.action_create_gift_code()
        rma = self._return_gift(self.mug, operation_type_id=self.store_credit.id)
        note = self._settle_gift(rma)
        self.assertAlmostEqual(note.amount_total, 41.97)
        self.assertAlmostEqual(self._wallet(partner=rma.partner_id).points, 141.97)
        self.assertFalse(card.points, "the buyer gets nothing back")
        self.assertAlmostEqual(rma.amount_store_credit, 141.97)
        note.button_draft()
        self.assertFalse(self._wallet(partner=rma.partner_id).points)
        self.assertFalse(card.points)
        note.action_post()
        self.assertAlmostEqual(self._wallet(partner=rma.partner_id).points, 141.97)

    def test_fee_is_told_as_a_share(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        request = self._begin_gift(self.mug)
        told = [offer["sentences"] for offers in request._get_offers().values() for offer in offers]
        self.assertIn(("You get its value as store credit.", "We deduct a restocking fee of 10 %."), told)

    def test_gift_that_was_never_invoiced_has_no_value_to_give(self):
        self.assertIn(self.store_credit, self._begin_gift(self.mug).line_ids._get_operation_types())
        order = self.order = self._sell((self.mug, 1))
        self._deliver(order)
        order.action_create_gift_code()
        self.assertEqual(self._begin_gift(self.mug).line_ids._get_operation_types_for(self.reason), self.replace)
