from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import RmaCase


class RefundCase(RmaCase):
    """What an accountant does besides, and the operations that post their credit notes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refund_posted = cls.refund.copy({"name": "Refund, posted", "post_credit_note": True})
        cls.keep_posted = cls.refund_keep.copy({"name": "Refund, keep, posted", "post_credit_note": True})
        cls.refund_first = cls.refund.copy({"name": "Refund first", "receipt_policy": "after"})
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.today = fields.Date.today()

    @classmethod
    def _tax(cls, amount, included=False, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"{values.get('name', 'Tax')} {amount} {included}",
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_included" if included else "tax_excluded",
                **{key: value for key, value in values.items() if key != "name"},
            }
        )

    @classmethod
    def _invoice_on(cls, order, day, post=True):
        invoice = cls._invoice(order, post=False)
        invoice.invoice_date = day
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _invoice_only(cls, order, quantities):
        """Invoice {product: quantity}, whatever the order asks for."""
        invoice = cls._invoice(order, post=False)
        for line in invoice.invoice_line_ids.filtered("product_id"):
            line.quantity = quantities.get(line.product_id, 0.0)
        invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice):
        cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()

    @classmethod
    def _credit_by_hand(cls, invoice, quantity, **values):
        """Credit a part of each line with Odoo's own wizard."""
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": cls.today})
        )
        credit = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.invoice_line_ids.filtered("product_id").write({"quantity": quantity, **values})
        credit.action_post()
        return credit

    @classmethod
    def _return_by_hand(cls, order, product, quantity):
        """Take goods back with Odoo's own wizard, as goods to be credited."""
        delivery = order.picking_ids.filtered(lambda picking: picking.state == "done" and not picking.rma_id)[:1]
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_model="stock.picking", active_id=delivery.id)
            .create({"picking_id": delivery.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0.0
        picking = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        cls._validate(picking)
        return picking

    def _settled(self, order, *items):
        """Return and settle.

        :return: the return and its credit notes, as an accountant sees them
        """
        rma = self._return(order, *items)
        rma.action_settle()
        return rma, rma.sudo().refund_ids

    def _keep(self, order, *items):
        """Refund goods that the customer keeps: approval settles it.

        :return: the credit notes
        """
        return self._approve(self._ask(order, *items)).sudo().refund_ids


@tagged("post_install", "-at_install")
class TestRefund(RefundCase):
    """R5: where the returned product is invoiced, a credit note is made from that invoice."""

    def test_returned_product_is_credited_from_its_invoice(self):
        order = self._sell_and_invoice((self.chair, 5))
        invoice = order.invoice_ids
        _rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(refund.reversed_entry_id, invoice)
        self.assertEqual(refund.amount_untaxed, 80.0)
        self.assertEqual(refund.amount_total, 92.0)

    def test_credit_note_stays_a_draft_for_the_accountant(self):
        order = self._sell_and_invoice((self.chair, 5))
        _rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(refund.state, "draft")

    def test_return_is_done_when_its_credit_note_exists(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma, _refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.line_ids.qty_refunded, 2)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 0)
        self.assertEqual(rma.amount_refunded, 92.0)

    def test_order_counts_the_product_neither_as_delivered_nor_as_invoiced(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_credit_note_is_posted_where_the_operation_says_so(self):
        order = self._sell_and_invoice((self.chair, 5))
        _rma, refund = self._settled(order, (self.chair, 2, self.refund_posted))
        self.assertEqual(refund.state, "posted")

    def test_credit_note_stays_a_draft_when_one_of_its_operations_does_not_post(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 1))
        _rma, refund = self._settled(order, (self.chair, 2, self.refund_posted), (self.table, 1, self.refund))
        self.assertEqual(refund.state, "draft")

    def test_posted_credit_note_lowers_what_an_unpaid_invoice_asks(self):
        order = self._sell_and_invoice((self.chair, 5))
        invoice = order.invoice_ids
        _rma, refund = self._settled(order, (self.chair, 2, self.refund_posted))
        self.assertEqual(refund.amount_residual, 0)
        self.assertEqual(invoice.amount_residual, 230.0 - 92.0)

    def test_invoice_that_is_credited_whole_is_no_longer_asked(self):
        order = self._sell_and_invoice((self.chair, 5))
        invoice = order.invoice_ids
        self._settled(order, (self.chair, 5, self.refund_posted))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.payment_state, "reversed")

    def test_credit_note_of_a_paid_invoice_stays_open_to_be_paid_out(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._pay(order.invoice_ids)
        _rma, refund = self._settled(order, (self.chair, 2, self.refund_posted))
        self.assertEqual(refund.amount_residual, 92.0)
        self.assertEqual(refund.payment_state, "not_paid")

    def test_credit_note_line_keeps_what_the_invoice_line_says(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create({"name": "Project", "plan_id": plan.id})
        account = self.env["account.account"].search([("account_type", "=", "income_other")], limit=1)
        order = self._sell((self.chair, {"product_uom_qty": 5, "discount": 12.5, "name": "The red one"}))
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.write({"analytic_distribution": {str(analytic.id): 100.0}, "account_id": account.id})
        invoice.action_post()
        rma, refund = self._settled(order, (self.chair, 2, self.refund))
        line = refund.invoice_line_ids
        for name in ("name", "product_id", "account_id", "tax_ids", "discount", "price_unit", "sale_line_ids"):
            self.assertEqual(line[name], invoice.invoice_line_ids[name], name)
        self.assertEqual(line.analytic_distribution, {str(analytic.id): 100.0})
        self.assertEqual(line.rma_line_id, rma.sudo().line_ids)

    def test_credit_note_goes_to_who_was_invoiced(self):
        payer = self.env["res.partner"].create({"name": "Payer", "parent_id": self.customer.id, "type": "invoice"})
        order = self._sell_and_invoice((self.chair, 5), partner_invoice_id=payer.id)
        _rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(refund.partner_id, payer)
        self.assertEqual(refund.fiscal_position_id, order.invoice_ids[:1].fiscal_position_id)
        self.assertEqual(refund.journal_id, order.invoice_ids[:1].journal_id)

    def test_staff_without_accounting_rights_settle_and_gain_no_rights(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertTrue(refund)
        for document in order.invoice_ids:
            with self.assertRaises(AccessError):
                self.env["account.move"].with_user(self.rma_all).browse(document.id).read(["amount_total"])
        self.assertEqual(rma.amount_refunded, 92.0)

    def test_staff_of_another_return_do_not_settle_it(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._return(order, (self.chair, 2, self.refund))
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_user).action_settle()
        self.assertFalse(rma.sudo().refund_ids)

    def test_two_returns_of_one_order_get_a_credit_note_each(self):
        order = self._sell_and_invoice((self.chair, 5))
        rmas = self._return(order, (self.chair, 2, self.refund)) | self._return(order, (self.chair, 1, self.refund))
        rmas.action_settle()
        self.assertEqual([rma.sudo().refund_ids.amount_untaxed for rma in rmas], [80.0, 40.0])

    def test_two_products_of_one_invoice_share_a_credit_note(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 2))
        _rma, refund = self._settled(order, (self.chair, 2, self.refund), (self.table, 1, self.refund))
        self.assertEqual(len(refund), 1)
        self.assertEqual(refund.amount_untaxed, 230.0)

    def test_nothing_is_credited_before_the_goods_arrive(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund)))
        rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)

    def test_only_what_arrived_is_credited(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 4, self.refund)))
        self._receive(rma, {self.chair: 1})
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 40.0)
        self.assertEqual(rma.state, "processing")

    def test_refund_first_credits_on_approval(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = self._approve(self._ask(order, (self.chair, 2, self.refund_first)))
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 80.0)


