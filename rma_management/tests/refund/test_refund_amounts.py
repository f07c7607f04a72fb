from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestRefundCurrency(RefundCase):
    """A refund is worth what the invoice was, whatever the rate of the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env["res.currency"].create(
            {
                "name": "RMA",
                "symbol": "r",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create({"name": cls.today - timedelta(days=100), "rate": 2.0}),
                    Command.create({"name": cls.today - timedelta(days=10), "rate": 2.7}),
                ],
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Abroad", "currency_id": cls.currency.id})

    def _sell_abroad(self, *items, taxes=None):
        order = self._sell(*items, pricelist_id=self.pricelist.id)
        if taxes is not None:
            order.order_line.tax_ids = taxes
        self._deliver(order)
        return order, self._invoice_on(order, self.today - timedelta(days=50))

    def _exchange_entries(self, moves):
        return moves.line_ids.matched_debit_ids.exchange_move_id | moves.line_ids.matched_credit_ids.exchange_move_id

    def test_credit_note_has_the_rate_of_the_invoice(self):
        order, invoice = self._sell_abroad((self.chair, {"product_uom_qty": 3, "price_unit": 100.0}))
        _rma, refund = self._settled(order, (self.chair, 1, self.refund))
        self.assertEqual(refund.currency_id, self.currency)
        self.assertEqual(refund.invoice_currency_rate, invoice.invoice_currency_rate)
        self.assertAlmostEqual(abs(refund.amount_total_signed), 57.5)

    def test_accountant_who_dates_the_draft_otherwise_keeps_the_rate(self):
        order, invoice = self._sell_abroad((self.chair, {"product_uom_qty": 3, "price_unit": 100.0}))
        _rma, refund = self._settled(order, (self.chair, 1, self.refund))
        refund.invoice_date = self.today - timedelta(days=5)
        refund.action_post()
        self.assertEqual(refund.invoice_currency_rate, invoice.invoice_currency_rate)
        self.assertAlmostEqual(abs(refund.amount_total_signed), 57.5)

    def test_nothing_is_won_or_lost_on_the_way(self):
        order, invoice = self._sell_abroad((self.chair, {"product_uom_qty": 7, "price_unit": 33.33}))
        refunds = self.env["account.move"]
        for quantity in (1, 2, 4):
            refunds |= self._settled(order, (self.chair, quantity, self.refund_posted))[1]
            self.assertFalse(self._exchange_entries(invoice | refunds))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAlmostEqual(sum(refunds.mapped("amount_total_signed")), -invoice.amount_total_signed)

    def test_untaxed_shares_sum_in_both_currencies(self):
        order, invoice = self._sell_abroad(
            (self.chair, {"product_uom_qty": 3, "price_unit": 33.33}), taxes=self.env["account.tax"]
        )
        refunds = self.env["account.move"]
        for _share in range(3):
            refunds |= self._settled(order, (self.chair, 1, self.refund_posted))[1]
        self.assertAlmostEqual(sum(refunds.mapped("amount_total")), invoice.amount_total)
        self.assertAlmostEqual(sum(refunds.mapped("amount_total_signed")), -invoice.amount_total_signed)
        self.assertFalse(self._exchange_entries(invoice | refunds))

    def test_return_shows_the_refund_in_its_currency(self):
        order, _invoice = self._sell_abroad((self.chair, {"product_uom_qty": 3, "price_unit": 100.0}))
        rma, refund = self._settled(order, (self.chair, 1, self.refund))
        self.assertEqual(rma.currency_id, self.currency)
        self.assertEqual(rma.amount_refunded, refund.amount_total)


@tagged("post_install", "-at_install")
class TestRefundAmounts(RefundCase):
    """X1: refunds in any split sum to what was invoiced, to the cent."""

    def _check_thirds(self, items, taxes=None, rounding="round_per_line"):
        """Sell 3 of each, refund them one by one, and compare with the invoice."""
        self.company.tax_calculation_rounding_method = rounding
        order = self._sell(*[(product, {"product_uom_qty": 3, **values}) for product, values in items])
        if taxes is not None:
            order.order_line.tax_ids = taxes
        self._deliver(order)
        invoice = self._invoice(order)
        refunds = self.env["account.move"]
        for _third in range(3):
            refunds |= self._keep(order, *[(product, 1, self.keep_posted) for product, _values in items])
            for name in ("amount_total", "amount_untaxed", "amount_tax"):
                self.assertLessEqual(round(sum(refunds.mapped(name)), 6), round(invoice[name], 6), name)
        for name in ("amount_total", "amount_untaxed", "amount_tax"):
            self.assertAlmostEqual(sum(refunds.mapped(name)), invoice[name], msg=name)
        self.assertEqual(invoice.amount_residual, 0)
        return invoice, refunds

    def test_a_tenner_in_three_parts(self):
        _invoice, refunds = self._check_thirds([(self.chair, {"price_unit": 10 / 3})], taxes=self.env["account.tax"])
        self.assertEqual(refunds.mapped("amount_total"), [3.33, 3.34, 3.33])

    def test_included_tax(self):
        self._check_thirds([(self.chair, {"price_unit": 9.99})], taxes=self._tax(21, included=True))

    def test_several_taxes(self):
        self._check_thirds([(self.chair, {"price_unit": 9.99})], taxes=self._tax(9) | self._tax(5.5))

    def test_fixed_tax(self):
        invoice, refunds = self._check_thirds(
            [(self.chair, {"price_unit": 9.99})], taxes=self._tax(0.37, amount_type="fixed")
        )
        self.assertEqual(refunds.mapped("amount_tax"), [0.37, 0.37, 0.37])
        self.assertAlmostEqual(invoice.amount_tax, 1.11)

    def test_tax_that_raises_the_base_of_the_next(self):
        self._check_thirds(
            [(self.chair, {"price_unit": 9.99})],
            taxes=self._tax(10, include_base_amount=True, sequence=1) | self._tax(4.7, sequence=2),
        )

    def test_discount_of_a_third(self):
        self._check_thirds([(self.chair, {"price_unit": 9.99, "discount": 33.33})])

    def test_rounding_by_document(self):
        self._check_thirds(
            [(self.chair, {"price_unit": 21.53}), (self.table, {"price_unit": 0.07})],
            taxes=self._tax(21, included=True),
            rounding="round_globally",
        )

    def test_gift_of_a_hundred_percent_is_returned_for_nothing(self):
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 2, "discount": 100.0}))
        rma, refund = self._settled(order, (self.chair, 1, self.refund_posted))
        self.assertEqual(refund.amount_total, 0)
        self.assertEqual(refund.state, "posted")
        self.assertEqual(rma.state, "done")

    def test_product_without_a_price_is_returned_for_nothing(self):
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 2, "price_unit": 0.0}), (self.table, 1))
        rma, refund = self._settled(order, (self.chair, 1, self.refund))
        self.assertEqual(refund.amount_total, 0)
        self.assertEqual(order.order_line[0].qty_invoiced, 1)
        self.assertEqual(rma.state, "done")

    def test_down_payment_is_never_credited(self):
        order = self._sell((self.chair, 5))
        down = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30, "sale_order_ids": [Command.set(order.ids)]})
        )
        down.create_invoices()
        order.invoice_ids.action_post()
        down_payment = order.invoice_ids
        self._deliver(order)
        final = order._create_invoices(final=True)
        final.action_post()
        _rma, refund = self._settled(order, (self.chair, 5, self.refund_posted))
        self.assertEqual(refund.reversed_entry_id, final)
        self.assertEqual(refund.invoice_line_ids.product_id, self.chair)
        self.assertEqual(refund.amount_untaxed, 200.0)
        self.assertFalse(down_payment.reversal_move_ids)

    def test_sections_and_notes_are_left_out(self):
        order = self._sell((self.chair, 5))
        order.write(
            {
                "order_line": [
                    Command.create({"display_type": "line_section", "name": "Furniture", "sequence": 1}),
                    Command.create({"display_type": "line_note", "name": "Handle with care", "sequence": 99}),
                ]
            }
        )
        self._deliver(order)
        self._invoice(order)
        _rma, refund = self._settled(order, (self.chair, 1, self.refund))
        self.assertEqual(refund.invoice_line_ids.product_id, self.chair)
        self.assertEqual(len(refund.invoice_line_ids), 1)

    def test_each_line_of_the_same_product_is_credited_at_its_own_price(self):
        order = self._sell_and_invoice(
            (self.chair, {"product_uom_qty": 2, "price_unit": 40.0}),
            (self.chair, {"product_uom_qty": 2, "price_unit": 10.0}),
        )
        dear, cheap = order.order_line
        _rma, refund = self._settled(
            order,
            (self.chair, 2, self.refund, {"sale_line_id": cheap.id}),
            (self.chair, 1, self.refund, {"sale_line_id": dear.id}),
        )
        self.assertEqual(refund.amount_untaxed, 60.0)
        self.assertEqual((dear.qty_invoiced, cheap.qty_invoiced), (1, 0))

    def test_units_of_a_dozen_are_each_a_twelfth(self):
        self.chair.uom_ids = self.dozen
        order = self._sell_and_invoice(
            (self.chair, {"product_uom_qty": 1, "product_uom_id": self.dozen.id, "price_unit": 100.0})
        )
        invoice = order.invoice_ids
        refunds = self.env["account.move"]
        for quantity in (1, 5, 6):
            rma, refund = self._settled(
                order, (self.chair, quantity, self.refund_posted, {"product_uom_id": self.unit.id})
            )
            self.assertEqual(rma.line_ids.qty_refunded, quantity)
            self.assertEqual(rma.state, "done")
            refunds |= refund
        self.assertEqual(refunds.mapped("amount_untaxed"), [8.33, 41.67, 50.0])
        self.assertAlmostEqual(sum(refunds.mapped("amount_total")), invoice.amount_total)
        self.assertEqual(invoice.amount_residual, 0)

    def test_dozen_that_comes_back_in_units_leaves_nothing_to_invoice(self):
        for policy in ("order", "delivery"):
            good = self._create_product("Good", 10.0, invoice_policy=policy, uom_ids=[Command.set(self.dozen.ids)])
            order = self._sell_and_invoice(
                (good, {"product_uom_qty": 1, "product_uom_id": self.dozen.id, "price_unit": 120.0})
            )
            line = order.order_line
            for quantity in (7, 4, 1):
                self._settled(order, (good, quantity, self.refund_posted, {"product_uom_id": self.unit.id}))
                self.assertEqual(line.qty_to_invoice, 0, policy)
                self.assertEqual(order.invoice_status, "invoiced", policy)
            self.assertEqual((line.qty_invoiced, line.qty_delivered), (0, 0), policy)
            self.assertEqual(order.invoice_ids[0].amount_residual, 0)

    def test_rest_of_a_dozen_is_offered_in_units(self):
        self.chair.uom_ids = self.dozen
        before = self._on_hand(self.chair, self.stock)
        order = self._sell_and_invoice(
            (self.chair, {"product_uom_qty": 1, "product_uom_id": self.dozen.id, "price_unit": 120.0})
        )
        line = order.order_line
        self.assertEqual((line.qty_returnable, line.returnable_uom_id), (1, self.dozen))
        self._settled(order, (self.chair, 5, self.refund_posted, {"product_uom_id": self.unit.id}))
        line.invalidate_recordset(["qty_returnable", "returnable_uom_id"])
        self.assertEqual((line.qty_returnable, line.returnable_uom_id), (7, self.unit))
        wizard = self.env["rma.create.from.order"].with_user(self.rma_all).create({"sale_order_id": order.id})
        item = wizard.line_ids
        self.assertEqual((item.qty_returnable, item.product_uom_id), (7, self.unit))
        item.write({"quantity": 7, "reason_id": self.reason.id, "operation_type_id": self.refund_posted.id})
        rma = self._approve(self.env["rma.order"].browse(wizard.action_create()["res_id"]).with_user(self.rma_all))
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(self._on_hand(self.chair, self.stock), before)
        self.assertEqual(order.invoice_ids[0].amount_residual, 0)
        self.assertEqual(line.qty_to_invoice, 0)

    def test_dozen_of_units_is_twelve_units(self):
        self.chair.uom_ids = self.dozen
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 24, "price_unit": 0.333}))
        rma, refund = self._settled(order, (self.chair, 1, self.refund, {"product_uom_id": self.dozen.id}))
        self.assertEqual(rma.line_ids.qty_refunded, 1)
        self.assertEqual(order.order_line.qty_invoiced, 12)
        self.assertEqual(refund.amount_untaxed, 4.0)

    def test_accountant_who_edits_the_draft_gets_what_is_written(self):
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 3, "price_unit": 33.33}))
        _rma, refund = self._settled(order, (self.chair, 2, self.refund))
        with Form(refund) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 20.0
        self.assertEqual(refund.amount_untaxed, 40.0)
        self.assertEqual(refund.amount_tax, 6.0)


@tagged("post_install", "-at_install")
class TestRefundDocuments(RefundCase):
    """Documents are facts: what happens to a credit note is seen on its return at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def setUp(self):
        super().setUp()
        self.rma, self.note = self._settled(self.order, (self.chair, 2, self.refund))

    def _live_notes(self):
        return self.rma.sudo().refund_ids.filtered(lambda note: note.state != "cancel")

    def _check_open(self):
        self.assertEqual(self.rma.state, "processing")
        self.assertEqual(self.rma.line_ids.qty_to_settle, 2)
        self.assertEqual(self.rma.line_ids.qty_refunded, 0)

    def test_settling_again_makes_nothing(self):
        self.rma.action_settle()
        self.rma.action_settle()
        self.assertEqual(self.rma.sudo().refund_ids, self.note)

    def test_cancelled_draft_reopens_the_return(self):
        self.note.button_cancel()
        self._check_open()

    def test_deleted_draft_reopens_the_return(self):
        self.note.unlink()
        self._check_open()

    def test_deleted_line_of_a_draft_reopens_the_return(self):
        self.note.invoice_line_ids.unlink()
        self._check_open()

    def test_less_on_a_draft_leaves_the_rest_to_settle(self):
        self.note.invoice_line_ids.quantity = 1
        self.assertEqual(self.rma.line_ids.qty_to_settle, 1)
        self.rma.action_settle()
        self.assertEqual(sum(self._live_notes().mapped("amount_untaxed")), 80.0)

    def test_posted_note_that_is_cancelled_reopens_the_return(self):
        self.note.action_post()
        self.note.button_draft()
        self.assertEqual(self.rma.state, "done")
        self.note.button_cancel()
        self._check_open()

    def test_settling_after_a_cancelled_note_makes_exactly_one(self):
        self.note.button_cancel()
        self.rma.action_settle()
        self.rma.action_settle()
        self.assertEqual(len(self._live_notes()), 1)
        self.assertEqual(self._live_notes().amount_total, 92.0)
        self.assertEqual(self.rma.state, "done")

    def test_settling_after_a_deleted_note_makes_exactly_one(self):
        self.note.unlink()
        self.rma.action_settle()
        self.assertEqual(len(self._live_notes()), 1)
        self.assertEqual(self._live_notes().amount_total, 92.0)

    def test_amount_refunded_follows(self):
        self.assertEqual(self.rma.amount_refunded, 92.0)
        self.note.button_cancel()
        self.assertEqual(self.rma.amount_refunded, 0)

    def test_copy_of_a_note_is_nobodys_document(self):
        copy = self.note.copy()
        self.assertFalse(copy.rma_id)
        self.assertFalse(copy.invoice_line_ids.rma_line_id)
        self.assertEqual(self.rma.line_ids.qty_refunded, 2)

    def test_ordered_quantity_is_lowered_once(self):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell((desk, 5))
        self._deliver(order)
        self._invoice(order)
        rma, note = self._settled(order, (desk, 2, self.refund))
        note.button_cancel()
        rma.action_settle()
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_settled_return_can_neither_be_cancelled_nor_reset(self):
        for action in (self.rma.action_cancel, self.rma.action_draft):
            with self.assertRaises(UserError):
                action()

    def test_refund_and_cancelled_receipt_cannot_be_refunded_again(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 5, self.refund_first)))
        notes = rma.sudo().refund_ids
        rma.sudo().picking_ids.action_cancel()
        for action in (rma.action_cancel, rma.action_draft):
            with self.assertRaises(UserError):
                action()
        rma.action_settle()
        rma.action_receive_again()
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids, notes)
        self.assertEqual(notes.amount_untaxed, 200.0)

    def test_second_return_of_the_same_units_is_refused(self):
        self._settled(self.order, (self.chair, 3, self.refund))
        with self.assertRaises(UserError):
            self._ask(self.order, (self.chair, 1, self.refund)).action_request()

    def test_kept_goods_cannot_be_refunded_twice(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._keep(order, (self.chair, 5, self.refund_keep))
        with self.assertRaises(UserError):
            self._ask(order, (self.chair, 1, self.refund_keep)).action_request()

    def test_accountant_finds_the_return_from_the_credit_note(self):
        self.assertEqual(self.note.rma_id, self.rma.sudo())
        self.assertIn(self.rma.name, self.note.ref)


@tagged("post_install", "-at_install")
class TestRefundProcess(RefundCase):
    """The process screen shows the total that its credit notes will have."""

    def _wizard(self, rma):
        return self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})

    def test_total_is_that_of_the_credit_note(self):
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 7, "price_unit": 33.33, "discount": 33.33}))
        rma = self._return(order, (self.chair, 3, self.refund))
        wizard = self._wizard(rma)
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertTrue(total)
        self.assertAlmostEqual(total, rma.sudo().refund_ids.amount_total)

    def test_total_follows_the_quantity(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 3, self.refund))
        wizard = self._wizard(rma)
        self.assertEqual(wizard.amount_total_refund, 138.0)
        wizard.line_ids.qty_refund = 1
        self.assertEqual(wizard.amount_total_refund, 46.0)

    def test_nothing_else_is_credited_than_the_total_that_was_shown(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 3, self.refund))
        wizard = self._wizard(rma)
        self.assertEqual(wizard.amount_total_refund, 138.0)
        self._credit_by_hand(order.invoice_ids, 4)
        with self.assertRaisesRegex(UserError, "refund changed"):
            wizard.action_complete()
        self.assertFalse(rma.sudo().refund_ids)
        # Nor what somebody writes in its place.
        wizard = self._wizard(rma)
        self.assertEqual(wizard.amount_total_refund, 46.0)
        wizard.amount_total_refund = 500.0
        with self.assertRaisesRegex(UserError, "refund changed"):
            wizard.action_complete()
        self.assertFalse(rma.sudo().refund_ids)

    def test_only_the_refunded_part_is_credited(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 3, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 1}))
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 40.0)
        self.assertEqual(rma.state, "done")

    def test_total_over_several_invoices_and_products(self):
        order = self._sell((self.chair, 4), (self.table, 1))
        self._deliver(order, {self.chair: 1})
        self._invoice(order)
        self._deliver(order)
        self._invoice(order)
        rma = self._return(order, (self.chair, 4, self.refund), (self.table, 1, self.refund))
        wizard = self._wizard(rma)
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertAlmostEqual(total, sum(rma.sudo().refund_ids.mapped("amount_total")))
        self.assertAlmostEqual(total, 310.0 * 1.15)

    def test_total_of_what_was_never_invoiced_is_nothing(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        rma = self._return(order, (self.chair, 3, self.refund))
        self.assertEqual(self._wizard(rma).amount_total_refund, 0)

    def test_showing_the_total_credits_nothing(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 3, self.refund))
        self._wizard(rma).amount_total_refund  # noqa: B018
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(rma.line_ids.qty_refunded, 0)
