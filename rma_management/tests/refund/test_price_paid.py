from odoo import Command
from odoo.tests import tagged

from .common_refund import RefundCase


class PricePaidCase(RefundCase):
    """A shop that sells a good of 100 with 15 % tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls._create_product("Good", 100.0)
        cls.discount_product = cls.env["product.product"].create(
            {"name": "Discount", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )
        cls.company.sale_discount_product_id = cls.discount_product

    @classmethod
    def _draft(cls, *items):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "tax_ids": [Command.set(product.taxes_id.ids)],
                            **(what if isinstance(what, dict) else {"product_uom_qty": what}),
                        }
                    )
                    for product, what in items
                ],
            }
        )

    @classmethod
    def _discount(cls, order, kind, value):
        """Give a discount with Odoo's own wizard."""
        name = "discount_amount" if kind == "amount" else "discount_percentage"
        cls.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": kind, name: value}
        ).action_apply_discount()
        return order

    @classmethod
    def _finish(cls, order):
        """Confirm, deliver and invoice."""
        order.action_confirm()
        cls._deliver(order)
        cls._invoice(order)
        return order

    @classmethod
    def _sell_discounted(cls, kind, value, *items):
        return cls._finish(cls._discount(cls._draft(*items), kind, value))

    def _get_amounts(self, moves):
        """Sum the journal items by account, tax and tag."""
        sums = {}
        for line in moves.line_ids:
            for key in [line.account_id, *line.tax_line_id, *line.tax_tag_ids]:
                sums[key] = round(sums.get(key, 0.0) + line.balance, 2)
        return sums

    def _check_nothing_left(self, order):
        """The credit notes sum to the invoices, per account and tag, and the order asks for nothing."""
        moves = order.invoice_ids.filtered(lambda move: move.state == "posted")
        self.assertFalse({key: amount for key, amount in self._get_amounts(moves).items() if amount})
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        self.assertFalse(any(invoices.mapped("amount_residual")))
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [0.0] * len(order.order_line))
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0.0] * len(order.order_line))
        self.assertEqual(order.invoice_status, "invoiced")

    def _return_each(self, order, product, times, quantity=1):
        refunds = self.env["account.move"]
        for _time in range(times):
            refunds |= self._settled(order, (product, quantity, self.refund_posted))[1]
        return refunds