@tagged("post_install", "-at_install")
class TestRefundNotInvoiced(RefundCase):
    """R6: what was not invoiced is never credited; the order delivers less, and the return says so and closes."""

    def test_no_credit_note_is_made(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_refunded, 0)

    def test_delivered_quantity_drops(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.order_line.qty_to_invoice, 3)

    def test_return_says_so_and_closes(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        rma, _refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(rma.line_ids.qty_uninvoiced, 2)
        self.assertEqual(rma.state, "done")

    def test_later_invoice_bills_only_what_stayed(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self._settled(order, (self.chair, 2, self.refund))
        self.assertEqual(self._invoice(order).amount_untaxed, 120.0)

    def test_later_invoice_does_not_bill_what_the_customer_keeps_for_free(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self.assertFalse(self._keep(order, (self.chair, 2, self.refund_keep)))
        self.assertEqual(self._invoice(order).amount_untaxed, 120.0)

    def test_of_a_partly_invoiced_product_only_the_invoiced_part_is_credited(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self._invoice_only(order, {self.chair: 2})
        rma, refund = self._settled(order, (self.chair, 3, self.refund))
        self.assertEqual(refund.amount_untaxed, 80.0)
        self.assertEqual(rma.line_ids.qty_refunded, 2)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 1)
        self.assertEqual(rma.state, "done")

    def test_draft_invoice_that_bills_it_refuses_with_what_to_do(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self._invoice(order, post=False)
        rma = self._return(order, (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, f"{rma.name}: a draft invoice of {order.name} bills Chair. Post it"):
            rma.action_settle()

    def test_refusal_leaves_nothing_half_done(self):
        order = self._sell((self.chair, 5), (self.table, 1))
        self._deliver(order)
        self._invoice_only(order, {self.table: 1})
        self._invoice(order, post=False)
        rma = self._return(order, (self.chair, 2, self.refund), (self.table, 1, self.refund))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(rma.line_ids.mapped("qty_uninvoiced"), [0, 0])
        self.assertEqual(rma.state, "processing")

    def test_once_the_draft_invoice_is_posted_the_product_is_credited(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        rma = self._return(order, (self.chair, 2, self.refund))
        invoice.action_post()
        rma.action_settle()
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 80.0)

    def test_cancelled_invoice_bills_nothing(self):
        order = self._sell((self.chair, 5))
        self._deliver(order)
        self._invoice(order, post=False).button_cancel()
        rma, refund = self._settled(order, (self.chair, 2, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 2)

    def test_product_sold_elsewhere_is_never_credited(self):
        order = self._sell_and_invoice((self.chair, 5))
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_all)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.chair.id,
                                "product_uom_qty": 2,
                                "reason_id": self.reason.id,
                                "operation_type_id": self.refund.id,
                            }
                        )
                    ],
                }
            )
        )
        rma.with_user(self.rma_manager).action_request()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(order.order_line.qty_invoiced, 5)


