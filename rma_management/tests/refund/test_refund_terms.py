from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_price_paid import PricePaidCase


@tagged("post_install", "-at_install")
class TestRefundTerms(PricePaidCase):
    """X1, E4: what the invoice says of dates, instalments, analytic accounts and taxes, the credit note says too."""

    def _invoice_with(self, order, **values):
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.write(values)
        invoice.action_post()
        return invoice

    # === Lock dates ===

    def test_invoice_of_a_locked_period_is_credited_today(self):
        order = self._draft((self.good, 2))
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice_on(order, self.today - timedelta(days=70))
        self.company.sale_lock_date = self.today - timedelta(days=30)
        _rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual((refund.date, invoice.amount_residual), (self.today, 0))

    def test_draft_that_is_dated_into_a_locked_period_gets_an_open_day(self):
        order = self._sell_and_invoice((self.good, 3))
        for lock in ("sale_lock_date", "tax_lock_date"):
            with self.subTest(lock):
                _rma, refund = self._settled(order, (self.good, 1, self.refund))
                self.company[lock] = self.today - timedelta(days=10)
                refund.invoice_date = self.today - timedelta(days=20)
                refund.action_post()
                self.assertGreater(refund.date, self.company[lock])
                self.assertEqual(refund.amount_total, 115.0)

    def test_nothing_is_half_done_while_today_is_locked(self):
        order = self._sell_and_invoice((self.good, 3))
        rma = self._return(order, (self.good, 1, self.refund_posted))
        self.company.sale_lock_date = self.today
        with self.assertRaisesRegex(UserError, "Sales Lock Date"), self.env.cr.savepoint():
            rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)
        self.company.sale_lock_date = False
        rma.action_settle()
        self.assertEqual((rma.state, rma.sudo().refund_ids.state), ("done", "posted"))

    # === Instalments ===

    def test_invoice_in_instalments_is_asked_for_less(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "In three",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": part, "nb_days": days})
                    for part, days in ((30, 0), (30, 30), (40, 60))
                ],
            }
        )
        order = self._draft((self.good, 4))
        invoice = self._invoice_with(order, invoice_payment_term_id=term.id)
        instalments = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(len(instalments), 3)
        refunds = self._return_each(order, self.good, 4)
        # What comes back is due at once, and closes the oldest instalment first.
        for refund in refunds:
            owed = refund.line_ids.filtered(lambda line: line.display_type == "payment_term")
            self.assertEqual((len(owed), owed.date_maturity), (1, self.today))
        self.assertFalse(any(instalments.mapped("amount_residual")))
        self._check_nothing_left(order)

    # === Analytic accounts ===

    def test_analytic_distribution_of_goods_and_of_their_discount(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        first, second = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("First", "Second")]
        )
        goods, discount = {str(first.id): 60.0, str(second.id): 40.0}, {str(second.id): 100.0}
        order = self._discount(self._draft((self.good, 3)), "so_discount", 0.1)
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        for line in invoice.invoice_line_ids:
            line.analytic_distribution = goods if line.price_subtotal > 0 else discount
        invoice.action_post()
        refunds = self._return_each(order, self.good, 3)
        lines = (invoice | refunds).invoice_line_ids.analytic_line_ids
        for account in (first, second):
            amounts = lines.filtered(lambda line, account=account: line[plan._column_name()] == account)
            self.assertTrue(amounts)
            self.assertEqual(round(sum(amounts.mapped("amount")), 2), 0)

    # === Fiscal positions ===

    def _create_position(self):
        abroad = self._tax(5, name="Abroad")
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        abroad.write(
            {"fiscal_position_ids": [Command.set(position.ids)], "original_tax_ids": [Command.set(self.tax.ids)]}
        )
        return position, abroad

    def test_fee_and_adjustment_bear_the_taxes_of_the_fiscal_position(self):
        position, abroad = self._create_position()
        (self.company.rma_fee_product_id | self.company.rma_adjustment_product_id).taxes_id = self.tax
        order = self._draft((self.good, {"product_uom_qty": 1, "tax_ids": [Command.set(abroad.ids)]}))
        order.fiscal_position_id = position
        order.order_line.tax_ids = abroad
        self._finish(order)
        rma = self._return(order, (self.good, 1, self.refund_posted))
        values = {"rma_id": rma.id, "refund_fee": 10, "refund_adjustment": 4, "adjustment_reason": "Late"}
        self.env["rma.process"].with_user(self.rma_all).create(values).action_complete()
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.fiscal_position_id, position)
        self.assertEqual(refund.invoice_line_ids.tax_ids, abroad)
        # 100 less 10 and with 4 more, and 5 % on it.
        self.assertEqual((refund.amount_untaxed, refund.amount_total), (94.0, 98.7))


@tagged("post_install", "-at_install")
class TestRefundAsElectronicInvoice(PricePaidCase):
    """X1: a credit note of a return is an electronic one without a complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.format = cls.env["account.edi.xml.ubl_bis3"]
        belgium = cls.env.ref("base.be")
        for partner, vat in ((cls.company.partner_id, "BE0477472701"), (cls.customer, "BE0202239951")):
            partner.write({"country_id": belgium.id, "vat": vat, "street": "Rue 1", "city": "Namur", "zip": "5000"})

    def _export(self, move):
        move.partner_id.write({"invoice_edi_format": "ubl_bis3"})
        return self.format._export_invoice(move)

    def test_credit_note_with_discount_fee_and_shipping(self):
        (self.company.rma_fee_product_id | self.company.rma_adjustment_product_id).taxes_id = self.tax
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        _content, before = self._export(order.invoice_ids)
        self.assertFalse(before)
        rma = self._return(order, (self.good, 1, self.refund_posted))
        values = {"rma_id": rma.id, "refund_fee": 10}
        self.env["rma.process"].with_user(self.rma_all).create(values).action_complete()
        refund = rma.sudo().refund_ids
        content, errors = self._export(refund)
        self.assertFalse(errors)
        self.assertIn(order.invoice_ids[0].name, content.decode())