@tagged("post_install", "-at_install")
class TestPricePaid(PricePaidCase):
    """X1: a discount on the order is part of the price of what it lowered."""

    def test_all_back_after_a_global_discount(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        _rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 310.5)
        self._check_nothing_left(order)

    def test_one_by_one_after_a_global_discount(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(refunds.mapped("amount_total"), [103.5, 103.5, 103.5])
        self._check_nothing_left(order)

    def test_all_back_after_a_fixed_discount(self):
        # The discount is 30 with its tax, as Odoo's wizard takes it.
        order = self._sell_discounted("amount", 30.0, (self.good, 3))
        _rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 315.0)
        self._check_nothing_left(order)

    def test_thirds_of_a_discount_sum_to_the_cent(self):
        order = self._sell_discounted("amount", 10.0, (self.good, 3))
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(round(sum(refunds.mapped("amount_total")), 2), 335.0)
        self._check_nothing_left(order)

    def test_while_a_part_stays_the_order_asks_for_nothing(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        _rma, refund = self._settled(order, (self.good, 1, self.refund_posted))
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0.0, 0.0])
        self.assertEqual(order.invoice_status, "invoiced")
        refund.button_draft()
        refund.button_cancel()
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [3.0, 1.0])

    def test_discount_of_each_tax_lowers_the_goods_of_that_tax(self):
        low = self._create_product("Book", 50.0, taxes_id=[Command.set(self._tax(7).ids)])
        order = self._sell_discounted("so_discount", 0.2, (self.good, 2), (low, 2))
        _rma, refund = self._settled(order, (low, 1, self.refund_posted))
        self.assertEqual(refund.amount_untaxed, 40.0)
        self.assertEqual(refund.amount_tax, 2.8)
        self._settled(order, (low, 1, self.refund_posted), (self.good, 2, self.refund_posted))
        self._check_nothing_left(order)

    def test_included_tax(self):
        good = self._create_product("Incl", 11.99, taxes_id=[Command.set(self._tax(19, included=True).ids)])
        order = self._sell_discounted("so_discount", 0.07, (good, 3))
        self._return_each(order, good, 3)
        self._check_nothing_left(order)

    def test_negative_line_by_hand_on_the_order(self):
        order = self._finish(
            self._draft(
                (self.good, 3),
                (self.discount_product, {"product_uom_qty": 1, "price_unit": -30, "tax_ids": self.tax.ids}),
            )
        )
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(refunds.mapped("amount_total"), [103.5, 103.5, 103.5])
        self._check_nothing_left(order)

    def test_negative_line_by_hand_on_the_invoice(self):
        order = self._draft((self.good, 3))
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids = [
            Command.create({"name": "Sorry", "price_unit": -30.0, "tax_ids": [Command.set(self.tax.ids)]})
        ]
        invoice.action_post()
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(refunds.mapped("amount_total"), [103.5, 103.5, 103.5])
        self.assertEqual(invoice.amount_residual, 0)

    def test_core_reversal_of_a_part_counts(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        credit = self._credit_by_hand(order.invoice_ids, 1)
        # One good, and the whole discount.
        self.assertEqual(credit.amount_untaxed, 70.0)
        _rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual(refund.amount_untaxed, 200.0)
        self.assertEqual(order.invoice_ids[0].amount_residual, 0)

    def test_goods_credited_by_hand_without_their_discount(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 3))
        credit = self._credit_by_hand(order.invoice_ids, 1)
        credit.button_draft()
        credit.invoice_line_ids.filtered(lambda line: line.price_unit < 0).unlink()
        credit.action_post()
        _rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual(refund.amount_total, 310.5 - 115.0)

    def test_inspection_takes_its_part_off_the_price_paid(self):
        order = self._sell_discounted("so_discount", 0.2, (self.good, 2))
        rma = self._return(order, (self.good, 2, self.refund_posted))
        self.env["rma.inspection"].with_user(self.rma_all).create(
            {"line_id": rma.line_ids.id, "quantity": 1, "grade_id": self.env.ref("rma_management.rma_grade_c").id}
        )
        rma.action_settle()
        # 80, and 80 % of it.
        self.assertEqual(rma.sudo().refund_ids.amount_untaxed, 144.0)

    def test_shipping_that_was_lowered_too_is_lowered_when_it_is_given_back(self):
        parcel = self._create_product("Parcel", 10.0, on_hand=0, type="service", invoice_policy="order")
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 10.0}
        )
        order = self._draft((self.good, 3))
        order.set_delivery_line(carrier, 10.0)
        parcel.taxes_id = self.tax
        order.order_line.filtered("is_delivery").tax_ids = self.tax
        self._finish(self._discount(order, "so_discount", 0.1))
        rma = self._return(order, (self.good, 3, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.amount_total_refund, 310.5)
        wizard.refund_shipping = True
        self.assertEqual(wizard.amount_total_refund, 320.85)
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_total, 320.85)
        self._check_nothing_left(order)

    def test_fee_in_percent_is_of_the_price_paid(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        self.company.rma_fee_product_id.taxes_id = False
        order = self._sell_discounted("so_discount", 0.2, (self.good, 1))
        rma, _refund = self._settled(order, (self.good, 1, self.refund_posted))
        self.assertEqual(rma.amount_refunded, 92.0 - 8.0)


@tagged("post_install", "-at_install")
class TestPricePaidOnScreens(PricePaidCase):
    """Whoever looks at a return reads the price that was really paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_discounted("so_discount", 0.2, (cls.good, 4))

    def test_total_of_the_process_screen(self):
        rma = self._return(self.order, (self.good, 4, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.amount_total_refund, 368.0)
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_total, 368.0)

    def test_price_of_the_return_and_of_its_approval(self):
        rma = self._ask(self.order, (self.good, 1, self.refund))
        self.assertEqual(rma.line_ids.price_unit, 80.0)
        self.assertEqual(rma.amount_requested, 80.0)
        self.assertEqual(rma.amount_to_approve, 80.0)


@tagged("post_install", "-at_install")
class TestRefundCap(PricePaidCase):
    """X1: never above what an invoice has left, whoever credited it before and however."""

    def _credit_freely(self, invoice, *prices, link=True):
        """Write a credit note by hand whose lines point to no order."""
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "reversed_entry_id": link and invoice.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "Goodwill", "price_unit": price, "tax_ids": [Command.set(self.tax.ids)]})
                    for price in prices
                ],
            }
        )
        note.action_post()
        return note

    def _lower_goods(self, invoice, price):
        """Credit a part of the price of the goods with Odoo's own wizard, and nothing of their discount."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": self.today})
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        goods = credit.invoice_line_ids.filtered(lambda line: line.product_id == self.good)
        (credit.invoice_line_ids - goods).unlink()
        goods.price_unit = price
        credit.action_post()

    def test_credit_without_order_is_not_given_again(self):
        order = self._sell_and_invoice((self.good, 3))
        self._credit_freely(order.invoice_ids, 100.0)
        _rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 230.0)
        self.assertEqual(order.invoice_ids[0].amount_residual, 0)

    def test_credit_that_is_only_reconciled_is_not_given_again(self):
        order = self._sell_and_invoice((self.good, 3))
        invoice = order.invoice_ids
        note = self._credit_freely(invoice, 100.0, link=False)
        (invoice | note).line_ids.filtered(lambda line: line.display_type == "payment_term").reconcile()
        _rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 230.0)

    def test_credit_without_order_leaves_single_returns_their_price(self):
        order = self._sell_and_invoice((self.good, 3))
        self._credit_freely(order.invoice_ids, 100.0)
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(sum(refunds.mapped("amount_total")), 230.0)
        self.assertEqual(refunds[0].amount_total, 115.0)

    def test_screen_says_the_capped_total(self):
        order = self._sell_and_invoice((self.good, 3))
        self._credit_freely(order.invoice_ids, 100.0)
        rma = self._return(order, (self.good, 3, self.refund))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.amount_total_refund, 230.0)

    def test_credit_without_order_is_not_given_again_with_the_shipping(self):
        parcel = self._create_product("Parcel", 10.0, on_hand=0, type="service", invoice_policy="order")
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 10.0}
        )
        order = self._discount(self._draft((self.good, 3)), "so_discount", 0.1)
        order.set_delivery_line(carrier, 10.0)
        order.order_line.filtered("is_delivery").tax_ids = False
        invoice = self._finish(order).invoice_ids
        self.assertEqual(invoice.amount_total, 320.5)
        self._credit_freely(invoice, 6.0)
        rma = self._return(order, (self.good, 3, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id, "refund_shipping": True})
        self.assertEqual(wizard.amount_total_refund, 313.6)
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_total, 313.6)
        self.assertEqual(invoice.amount_residual, 0)

    def test_nothing_is_left_of_an_invoice_credited_as_a_whole(self):
        order = self._sell_and_invoice((self.good, 3))
        self._credit_freely(order.invoice_ids, 300.0)
        rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 0)
        self.assertEqual(rma.state, "done")

    def test_units_lowered_in_price_come_back_for_the_rest(self):
        order = self._sell_and_invoice((self.good, 5))
        self._credit_by_hand(order.invoice_ids, 5, price_unit=20.0)
        rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual(refund.amount_total, 184.0)
        self.assertEqual(rma.state, "done")
        _rma, rest = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(rest.amount_total, 276.0)
        self.assertEqual(order.invoice_ids[0].amount_residual, 0)

    def test_units_lowered_by_odd_cents_give_no_cent_twice(self):
        good = {"product_uom_qty": 2, "price_unit": 1234.56, "discount": 5}
        order = self._sell_and_invoice((self.good, good))
        invoice = order.invoice_ids
        self.assertEqual(invoice.amount_total, 2697.51)
        lowered = self._credit_by_hand(invoice, 2, price_unit=308.64)
        refunds = self._return_each(order, self.good, 2)
        self.assertEqual(lowered.amount_total + sum(refunds.mapped("amount_total")), 2697.51)
        self.assertEqual(invoice.amount_residual, 0)

    def test_units_lowered_in_price_bear_their_part_of_the_discount_each(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 4))
        invoice = order.invoice_ids
        self._lower_goods(invoice, 20)
        # 100 less 20 and less 10, and 15 % on it.
        self.assertEqual(self._return_each(order, self.good, 4).mapped("amount_total"), [80.5] * 4)
        self.assertEqual(invoice.amount_residual, 0)

    def test_goods_credited_by_hand_for_more_than_they_cost_come_back_for_nothing(self):
        order = self._sell_discounted("so_discount", 0.1, (self.good, 2))
        invoice = order.invoice_ids
        self._lower_goods(invoice, 95)
        rma, refund = self._settled(order, (self.good, 2, self.refund_posted))
        self.assertEqual((rma.state, refund.amount_total), ("done", 0))


