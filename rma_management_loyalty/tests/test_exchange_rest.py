from odoo.tests import tagged

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestExchangeRest(RmaLoyaltyCase):
    """X8: what a cheaper product leaves of the credit is kept as store credit, where the operation says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cheap = cls._create_product("Stool", 10.0)
        cls.dear = cls._create_product("Throne", 500.0)
        cls.exchange = cls.replace.copy({"name": "Exchange", "post_credit_note": True, "exchange_rest": "store_credit"})
        cls.order = cls._sell_and_invoice((cls.chair, 3))

    def setUp(self):
        super().setUp()
        self._pay(self.order.invoice_ids.filtered("amount_residual"))

    def _exchanged(self, product, quantity=1):
        rma = self._return(self.order, (self.chair, quantity, self.exchange, {"replacement_product_id": product.id}))
        rma.action_settle()
        return rma.sudo()

    def test_rest_goes_to_the_wallet(self):
        rma = self._exchanged(self.cheap)
        self.assertEqual(rma.refund_ids.amount_total, 46.0)
        self.assertEqual(rma.refund_ids.amount_residual, 0.0)
        self.assertEqual(rma.replacement_invoice_ids.amount_residual, 0.0)
        self.assertEqual(self._wallet().points, 34.5)
        self.assertEqual(rma.amount_store_credit, 34.5)
        self.assertEqual((rma.amount_set_off, rma.amount_paid_back, rma.amount_to_pay_back), (11.5, 0.0, 0.0))
        self.assertEqual(rma.line_ids.qty_refunded, 1)
        self._deliver(rma.replacement_sale_order_ids)
        self.assertEqual(rma.state, "done")

    def test_accountant_who_posts_drafts_gives_it_too(self):
        self.exchange.post_credit_note = False
        rma = self._exchanged(self.cheap)
        self.assertFalse(self._wallet().points)
        (rma.replacement_invoice_ids | rma.refund_ids).action_post()
        self.assertEqual(self._wallet().points, 34.5)

    def test_dearer_product_leaves_nothing(self):
        rma = self._exchanged(self.dear)
        self.assertFalse(self._wallet().points)
        self.assertEqual(rma.amount_exchange_due, 575.0 - 46.0)

    def test_reset_credit_note_takes_the_rest_back(self):
        rma = self._exchanged(self.cheap)
        rma.refund_ids.button_draft()
        self.assertEqual(self._wallet().points, 0.0)
        rma.refund_ids.action_post()
        self.assertEqual(self._wallet().points, 34.5)

    def test_what_is_refunded_besides_is_paid_back_in_money(self):
        rma = self._return(self.order, (self.chair, 2, self.exchange))
        self._process(
            rma,
            (
                self.chair,
                {"qty_refund": 1, "exchange": True, "replacement_product_id": self.cheap.id, "qty_replace": 1},
            ),
        )
        rma = rma.sudo()
        self.assertEqual(len(rma.refund_ids), 2)
        self.assertEqual(self._wallet().points + rma.amount_to_pay_back + rma.amount_set_off, 92.0)
        self.assertEqual(rma.amount_set_off, 11.5)