@tagged("post_install", "-at_install")
class TestRefundSeveralInvoices(RefundCase):
    """X2: each invoice is credited by a note of its own, the newest first, never above what it still has to credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell((cls.chair, {"product_uom_qty": 10, "price_unit": 33.33}))
        cls.invoices = cls.env["account.move"]
        for days, quantity in ((30, 4), (20, 3), (10, 3)):
            cls._deliver(cls.order, {cls.chair: quantity})
            cls.invoices |= cls._invoice_on(cls.order, cls.today - timedelta(days=days))

    def _quantities(self, refunds):
        return [
            sum(refunds.filtered(lambda r, i=i: r.reversed_entry_id == i).invoice_line_ids.mapped("quantity"))
            for i in self.invoices
        ]

    def test_five_of_ten_are_credited_from_the_newest_invoices(self):
        rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 2, 3])
        self.assertEqual(rma.line_ids.qty_refunded, 5)

    def test_newest_is_by_invoice_date_not_by_number(self):
        late = self._sell((self.table, 2))
        self._deliver(late, {self.table: 1})
        newer = self._invoice_on(late, self.today)
        self._deliver(late)
        self._invoice_on(late, self.today - timedelta(days=60))
        _rma, refund = self._settled(late, (self.table, 1, self.refund))
        self.assertEqual(refund.reversed_entry_id, newer)

    def test_next_return_takes_what_is_left(self):
        self._settled(self.order, (self.chair, 5, self.refund))
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [4, 1, 0])

    def test_all_returned_sums_to_all_invoices(self):
        refunds = self._settled(self.order, (self.chair, 5, self.refund_posted))[1]
        refunds |= self._settled(self.order, (self.chair, 3, self.refund_posted))[1]
        refunds |= self._settled(self.order, (self.chair, 2, self.refund_posted))[1]
        self.assertEqual(self._quantities(refunds), [4, 3, 3])
        for invoice in self.invoices:
            credited = refunds.filtered(lambda refund, invoice=invoice: refund.reversed_entry_id == invoice)
            self.assertAlmostEqual(sum(credited.mapped("amount_total")), invoice.amount_total)
            self.assertEqual(invoice.amount_residual, 0)

    def test_what_was_credited_by_hand_is_not_credited_again(self):
        self._credit_by_hand(self.invoices[2], 2)
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        self.assertEqual(self._quantities(refunds), [1, 3, 1])

    def test_draft_credit_by_hand_counts_too(self):
        credit = self._credit_by_hand(self.invoices[2], 2)
        credit.button_draft()
        _rma, refunds = self._settled(self.order, (self.chair, 2, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 1, 1])

    def test_cancelled_credit_by_hand_does_not_count(self):
        credit = self._credit_by_hand(self.invoices[2], 2)
        credit.button_draft()
        credit.button_cancel()
        _rma, refunds = self._settled(self.order, (self.chair, 2, self.refund))
        self.assertEqual(self._quantities(refunds), [0, 0, 2])

    def test_what_the_order_credited_is_not_credited_again(self):
        self._return_by_hand(self.order, self.chair, 4)
        credit = self.order._create_invoices(final=True)
        credit.action_post()
        self.assertEqual((credit.move_type, credit.reversed_entry_id), ("out_refund", self.env["account.move"]))
        _rma, refunds = self._settled(self.order, (self.chair, 5, self.refund))
        # The order's own credit note took 3 of the newest invoice and 1 of the next one.
        self.assertEqual(self._quantities(refunds), [3, 2, 0])

    def test_credit_of_the_order_leaves_the_right_rest_of_each_invoice(self):
        self._return_by_hand(self.order, self.chair, 4)
        credit = self.order._create_invoices(final=True)
        credit.action_post()
        _rma, refunds = self._settled(self.order, (self.chair, 6, self.refund))
        self.assertAlmostEqual(
            sum((refunds | credit).mapped("amount_total")), sum(self.invoices.mapped("amount_total"))
        )
        self.assertEqual(len(refunds), 2)
        for refund in refunds:
            quantity = refund.invoice_line_ids.quantity
            self.assertAlmostEqual(refund.amount_untaxed, 33.33 * quantity, delta=0.011)

    def test_what_an_invoice_took_off_is_not_credited_again(self):
        order = self._sell((self.chair, 5), (self.table, 1))
        self._deliver(order, {self.chair: 5})
        self._invoice(order)
        self._return_by_hand(order, self.chair, 2)
        self._deliver(order)
        mixed = order._create_invoices(final=True)
        mixed.action_post()
        self.assertEqual(mixed.move_type, "out_invoice")
        self.assertEqual(mixed.invoice_line_ids.filtered(lambda line: line.product_id == self.chair).quantity, -2)
        # Of 5 invoiced and 2 taken off, 3 are left; one of them by hand.
        self._credit_by_hand(order.invoice_ids.sorted("id")[0], 1)
        rma, refunds = self._settled(order, (self.chair, 3, self.refund))
        self.assertEqual(sum(refunds.invoice_line_ids.mapped("quantity")), 2)
        self.assertEqual(refunds.amount_untaxed, 80.0)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 1)

    def test_nothing_is_left_to_credit_after_a_full_credit_by_hand(self):
        order = self._sell_and_invoice((self.table, 2))
        self._credit_by_hand(order.invoice_ids, 2)
        rma, refund = self._settled(order, (self.table, 1, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 1)

    def test_cents_that_credits_by_hand_rounded_away_come_with_the_last_share(self):
        order = self._sell((self.table, {"product_uom_qty": 3, "price_unit": 0.334}))
        self._deliver(order)
        invoice = self._invoice(order)
        by_hand = self._credit_by_hand(invoice, 1) | self._credit_by_hand(invoice, 1)
        _rma, refund = self._settled(order, (self.table, 1, self.refund))
        # 1.00 was invoiced, and twice 0.33 credited.
        self.assertEqual(refund.amount_untaxed, 0.34)
        self.assertAlmostEqual(sum((refund | by_hand).mapped("amount_total")), invoice.amount_total)

    def test_what_a_credit_by_hand_gave_less_for_a_unit_is_not_given_for_another(self):
        order = self._sell_and_invoice((self.table, 3))
        self._credit_by_hand(order.invoice_ids, 1, price_unit=50.0)
        _rma, refund = self._settled(order, (self.table, 2, self.refund))
        self.assertEqual(refund.amount_untaxed, 300.0)

    def test_what_a_credit_by_hand_gave_more_is_never_given_again(self):
        order = self._sell_and_invoice((self.table, 3))
        self._credit_by_hand(order.invoice_ids, 1, price_unit=350.0)
        _rma, refund = self._settled(order, (self.table, 2, self.refund))
        self.assertEqual(refund.amount_untaxed, 100.0)


@tagged("post_install", "-at_install")
class TestRefundOrderQuantities(RefundCase):
    """After a refund the order asks neither for another invoice nor for another delivery."""

    def _sell_as_ordered(self, quantity, delivered=None, **values):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell((desk, quantity), **values)
        self._invoice(order)
        self._deliver(order, {desk: delivered} if delivered else None)
        return desk, order

    def _deliveries_to_do(self, order):
        return order.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def test_order_invoiced_as_ordered_does_not_ask_for_an_invoice_again(self):
        desk, order = self._sell_as_ordered(5)
        self._settled(order, (desk, 2, self.refund))
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_invoiced_as_ordered_does_not_deliver_again(self):
        desk, order = self._sell_as_ordered(5)
        self._settled(order, (desk, 2, self.refund))
        self.assertFalse(self._deliveries_to_do(order))
        self.assertEqual(order.order_line.qty_to_deliver, 0)

    def test_locked_order_stays_locked(self):
        desk, order = self._sell_as_ordered(5)
        order.action_lock()
        self._settled(order, (desk, 2, self.refund))
        self.assertTrue(order.locked)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_partly_delivered_order_still_delivers_the_rest(self):
        desk, order = self._sell_as_ordered(10, delivered=6)
        self._settled(order, (desk, 2, self.refund))
        self.assertEqual(order.order_line.product_uom_qty, 8)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(self._deliveries_to_do(order).product_uom_qty, 4)

    def test_partly_delivered_order_ends_invoiced_and_delivered(self):
        desk, order = self._sell_as_ordered(10, delivered=6)
        self._settled(order, (desk, 2, self.refund))
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 8)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_returned_product_that_is_not_invoiced_as_ordered_yet_never_will_be(self):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell((desk, 5))
        self._deliver(order)
        rma, refund = self._settled(order, (desk, 2, self.refund))
        self.assertFalse(refund)
        self.assertEqual(rma.line_ids.qty_uninvoiced, 2)
        self.assertEqual(self._invoice(order).amount_untaxed, 240.0)

    def test_order_invoiced_as_ordered_asks_nothing_when_goods_are_kept(self):
        desk, order = self._sell_as_ordered(5)
        refund = self._keep(order, (desk, 2, self.refund_keep))
        self.assertEqual(refund.amount_untaxed, 160.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_invoiced_as_delivered_asks_nothing_when_goods_are_kept(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._keep(order, (self.chair, 2, self.refund_keep))
        self.assertEqual(order.order_line.qty_delivered, 5)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_order_asks_nothing_while_refunded_goods_are_on_their_way(self):
        desk, as_ordered = self._sell_as_ordered(5)
        as_delivered = self._sell_and_invoice((self.chair, 5))
        self._approve(self._ask(as_ordered, (desk, 2, self.refund_first)))
        self._approve(self._ask(as_delivered, (self.chair, 2, self.refund_first)))
        self.assertEqual((as_ordered | as_delivered).mapped("invoice_status"), ["invoiced", "invoiced"])
        self.assertFalse(any((as_ordered | as_delivered).order_line.mapped("qty_to_invoice")))

    def test_order_asks_nothing_after_refunded_goods_arrived(self):
        desk, as_ordered = self._sell_as_ordered(5)
        as_delivered = self._sell_and_invoice((self.chair, 5))
        for order, product in ((as_ordered, desk), (as_delivered, self.chair)):
            rma = self._approve(self._ask(order, (product, 2, self.refund_first)))
            self._receive(rma)
            self.assertEqual(rma.state, "done")
        self.assertEqual((as_ordered | as_delivered).mapped("invoice_status"), ["invoiced", "invoiced"])
        self.assertFalse(any((as_ordered | as_delivered).order_line.mapped("qty_to_invoice")))
        self.assertFalse(self._deliveries_to_do(as_ordered | as_delivered))

    def test_new_quantity_on_the_order_is_invoiced_alone(self):
        order = self._sell_and_invoice((self.chair, 5))
        self._keep(order, (self.chair, 2, self.refund_keep))
        order.order_line.product_uom_qty = 6
        self._deliver(order)
        self.assertEqual(self._invoice(order).amount_untaxed, 40.0)

    def test_cancelled_credit_note_of_kept_goods_lets_the_order_be_as_before(self):
        order = self._sell_and_invoice((self.chair, 5))
        refund = self._keep(order, (self.chair, 2, self.refund_keep))
        refund.button_cancel()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.order_line.qty_invoiced, 5)


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
