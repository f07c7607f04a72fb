from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_refund import RefundCase


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
        with self.assertRaisesRegex(UserError, f"{rma.name}: Chair is on a draft invoice of {order.name}. Post the"):
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
