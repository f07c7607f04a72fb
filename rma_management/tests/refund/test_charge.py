from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestCharge(RmaCase):
    """P10, X1: shipping, fee and adjustment are lines of their own, and the total on the screen is what is credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who may give more than was approved is tested where approvals are.
        cls.company.rma_approval_amount = 100000
        cls.shipping_product = cls._create_product("Parcel", 10.0, on_hand=0, type="service", invoice_policy="order")
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Parcel service",
                "product_id": cls.shipping_product.id,
                "delivery_type": "fixed",
                "fixed_price": 10.0,
            }
        )
        cls.order = cls._sell_with_shipping((cls.chair, 5))

    @classmethod
    def _sell_with_shipping(cls, *items, **values):
        order = cls._sell(*items, **values)
        order.set_delivery_line(cls.carrier, 10.0)
        cls._deliver(order)
        cls._invoice(order)
        return order

    def _open(self, rma):
        return self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})

    def _charge_lines(self, rma, kind):
        return rma.sudo().refund_ids.invoice_line_ids.filtered(
            lambda line: line.product_id == self.company[f"rma_{kind}_product_id"]
        )

    def test_total_on_the_screen_is_what_is_credited(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        # 2 chairs of 40, 15 % tax on top.
        self.assertEqual(wizard.amount_total_refund, 92.0)
        self.assertEqual(wizard.amount_shipping, 11.5)
        wizard.refund_shipping = True
        self.assertEqual(wizard.amount_total_refund, 103.5)
        wizard.refund_fee = 7.25
        self.assertEqual(wizard.amount_total_refund, 96.25)
        wizard.write({"refund_adjustment": 2.0, "adjustment_reason": "Long wait"})
        self.assertEqual(wizard.amount_total_refund, 98.25)
        wizard.action_complete()
        refund = rma.sudo().refund_ids
        self.assertEqual(len(refund), 1)
        self.assertEqual(refund.amount_total, 98.25)
        self.assertEqual(self._charge_lines(rma, "fee").price_total, -7.25)
        adjustment = self._charge_lines(rma, "adjustment")
        self.assertEqual((adjustment.price_total, adjustment.name), (2.0, "Long wait"))
        self.assertEqual(rma.line_ids.qty_refunded, 2)
        self.assertEqual(rma.state, "done")

    def test_total_changes_with_every_field_of_the_form(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        with Form(self._open(rma)) as form:
            form.refund_shipping = True
            self.assertEqual(form.amount_total_refund, 103.5)
            form.fee_type = "percent"
            form.fee_percent = 10
            self.assertEqual((form.refund_fee, form.amount_total_refund), (8.0, 95.5))
            with form.decision_ids.edit(0) as decision:
                decision.quantity = 1
            self.assertEqual((form.refund_fee, form.amount_total_refund), (4.0, 53.5))
            form.refund_adjustment = -3.5
            self.assertEqual(form.amount_total_refund, 50.0)

    def test_taxes_of_the_fee_are_those_of_its_product(self):
        self.company.rma_fee_product_id.taxes_id = [Command.set(self.tax.ids)]
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        wizard.refund_fee = 10
        self.assertEqual(wizard.amount_total_refund, 80.5)
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.amount_total, 80.5)
        self.assertEqual(rma.sudo().refund_ids.amount_tax, 10.5)

    def test_fee_in_percent_is_of_what_it_is_charged_on_and_bears_its_own_tax(self):
        self.company.rma_fee_product_id.taxes_id = [Command.set(self.tax.ids)]
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 1, "price_unit": 100.0}))
        rma = self._return(order, (self.chair, 1, self.refund))
        self.assertEqual(self._open(rma).amount_fee, -11.5)
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 115.0 - 11.5)

    def test_fee_bears_the_tax_that_the_fiscal_position_makes_of_its_own(self):
        abroad = self.env["account.tax"].create({"name": "0% abroad", "amount": 0, "type_tax_use": "sale"})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        abroad.write(
            {"fiscal_position_ids": [Command.set(position.ids)], "original_tax_ids": [Command.set(self.tax.ids)]}
        )
        self.company.rma_fee_product_id.taxes_id = [Command.set(self.tax.ids)]
        order = self._sell((self.chair, 1), fiscal_position_id=position.id)
        order.order_line.tax_ids = abroad
        self._deliver(order)
        self._invoice(order)
        rma = self._return(order, (self.chair, 1, self.refund))
        wizard = self._open(rma)
        wizard.refund_fee = 10
        wizard.action_complete()
        self.assertEqual(self._charge_lines(rma, "fee").tax_ids, abroad)
        self.assertEqual(rma.amount_refunded, 30.0)

    def test_shipped_products_bear_the_sales_tax_of_each_company(self):
        products = self.company.rma_fee_product_id | self.company.rma_adjustment_product_id
        company = self.env["res.company"].create({"name": "New company"})
        tax = (
            self.env["account.tax"]
            .with_company(company)
            .create(
                {
                    "name": "New tax",
                    "amount": 7,
                    "type_tax_use": "sale",
                    "company_id": company.id,
                    "country_id": self.company.country_id.id,
                    "tax_group_id": self.env["account.tax.group"]
                    .create({"name": "G", "company_id": company.id, "country_id": self.company.country_id.id})
                    .id,
                }
            )
        )
        company.account_sale_tax_id = tax
        for product in products:
            self.assertEqual(product.taxes_id._filter_taxes_by_company(company), tax)

    def test_shipping_is_refunded_once(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        wizard.refund_shipping = True
        wizard.action_complete()
        again = self._return(self.order, (self.chair, 3, self.refund))
        wizard = self._open(again)
        self.assertEqual(wizard.amount_shipping, 0)
        wizard.refund_shipping = True
        wizard.action_complete()
        invoice = self.order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        refunds = rma.sudo().refund_ids | again.sudo().refund_ids
        self.assertEqual(sum(refunds.mapped("amount_total")), invoice.amount_total)
        delivery = self.order.order_line.filtered("is_delivery")
        self.assertEqual((delivery.qty_invoiced, delivery.qty_to_invoice), (0, 0))
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_shipping_by_the_operation(self):
        self.refund.refund_shipping = "whole"
        part = self._return(self.order, (self.chair, 2, self.refund))
        self.assertFalse(self._open(part).refund_shipping)
        part.action_settle()
        self.assertEqual(part.amount_refunded, 92.0)
        rest = self._return(self.order, (self.chair, 3, self.refund))
        self.assertTrue(self._open(rest).refund_shipping)
        rest.action_settle()
        self.assertEqual(rest.amount_refunded, 138.0 + 11.5)

    def test_shipping_always(self):
        self.refund.refund_shipping = "always"
        rma = self._return(self.order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 46.0 + 11.5)

    def test_fee_of_the_reason_in_percent(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 20})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        # Of 80 before taxes.
        self.assertEqual(self._open(rma).refund_fee, 16.0)
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 76.0)

    def test_fee_is_no_more_than_the_price(self):
        self.reason.write({"fee_type": "amount", "fee_amount": 100})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        # Of 80 before taxes.
        self.assertEqual(self._open(rma).refund_fee, 80)

    def test_fee_of_the_reason_per_unit(self):
        self.reason.write({"fee_type": "amount", "fee_amount": 3})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        self.assertEqual(wizard.refund_fee, 6)
        wizard.line_ids.qty_refund = 1
        self.assertEqual(wizard.refund_fee, 3)
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 86.0)

    def test_operation_may_waive_the_fee(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 20})
        self.refund.charge_fee = False
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 92.0)

    def test_fee_is_charged_again_when_its_credit_note_is_deleted(self):
        self.reason.write({"fee_type": "amount", "fee_amount": 3})
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        rma.sudo().refund_ids.unlink()
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 86.0)

    def test_total_below_zero_is_refused_and_nothing_is_done(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        wizard = self._open(rma)
        wizard.refund_fee = 46.01
        with self.assertRaisesRegex(UserError, "exceed the refund"):
            wizard.action_complete()
        wizard.refund_fee = 46.0
        wizard.action_complete()
        self.assertEqual(rma.amount_refunded, 0)

    def test_fee_below_zero_is_refused(self):
        wizard = self._open(self._return(self.order, (self.chair, 1, self.refund)))
        wizard.refund_fee = -1
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            wizard.action_complete()

    def test_fee_without_refund_is_refused(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        wizard = self._open(rma)
        wizard.line_ids.qty_refund = 0
        wizard.refund_fee = 5
        with self.assertRaisesRegex(UserError, "exceed the refund"):
            wizard.action_complete()

    def test_more_than_was_invoiced_is_refused(self):
        rma = self._return(self.order, (self.chair, 5, self.refund))
        wizard = self._open(rma)
        wizard.refund_adjustment = 11.51
        with self.assertRaisesRegex(UserError, "exceed the invoiced amount"):
            wizard.action_complete()

    def test_fee_is_spread_over_the_credit_notes_of_several_invoices(self):
        order = self._sell((self.chair, 2))
        for _part in range(2):
            self._deliver(order, {self.chair: 1})
            self._invoice(order)
        rma = self._return(order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        wizard.refund_fee = 60
        self.assertEqual(wizard.amount_total_refund, 32.0)
        wizard.action_complete()
        self.assertEqual(sorted(rma.sudo().refund_ids.mapped("amount_total")), [0.0, 32.0])

    def test_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})
        order = self._sell_with_shipping((self.chair, 2), pricelist_id=pricelist.id)
        self.reason.write({"fee_type": "amount", "fee_amount": 4})
        rma = self._return(order, (self.chair, 1, self.refund))
        wizard = self._open(rma)
        self.assertEqual(wizard.currency_id, euro)
        fee = self.company.currency_id._convert(4, euro, self.company, fields.Date.context_today(rma))
        self.assertEqual(wizard.refund_fee, fee)
        wizard.refund_shipping = True
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertEqual(rma.sudo().refund_ids.currency_id, euro)
        self.assertEqual(rma.sudo().refund_ids.amount_total, total)

    def test_posted_at_once_with_all_charges(self):
        self.refund.post_credit_note = True
        rma = self._return(self.order, (self.chair, 2, self.refund))
        wizard = self._open(rma)
        wizard.write({"refund_shipping": True, "refund_fee": 5})
        action = wizard.action_complete()
        refund = rma.sudo().refund_ids
        self.assertEqual((refund.state, refund.amount_total), ("posted", 98.5))
        self.assertIn(refund.display_name, [link["label"] for link in action["params"]["links"]])

    def test_batch_costs_no_query_more_for_fee_and_shipping(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 20})
        self.refund.write({"refund_shipping": "always", "disposition": "wait"})

        def count(number):
            orders = [self._sell_with_shipping((self.chair, 2)) for _position in range(number)]
            rmas = self.env["rma.order"].union(*(self._return(order, (self.chair, 1, self.refund)) for order in orders))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rmas.action_settle()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLess((many - few) / 10, 8)

    def test_exchange_for_a_dearer_product_with_shipping(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        wizard = self._open(rma)
        wizard.line_ids.write({"qty_refund": 0, "exchange": True, "replacement_product_id": self.table.id})
        wizard.line_ids.qty_replace = 1
        self.assertEqual(wizard.amount_total_refund, 46.0)
        self.assertEqual(wizard.amount_replacement, 172.5)
        wizard.carrier_id = self.carrier
        wizard.bill_shipping = True
        self.assertEqual(wizard.carrier_price, 10.0)
        difference = wizard.amount_difference
        wizard.action_complete()
        order = rma.replacement_sale_order_ids
        # The credit pays the invoice first, which is still open.
        self.assertEqual(difference, order.amount_total)
        self.assertEqual(rma.amount_exchange_due, difference)
        self.assertEqual(order.carrier_id, self.carrier)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 10.0)
        self.assertEqual(order.order_line.filtered(lambda line: not line.is_delivery).product_id, self.table)
        self.assertEqual(rma.state, "processing")

    def test_replacement_by_the_same_product_goes_by_the_chosen_method(self):
        rma = self._return(self.order, (self.chair, 1, self.replace))
        wizard = self._open(rma)
        wizard.carrier_id = self.carrier
        wizard.bill_shipping = True
        with self.assertRaisesRegex(UserError, "Shipping can only be billed"):
            wizard.action_complete()
        wizard.bill_shipping = False
        wizard.action_complete()
        deliveries = rma.sudo().picking_ids.filtered(lambda picking: picking.picking_type_id.code == "outgoing")
        self.assertEqual(deliveries.carrier_id, self.carrier)
