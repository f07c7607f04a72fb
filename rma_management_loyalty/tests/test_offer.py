import uuid

from odoo.tests import tagged

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestOffer(RmaLoyaltyCase):
    """Customers read what store credit gives them before they ask for it, and what goes back to their card."""

    def _begin(self, order):
        request = (
            self.env["rma.request"]
            .sudo()
            ._start(str(uuid.uuid4()), order, {order.order_line.filtered("product_uom_qty")[0]: 1}, self.customer)
        )
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.store_credit.id})
        return request

    def _sentences(self, request, operation):
        (line,) = request.line_ids
        return next(
            offer["sentences"]
            for offer in request._get_offers()[line]
            if offer["operation"] == operation and self.reason in offer["reasons"]
        )

    def test_store_credit_is_the_total_of_the_credit_note(self):
        request = self._begin(self._sell_and_invoice((self.chair, 3)))
        sentences = self._sentences(request, self.store_credit)
        self.assertIn("46.00 as store credit", sentences[0])
        self.assertIn("does not change that", sentences[-1])
        rma = request._send().with_user(self.rma_all)
        if rma.state == "requested":
            rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        rma.action_settle()
        self.assertAlmostEqual(self._wallet().points, 46.0)

    def test_part_that_a_card_paid_goes_back_to_the_card(self):
        self.env["loyalty.card"].create({"program_id": self.wallets.id, "partner_id": self.customer.id, "points": 16.0})
        order = self._order_with_store_credit(self.chair)
        order.action_confirm()
        self._deliver(order)
        self._invoice(order)
        sentences = self._sentences(self._begin(order), self.refund)
        self.assertIn("30.00", sentences[0])
        self.assertIn("16.00 goes back to the gift card or eWallet", sentences[1])
