import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_gift import RECEIVER, RmaGiftCase


@tagged("post_install", "-at_install")
class TestGift(RmaGiftCase):
    """Whoever received a gift returns it without seeing prices, and without the buyer being told."""

    def _read_mails(self, rma):
        """Read what was mailed about a return."""
        self._run_announcements()
        return rma.message_ids.filtered(lambda message: message.message_type == "auto_comment")

    # === The receiver ===

    def test_receiver_exchanges_a_gift_with_its_code(self):
        shown = self.order.rma_gift_code_shown
        self.assertRegex(shown, r"^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$")
        self.assertEqual(self._path(self._ask_gift(f" {shown.lower()} ", " BOB@example.com")), "/returns/gift/code")
        code, mail = self._read_gift_code()
        self.assertEqual(mail.email_to, RECEIVER)
        self._assert_no_price(mail.body_html)
        path = self._path(self._post("/returns/gift/code", code=code))
        self.assertEqual(path, f"/returns/gift/order/{self.order.id}")
        pages = [self._get(path)]
        path = self._path(self._choose(self.order, {self.mug: "1"}, path=path))
        pages.append(self._get(path))
        self.assertIn("The same product again, free of charge.", pages[-1].text)
        self.assertNotIn(f"{self.refund.name}</option>", pages[-1].text)
        self.assertEqual(self._path(self._describe_gift(path)), f"{path}/check")
        pages.append(self._get(f"{path}/check"))
        response = self._post(f"{path}/check")
        rma = self.env["rma.order"].browse(int(self._path(response).rsplit("/", 1)[1]))
        pages.append(self._get(rma.access_url, **self._query(response)))
        for page in pages:
            self.assertEqual(page.status_code, 200)
            self.assertIn("Mug of a gift", page.text)
            self._assert_no_price(page.text)
        self.assertTrue(rma.is_gift)
        self.assertEqual((rma.state, rma.email, rma.sale_order_id), ("requested", RECEIVER, self.order))
        receiver = rma.partner_id
        self.assertEqual((receiver.name, receiver.email, receiver.city), ("Bob Receiver", RECEIVER, "Vienna"))
        self.assertEqual(rma.partner_shipping_id, receiver)
        self.assertEqual(rma.gift_buyer_id, self.customer)
        self.assertNotIn(self.customer, rma.message_partner_ids)
        self.assertEqual(self.order.order_line.qty_returnable, 2, "the quantity is reserved")

    def test_replacement_goes_to_the_receiver_who_reads_no_price_anywhere(self):
        rma = self._return_gift(self.mug)
        self._approve(rma)
        self._receive(rma)
        rma.action_settle()
        (delivery,) = rma.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        self.assertEqual(delivery.partner_id, rma.partner_id)
        self._validate(delivery)
        self.assertEqual(rma.state, "done")
        self.assertFalse(rma.refund_ids)
        mails = self._read_mails(rma)
        self.assertEqual(len(mails), 1, "only the current status is told")
        self.assertEqual(mails.partner_ids, rma.partner_id)
        self._assert_no_price(mails.body)
        page = self._get(rma.access_url, access_token=rma.access_token)
        self.assertIn(delivery.name, page.text)
        self._assert_no_price(page.text)
        slip = self._get(f"{rma.access_url}/delivery/{delivery.id}", access_token=rma.access_token)
        self.assertEqual(slip.status_code, 404, "the slip names the order of the buyer")
        text = base64.b64decode(rma.get_slip()["data"]).decode()
        self.assertIn(rma.name, text)
        self._assert_no_price(text)

    def test_label_that_was_made_with_the_sale_is_for_the_buyer(self):
        product = self._create_product("Parcel", 5.0, on_hand=0, type="service", is_storable=False)
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcels", "product_id": product.id, "get_return_label_from_portal": True}
        )
        rma = self._approve(self._return_gift(self.mug))
        labels = self.env["ir.attachment"]
        for picking in self.order.picking_ids | rma.picking_ids:
            picking.carrier_id = carrier
            labels |= labels.create(
                {
                    "name": f"{carrier.get_return_label_prefix()}-1.pdf",
                    "raw": b"%PDF",
                    "res_model": "stock.picking",
                    "res_id": picking.id,
                }
            )
        self.assertEqual(rma._get_portal_documents()["labels"].mapped("res_id"), rma.picking_ids.ids)

    def test_gift_is_exchanged_for_a_variant_of_the_same_price_only(self):
        order, small, middle, large = self._give_stool()
        self._open_gift()
        line = self._begin_gift(small).line_ids
        path = f"/returns/request/{line.request_id.token}"
        self.assertFalse(line._get_replacement_products(), "the credit would pay the open invoice first")
        self._pay(order)
        line.invalidate_recordset()
        self.assertEqual(line._get_replacement_products(), middle)
        self.assertEqual(self._path(self._describe_gift(path, replacement=large)), f"{path}/check")
        self.assertFalse(line.replacement_product_id, "what costs more is not offered, whatever is posted")
        page = self._get(path)
        self.assertIn("Nothing to pay.", page.text)
        self.assertNotIn("charge the difference", page.text)
        self._assert_no_price(page.text)
        self._describe_gift(path, replacement=middle)
        self.assertEqual(line.replacement_product_id, middle)

    def _give_stool(self):
        small, middle, large = self._create_stools()
        self.env["stock.quant"]._update_available_quantity(middle, self.stock, 5)
        order = self.order = self._sell_and_invoice((small, 1))
        order.action_create_gift_code()
        return order, small, middle, large

    def test_variant_is_sold_to_the_buyer_and_sent_to_the_receiver(self):
        order, small, middle, _large = self._give_stool()
        self._pay(order)
        rma = self._return_gift(small, replacement_product_id=middle.id)
        self._approve(rma)
        self._receive(rma)
        rma.action_settle()
        sold = rma.replacement_sale_order_ids
        self.assertEqual((sold.partner_id, sold.partner_shipping_id), (self.customer, order.partner_shipping_id))
        self.assertEqual(sold.picking_ids.partner_id, rma.partner_id)
        self.assertEqual(rma.refund_ids.partner_id, self.customer)
        documents = rma.refund_ids | rma.replacement_invoice_ids
        documents.filtered(lambda move: move.state == "draft").action_post()
        self.assertFalse(rma.amount_exchange_due)
        self.assertFalse(sum(documents.mapped("amount_residual")))
        self._validate(sold.picking_ids)
        self.assertEqual(rma.state, "done")
        told = self._get(rma.access_url, access_token=rma.access_token).text
        told += " ".join(self._read_mails(rma).mapped("body"))
        for secret in (*documents.mapped("name"), sold.name, "34.5"):
            self.assertNotIn(secret, told)
        self._assert_no_price(told)
        self.authenticate("rma_portal", "rma_portal")
        page = self._get(f"/my/orders/{sold.id}")
        self.assertEqual(page.status_code, 200, "the replacement is the buyer's")
        for picking in (sold | order).picking_ids | rma.picking_ids:
            with mute_logger("odoo.http"):
                slip = self._get(f"/my/picking/pdf/{picking.id}", access_token=sold.access_token)
            self.assertNotIn("Gift Lane", page.text + slip.text)
            self.assertNotIn("Bob Receiver", page.text + slip.text)

    def _pay(self, order):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        ).create({})._create_payments()

    def test_address_is_asked_for_where_something_is_sent(self):
        request = self._begin_gift(self.mug)
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.replace.id})
        self.assertEqual(request._get_detail_errors(), {None: "Tell us your name."})
        request.gift_name = "Bob Receiver"
        self.assertIn("where to send the replacement", request._get_detail_errors()[None])
        with self.assertRaisesRegex(UserError, "where to send the replacement"):
            request._send()

    def test_receiver_who_is_known_keeps_their_contact(self):
        bob = self.env["res.partner"].create({"name": "Bob Known", "email": RECEIVER, "street": "1 Old Road"})
        self.env["res.partner"].create({"name": "For Bob", "email": RECEIVER, "parent_id": self.customer.id})
        rma = self._return_gift(self.mug)
        self.assertEqual(rma.partner_id, bob)
        self.assertEqual(bob.street, "1 Old Road", "a verified address overwrites no contact")
        self.assertEqual((rma.partner_shipping_id.parent_id, rma.partner_shipping_id.street), (bob, "5 Gift Lane"))

    def test_shop_without_anything_for_gifts_says_so(self):
        self.env["rma.operation.type"].search([]).portal_ok = False
        self._open_gift()
        path = f"/returns/request/{self._begin_gift(self.mug).token}"
        self.assertIn("We cannot offer an exchange for this gift online.", self._get(path).text)

    def test_what_was_given_is_returned_no_more_than_it_was_delivered(self):
        self._approve(self._ask(self.order, (self.mug, 2, self.refund)))
        page = self._choose(self.order, {self.mug: "2"}, path=self._open_gift())
        self.assertIn("Only 1 Units", page.text)

    def test_last_day_is_that_of_the_policy(self):
        self.env["rma.policy.rule"].create({"name": "Over", "window_days": 1, "is_on": True, "sequence": 0})
        self.order.order_line.move_ids.date = "2020-01-01 12:00:00"
        page = self._get(self._open_gift())
        self.assertIn("It could be returned until", page.text)
        self.assertNotIn(f'name="qty_{self.order.order_line.id}"', page.text)

    def test_receiver_with_an_account_finds_the_return(self):
        bob = self.env["res.partner"].create({"name": "Bob Known", "email": RECEIVER})
        user = new_test_user(self.env, "rma_bob", "base.group_portal", partner_id=bob.id, email=RECEIVER)
        rma = self._return_gift(self.mug)
        self.authenticate("rma_bob", "rma_bob")
        self.assertIn(rma.name, self._get("/my/returns").text)
        page = self._get(rma.access_url)
        self.assertIn("Mug of a gift", page.text)
        self._assert_no_price(page.text)
        for record in (rma, rma.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])
            self.assertFalse(record.with_user(user).search([("id", "in", record.ids)]))
        self.authenticate("rma_portal", "rma_portal")
        self.assertNotIn(rma.name, self._get("/my/returns").text)
        self.assertEqual(self._path(self._get(rma.access_url)), "/my")
        with self.assertRaises(AccessError):
            rma.with_user(self.portal_user).read(["partner_id"])

    # === Codes ===

    def test_wrong_data_gets_the_same_answer_and_no_mail(self):
        def ask(code, email=RECEIVER):
            self.authenticate(None, None)
            self._get("/returns/gift")
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            self._post("/returns/gift", code="22222", email="warm@example.com")
            before = self.env.cr.sql_log_count
            response = self._post("/returns/gift", code=code, email=email)
            queries = self.env.cr.sql_log_count - before
            return (
                response.status_code,
                response.headers["Location"],
                queries,
                len(self._get("/returns/gift/code").text),
            )

        right = ask(self.order.rma_gift_code)
        self._send_gift_codes()
        mails = self.env["mail.mail"].search_count([])
        for code in ("ABCDEFGHJK", "-", self.order.name):
            with self.subTest(code=code):
                self.assertEqual(ask(code), right)
        self._send_gift_codes()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self._post("/returns/gift/code", code="000000").status_code, 200)
        self.assertEqual(self._path(self._get(f"/returns/gift/order/{self.order.id}")), "/returns/gift")

    def test_codes_are_asked_for_a_few_times_only(self):
        for _time in range(5):
            self._post("/returns/gift", code="ABCDE-FGHJK", email=RECEIVER)
        page = self._post("/returns/gift", code="abcdefghjk", email=RECEIVER)
        self.assertIn("Too many codes were requested.", page.text)

    def test_new_code_ends_what_the_old_one_opened(self):
        self._ask_gift()
        path = self._path(self._post("/returns/gift/code", code=self._read_gift_code()[0]))
        self.assertEqual(self._get(path).status_code, 200)
        old = self.order.rma_gift_code
        request = self._path(self._choose(self.order, {self.mug: "1"}, path=path))
        self.order.action_create_gift_code()
        self.assertNotEqual(self.order.rma_gift_code, old)
        self.assertEqual(self._path(self._get(path)), "/returns/gift")
        self.assertEqual(self._path(self._get(request)), "/returns")
        self.assertFalse(self.env["sale.order"]._find_gift(old, self.company))
        self.order.action_revoke_gift_code()
        self.assertFalse(self.order.rma_gift_code)
        self.assertFalse(self.env["sale.order"]._find_gift("", self.company))

    # === The buyer ===

    def test_buyer_gets_a_code_and_a_receipt_on_the_page_of_the_order(self):
        order = self._sell_and_invoice((self.mug, 1))
        self.authenticate("rma_portal", "rma_portal")
        self.assertIn("This was a gift", self._get(f"/my/orders/{order.id}").text)
        self._post(f"/my/orders/{order.id}/gift")
        code = order.rma_gift_code_shown
        self.assertTrue(code)
        self.assertIn(code, self._get(f"/my/orders/{order.id}").text)
        self.env["rma.policy.rule"].create(
            {"name": "Christmas", "window_until": "2090-01-31", "is_on": True, "sequence": 0}
        )
        receipt = self._get(f"/my/orders/{order.id}/gift/receipt").text
        self.assertIn("01/31/2090", receipt)
        self.assertIn(code, receipt)
        self.assertIn("Mug of a gift", receipt)
        self.assertNotIn(order.name, receipt)
        self._assert_no_price(receipt)
        self._post(f"/my/orders/{order.id}/gift", revoke="1")
        self.assertFalse(order.rma_gift_code)

    def test_nobody_else_gets_a_code(self):
        order = self._sell_and_invoice((self.mug, 1))
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertEqual(self._path(self._post(f"/my/orders/{order.id}/gift")), "/my/orders")
        self.assertEqual(self._path(self._get(f"/my/orders/{self.order.id}/gift/receipt")), "/my/orders")
        page = self._get(f"/my/orders/{self.order.id}", access_token=self.order._portal_ensure_token())
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.order.rma_gift_code_shown, page.text, "whoever has the link sees no code")
        for user in (self.stranger_user, self.portal_user, self.rma_user):
            with self.assertRaises(AccessError):
                order.with_user(user).action_create_gift_code()
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_revoke_gift_code()
        with self.assertRaises(AccessError):
            self.order.with_user(self.portal_user).read(["rma_gift_code"])
        seller = new_test_user(self.env, "rma_seller", "sales_team.group_sale_salesman_all_leads")
        order.with_user(seller).action_create_gift_code()
        with self.assertRaises(AccessError):
            order.with_user(seller).rma_gift_code = "A"

    def test_buyer_sees_what_came_back_and_not_who_brought_it(self):
        rma = self._return_gift(self.mug)
        self.authenticate("rma_portal", "rma_portal")
        page = self._get(f"/my/orders/{self.order.id}")
        self.assertIn("return under review", page.text)
        self.assertNotIn(f'href="{rma.access_url}"', page.text)
        self.assertNotIn("Bob Receiver", page.text)
        self._run_announcements()
        self.assertFalse(rma.message_ids.notified_partner_ids & self.customer)

    # === Staff ===

    def test_clerk_turns_no_gift_into_a_refund(self):
        rma = self._return_gift(self.mug)
        clerk = rma.with_user(self.rma_user)
        with self.assertRaisesRegex(UserError, "not for gifts"), self.env.cr.savepoint():
            clerk.line_ids.operation_type_id = self.refund
        with self.assertRaisesRegex(UserError, "gift code"), self.env.cr.savepoint():
            clerk.partner_id = self.stranger
        with self.assertRaises(UserError), self.env.cr.savepoint():
            clerk.is_gift = False
        other = self._sell_and_invoice((self.chair, 1))
        with self.assertRaisesRegex(UserError, "not part of the gift"), self.env.cr.savepoint():
            clerk.line_ids = [
                Command.create(
                    {
                        "product_id": self.chair.id,
                        "sale_line_id": other.order_line.id,
                        "reason_id": self.reason.id,
                        "operation_type_id": self.replace.id,
                    }
                )
            ]
        with self.assertRaisesRegex(UserError, "same price"), self.env.cr.savepoint():
            clerk.line_ids.replacement_product_id = self.table
        self._approve(rma)
        self._receive(rma)
        with self.assertRaisesRegex(UserError, "is a gift"), self.env.cr.savepoint():
            self._process(rma, (self.mug, {"qty_replace": 0, "qty_refund": 1}))
        with self.assertRaisesRegex(UserError, "same price"), self.env.cr.savepoint():
            self._process(rma, (self.mug, {"exchange": True, "replacement_product_id": self.table.id}))
        self.assertFalse(rma.refund_ids)

    def test_nobody_makes_a_return_a_gift(self):
        values = {**self.order._prepare_rma_values(), "is_gift": True}
        for user in (self.rma_user, self.rma_manager):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["rma.order"].with_user(user).create(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["rma.order"].with_user(self.portal_user).create(values)
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_user)
            .with_context(default_is_gift=True)
            .create(self.order._prepare_rma_values())
        )
        self.assertFalse(rma.is_gift)

    def test_unpaid_gift_is_approved_by_a_person(self):
        self.reason.auto_approve = True
        self.company.rma_auto_approval_amount = 10000
        rma = self._return_gift(self.mug)
        self.assertEqual(rma.state, "requested")
        rma.action_cancel()
        self._pay(self.order)
        self.assertEqual(self._return_gift(self.mug).state, "approved")

    def test_receiver_is_forgotten(self):
        rma = self._return_gift(self.mug)
        access = self.env["rma.gift.access"]._ask(self.order.rma_gift_code, RECEIVER, self.company)
        rma.action_cancel()
        rma.with_user(self.rma_manager).action_anonymize()
        self.assertFalse(access.exists())
        self.assertFalse(self.env["rma.request"].search([("gift_email", "=", RECEIVER)]))
        self.assertTrue(rma.is_gift)
        self.assertNotIn(RECEIVER, str(rma.message_ids.mapped("body")) + str(rma.email))
        self.assertFalse(rma.partner_id.email)
        self.assertEqual(self.customer.email, "ada@example.com")
