import uuid

from lxml.html import fromstring
from odoo import Command
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestOffer(RmaPortalCase):
    """Customers read what each choice gives them before they send the request, and that is what they get."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee = cls.env["rma.return.reason"].create(
            {"name": "Changed my mind", "fee_type": "percent", "fee_percent": 10.0, "operation_type_ids": cls.refund}
        )
        cls.env["rma.return.reason"].search([("id", "not in", (cls.fee | cls.reason).ids)]).portal_ok = False
        cls.reason.operation_type_ids = cls.refund | cls.replace | cls.repair | cls.return_only
        (cls.refund | cls.replace | cls.repair | cls.return_only).portal_ok = True

    def _begin(self, order, quantities, **answers):
        """Begin a request as the portal does.

        :param quantities: {product: quantity}
        :param answers: values of each item
        """
        requests = self.env["rma.request"].sudo()
        asked = {self._line(order, product): quantity for product, quantity in quantities.items()}
        request = requests._start(str(uuid.uuid4()), order, asked, self.customer)
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.refund.id, **answers})
        return request

    def _offer(self, request, operation, reason=None):
        """Give the sentences of a choice for the first item."""
        line = request.line_ids[:1]
        for offer in request._get_offers()[line]:
            if offer["operation"] == operation and (reason or self.reason) in offer["reasons"]:
                return offer
        return None

    def _total(self, request):
        rows, _currency = request._get_summary()
        return next((amount for words, amount, _sum in rows if words == "Credit in total"), 0.0)

    def _settle(self, request):
        """Send the request, approve it, receive the goods, and process them as planned."""
        rma = request._send().with_user(self.rma_all)
        if rma.state == "requested":
            rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        screen = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        shown = screen.amount_total_refund
        screen.action_complete()
        return shown, sum(rma.sudo().refund_ids.mapped("amount_total"))

    def _assert_kept(self, request, total):
        """The customer reads the total, the process screen shows it, and the credit notes give it."""
        self.assertAlmostEqual(self._total(request), total)
        shown, credited = self._settle(request)
        self.assertAlmostEqual(shown, total)
        self.assertAlmostEqual(credited, total)

    def _pay(self, invoice):
        register = self.env["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=invoice.ids).create({})._create_payments()

    # === What is read is what is given ===

    def test_refund_is_the_price_paid_with_taxes(self):
        request = self._begin(self._sell_and_invoice((self.chair, 5)), {self.chair: 2})
        self.assertIn("92.00", self._offer(request, self.refund)["sentences"][0])
        self._assert_kept(request, 92.0)

    def test_fee_is_deducted_for_the_reason_that_charges_it(self):
        request = self._begin(self._sell_and_invoice((self.chair, 5)), {self.chair: 2}, reason_id=self.fee.id)
        free, charged = (self._offer(request, self.refund, reason) for reason in (self.reason, self.fee))
        self.assertNotEqual(free["sentences"], charged["sentences"])
        self.assertIn("84.00", charged["sentences"][0])
        self.assertIn("8.00", charged["sentences"][1])
        self._assert_kept(request, 84.0)

    def test_rule_of_the_policy_charges_instead_of_the_reason(self):
        self.env["rma.policy.rule"].create(
            {"name": "Chairs", "product_ids": self.chair.ids, "fee_type": "amount", "fee_amount": 3.0, "is_on": True}
        )
        request = self._begin(self._sell_and_invoice((self.chair, 5)), {self.chair: 2})
        self._assert_kept(request, 86.0)

    def test_discount_of_the_order_and_included_taxes(self):
        included = self.tax.copy({"name": "Included (offers)", "price_include_override": "tax_included"})
        lamp = self._create_product("Lamp", 33.33, taxes_id=[Command.set(included.ids)])
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": lamp.id, "product_uom_qty": 3, "tax_ids": [Command.set(included.ids)]}
                    ),
                    Command.create(
                        {"product_id": self.chair.id, "product_uom_qty": 2, "tax_ids": [Command.set(self.tax.ids)]}
                    ),
                ],
            }
        )
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        order.action_confirm()
        self._deliver(order)
        self._invoice(order)
        request = self._begin(order, {lamp: 2, self.chair: 1})
        total = self._total(request)
        self.assertAlmostEqual(total, (2 * 33.33 + 46.0) * 0.9, delta=0.02)
        self._assert_kept(request, total)

    def test_partly_invoiced_goods_are_refunded_as_far_as_they_are_invoiced(self):
        order = self._sell((self.chair, 4))
        self._deliver(order, {self.chair: 1})
        self._invoice(order)
        self._deliver(order)
        request = self._begin(order, {self.chair: 3})
        offer = self._offer(request, self.refund)
        self.assertIn("46.00", offer["sentences"][0])
        self.assertTrue(any(sentence.startswith("2 ") for sentence in offer["sentences"]), offer["sentences"])
        self._assert_kept(request, 46.0)

    def test_goods_that_are_not_invoiced_give_nothing(self):
        order = self._sell((self.chair, 4))
        self._deliver(order)
        request = self._begin(order, {self.chair: 3})
        offer = self._offer(request, self.refund)
        self.assertEqual(len(offer["sentences"]), 1)
        self.assertIn("not invoiced yet", offer["sentences"][0])
        self._assert_kept(request, 0.0)

    def test_down_payment_is_part_of_what_was_paid(self):
        order = self._sell((self.chair, 4))
        self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids).create(
            {"advance_payment_method": "percentage", "amount": 30, "sale_order_ids": [Command.set(order.ids)]}
        ).create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order)
        self._invoice(order.with_context(raise_if_nothing_to_invoice=False))
        request = self._begin(order, {self.chair: 1})
        self._assert_kept(request, 46.0)

    def test_shipping_is_refunded_as_the_resolution_says(self):
        self.refund.refund_shipping = "whole"
        carrier_product = self._create_product("Shipping", 5.0, type="service", is_storable=False, on_hand=0)
        carrier_product.invoice_policy = "order"
        order = self._sell((self.chair, 2), (carrier_product, {"product_uom_qty": 1, "is_delivery": True}))
        self._deliver(order)
        self._invoice(order)
        part = self._begin(order, {self.chair: 1})
        self.assertIn("Shipping is not refunded.", self._offer(part, self.refund)["sentences"])
        self.assertAlmostEqual(self._total(part), 46.0)
        whole = self._begin(order, {self.chair: 2})
        self.assertTrue(any("5.75" in sentence for sentence in self._offer(whole, self.refund)["sentences"]))
        self._assert_kept(whole, 97.75)

    def test_open_invoice_is_told(self):
        order = self._sell_and_invoice((self.chair, 5))
        request = self._begin(order, {self.chair: 2})
        self.assertIn("is deducted from what you still have to pay", self._offer(request, self.refund)["sentences"][0])
        invoice = order.invoice_ids
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"amount": 200.0}
        )._create_payments()
        sentences = self._offer(request, self.refund)["sentences"]
        self.assertIn("92.00 back", sentences[0])
        self.assertIn("30.00 left to pay", sentences[-1])

    # === Other resolutions ===

    def test_repair_is_free_under_warranty_and_quoted_otherwise(self):
        request = self._begin(self._sell_and_invoice((self.chair, 5)), {self.chair: 2})
        self.repair.under_warranty = False
        self.assertIn("quotation", self._offer(request, self.repair)["sentences"][0])
        self.chair.warranty_months = 12
        self.assertIn("under warranty until", self._offer(request, self.repair)["sentences"][0])
        self.assertEqual(len(self._offer(request, self.return_only)["sentences"]), 1)

    def test_other_variant_costs_the_difference(self):
        small, middle, large = self._create_stools()
        order = self._sell_and_invoice((small, 2))
        self._pay(order.invoice_ids)
        request = self._begin(order, {small: 2}, operation_type_id=self.replace.id, replacement_product_id=large.id)
        offer = self._offer(request, self.replace)
        self.assertEqual(offer["replacements"][self.reason][middle], "Nothing to pay.")
        self.assertIn("23.00", offer["replacements"][self.reason][large])
        self.assertIn("free of charge", offer["sentences"][0])
        rows = {words: amount for words, amount, _sum in request._get_summary()[0]}
        self.assertAlmostEqual(rows["You pay"], 23.0)
        path = f"/returns/request/{request.token}"
        for reason in (False, self.reason.id):
            request.line_ids.reason_id = reason
            tiles = fromstring(self._get(path).text).xpath("//label[hasclass('o_rma_tile')]")
            same, other, chosen = ((" ".join(tile.text_content().split()), tile.xpath("input")[0]) for tile in tiles)
            self.assertEqual(same[0], "The same")
            self.assertEqual((other[0], "disabled" in other[1].attrib), ("M Not in stock", True))
            self.assertIn("23.00", chosen[0])
            self.assertIn("checked", chosen[1].attrib)
        self.assertIn(
            "23.00", fromstring(self._get(f"{path}/check").text).xpath("//*[hasclass('o_rma_chosen')]")[0].text
        )

    # === The pages ===

    def test_pages_tell_the_amounts_without_a_script(self):
        order = self._sell_and_invoice((self.chair, 5))
        page = self._get(f"/my/orders/{order.id}/return")
        paid = fromstring(page.text).xpath("//*[hasclass('o_rma_paid')]")[0].text_content()
        self.assertIn("46.00", paid)
        path = self._path(self._choose(order, {self.chair: "2"}))
        offers = fromstring(self._get(path).text).xpath("//li[hasclass('o_rma_offer')]")
        self.assertEqual(len(offers), 5)
        texts = [" ".join(offer.text_content().split()) for offer in offers]
        self.assertIn("92.00", texts[0])
        self.assertIn("Changed my mind", texts[1])
        self._describe(path)
        check = fromstring(self._get(f"{path}/check").text)
        self.assertIn("92.00", check.xpath("//*[hasclass('o_rma_summary')]")[0].text_content())

    def test_shop_without_a_product_for_fees_tells_what_it_can(self):
        request = self._begin(self._sell_and_invoice((self.chair, 5)), {self.chair: 2}, reason_id=self.fee.id)
        self.company.rma_fee_product_id = False
        self.assertIsNone(self._offer(request, self.refund, self.fee))
        self.assertIn("92.00", self._offer(request, self.refund)["sentences"][0])
        for step in ("", "/check"):
            self.assertEqual(self._get(f"/returns/request/{request.token}{step}").status_code, 200)

    def test_nobody_else_reads_the_amounts(self):
        order = self._sell_and_invoice((self.chair, 5))
        path = self._path(self._choose(order, {self.chair: "2"}))
        self._describe(path)
        self.authenticate("rma_stranger", "rma_stranger")
        for page in (path, f"{path}/check", f"/my/orders/{order.id}/return"):
            response = self._get(page)
            self.assertIn(response.status_code, (302, 303), page)
            self.assertNotIn("92.00", response.text)

    def test_offers_cost_as_many_queries_for_ten_items_as_for_two(self):
        products = [self._create_product(f"Thing {number}", 10.0 + number) for number in range(10)]
        order = self._sell_and_invoice(*((product, 2) for product in products))
        counts = []
        for chosen in (products[:2], products):
            request = self._begin(order, dict.fromkeys(chosen, 1))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            request._get_offers()
            request._get_summary()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)