@tagged("post_install", "-at_install")
class TestInvoiceTerms(PricePaidCase):
    """X1: what the invoice rounds, or lowers for an early payment, the credit note does too."""

    def _invoice_with(self, order, **values):
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order, post=False)
        invoice.write(values)
        invoice.action_post()
        return invoice

    def _round_to_five_cents(self, strategy="add_invoice_line"):
        account = self.env["account.account"].search([("account_type", "=", "income_other")], limit=1)
        return self.env["account.cash.rounding"].create(
            {
                "name": "0.05",
                "rounding": 0.05,
                "strategy": strategy,
                "rounding_method": "HALF-UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )

    def test_cash_rounding(self):
        order = self._draft((self.good, {"product_uom_qty": 3, "price_unit": 10.01, "tax_ids": False}))
        invoice = self._invoice_with(order, invoice_cash_rounding_id=self._round_to_five_cents().id)
        self.assertEqual(invoice.amount_total, 30.05)
        _rma, refund = self._settled(order, (self.good, 3, self.refund_posted))
        self.assertEqual(refund.amount_total, 30.05)
        self.assertEqual(invoice.amount_residual, 0)

    def test_cash_rounding_of_each_part(self):
        order = self._draft((self.good, {"product_uom_qty": 3, "price_unit": 10.01, "tax_ids": False}))
        invoice = self._invoice_with(order, invoice_cash_rounding_id=self._round_to_five_cents().id)
        refunds = self._return_each(order, self.good, 3)
        self.assertEqual(refunds.mapped("amount_total"), [10.0, 10.0, 10.05])
        self.assertEqual(invoice.amount_residual, 0)
        self._check_nothing_left(order)

    def test_discount_for_early_payment_that_always_lowers_the_tax(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "mixed",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        order = self._draft((self.good, 2))
        invoice = self._invoice_with(order, invoice_payment_term_id=term.id)
        self.assertEqual(invoice.amount_total, 229.4)
        rma = self._return(order, (self.good, 2, self.refund_posted))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual(wizard.amount_total_refund, 229.4)
        wizard.action_complete()
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.amount_total, 229.4)
        self._check_nothing_left(order)

    def test_open_down_payment_of_goods_that_came_back_before_their_invoice(self):
        order = self._draft((self.good, 4))
        order.action_confirm()
        down = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30, "sale_order_ids": [Command.set(order.ids)]})
        )
        down.create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order)
        rma, refund = self._settled(order, (self.good, 4, self.refund_posted))
        self.assertFalse(refund)
        activity = rma.sudo().activity_ids.filtered(lambda activity: order.name in (activity.summary or ""))
        self.assertEqual(len(activity), 1)
        self.assertIn("138.00", activity.note)

    def test_down_payment_that_was_deducted_is_nobodys_task(self):
        order = self._sell_and_invoice((self.good, 4))
        rma, _refund = self._settled(order, (self.good, 4, self.refund_posted))
        self.assertFalse(rma.sudo().activity_ids)
