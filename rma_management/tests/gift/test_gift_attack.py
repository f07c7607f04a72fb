import uuid

from odoo.addons.rma_management.controllers.website import SESSION_GIFT_TOKEN, SESSION_TOKEN
from odoo.http import root
from odoo.tests import new_test_user, tagged

from .common_gift import RECEIVER, RmaGiftCase


@tagged("post_install", "-at_install")
class TestGiftAttack(RmaGiftCase):
    """A gift code opens nothing but the return of the gift, whatever is posted."""

    def test_gift_code_opens_neither_the_order_nor_a_withdrawal(self):
        self._open_gift()
        self.assertEqual(self._path(self._get(f"/returns/order/{self.order.id}")), "/returns")
        page = self._get(f"/withdraw/order/{self.order.id}")
        self.assertIn(page.status_code, (302, 303))
        self._assert_no_price(page.text)

    def test_mailed_code_of_a_gift_opens_no_order(self):
        self._ask_gift()
        code = self._read_gift_code()[0]
        # As if the session had asked for the code of an order.
        session = root.session_store.get(self.opener.cookies["session_id"])
        session[SESSION_TOKEN] = session[SESSION_GIFT_TOKEN]
        root.session_store.save(session)
        self.assertEqual(self._post("/returns/code", code=code).status_code, 200)
        self.assertEqual(self._path(self._get(f"/returns/order/{self.order.id}")), "/returns")

    def test_one_who_got_the_parcel_is_no_buyer(self):
        bob = self.env["res.partner"].create({"name": "Bob", "email": RECEIVER})
        self.order.partner_shipping_id = bob
        find = self.env["rma.guest.access"]._find_order
        self.assertFalse(find(self.order.name, RECEIVER, self.company))
        self.assertEqual(find(self.order.name, "ada@example.com", self.company), self.order)
        self.order.action_revoke_gift_code()
        self.assertEqual(find(self.order.name, RECEIVER, self.company), self.order)

    def test_own_request_takes_no_items_of_a_gift(self):
        eve_order = self._sell_and_invoice((self.chair, 1), partner_id=self.stranger.id)
        self.authenticate("rma_stranger", "rma_stranger")
        own = self._path(self._choose(eve_order, {self.chair: "1"})).rsplit("/", 1)[1]
        gift = self._open_gift(email="eve@example.com")
        sent = self._path(self._post(gift, token=own, **{f"qty_{self.order.order_line.id}": "1"}))
        self.assertNotIn(own, sent)
        request = self._request_of(sent)
        self.assertEqual((request.gift_email, request.visitor_id.id), ("eve@example.com", False))
        self.assertEqual(self.env["rma.request"]._find(own).sale_order_ids, eve_order)
        # Nor the other way round: the request of a gift becomes no ordinary one.
        self._post(f"/my/orders/{eve_order.id}/return", token=request.token, **{f"qty_{eve_order.order_line.id}": "1"})
        self.assertEqual(request.sale_order_ids, self.order)
        self.assertFalse(
            self.env["rma.request"]._start(request.token, eve_order, {eve_order.order_line: 1}, self.stranger)
        )

    def test_request_of_a_gift_is_for_its_receiver_only(self):
        path = self._path(self._choose(self.order, {self.mug: "1"}, path=self._open_gift()))
        self.authenticate(None, None)
        self.assertEqual(self._path(self._get(path)), "/returns")
        self._open_gift(email="eve@example.com")
        self.assertEqual(self._path(self._get(path)), "/returns")
        self.assertEqual(self._path(self._post(f"{path}/check")), "/returns")
        self.assertEqual(self._request_of(path).line_ids.product_uom_qty, 1)
        self.authenticate("rma_portal", "rma_portal")
        self.assertEqual(self._path(self._get(path)), "/my/returns")

    def test_posted_refund_dearer_variant_and_foreign_order_are_ignored(self):
        other = self._sell_and_invoice((self.chair, 1))
        path = self._open_gift()
        page = self._choose(self.order, {}, path=path, orders=other.id, **{f"qty_{other.order_line.id}": "1"})
        self.assertIn("Choose what you want to send back", page.text)
        self.assertEqual(self._path(self._get(f"/returns/gift/order/{other.id}")), "/returns/gift")
        path = self._path(self._choose(self.order, {self.mug: "1"}, path=path))
        page = self._describe_gift(path, operation=self.refund)
        self.assertEqual(page.status_code, 200)
        self._assert_no_price(page.text)
        request = self._request_of(path)
        self.assertFalse(request.line_ids.operation_type_id)
        # As if the row had been written by somebody else.
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.refund.id})
        self.assertEqual(self._path(self._post(f"{path}/check")), path)
        self.assertFalse(request.rma_id)

    def test_engine_makes_no_refund_of_a_gift(self):
        rma = self._return_gift(self.mug)
        for values in (
            {"line_id": rma.line_ids.id, "resolution": "refund", "quantity": 1},
            {"resolution": "shipping", "amount": 5.0},
        ):
            with self.assertRaisesRegex(Exception, "is a gift"), self.env.cr.savepoint():
                self.env["rma.settlement"]._record([{"order_id": rma.id, **values}])

    def test_receiver_calls_nothing(self):
        bob = self.env["res.partner"].create({"name": "Bob Known", "email": RECEIVER})
        new_test_user(self.env, "rma_bob", "base.group_portal", partner_id=bob.id, email=RECEIVER)
        rma = self._return_gift(self.mug)
        self.authenticate("rma_bob", "rma_bob")
        for model, method, args in (
            ("rma.order", "read", [rma.ids, ["amount_refunded", "sale_order_id"]]),
            ("rma.order", "web_read", [rma.ids, {"sale_order_id": {"context": {"sale_show_partner_name": True}}}]),
            ("rma.order", "write", [rma.ids, {"is_gift": False}]),
            ("rma.order.line", "read", [rma.line_ids.ids, ["price_unit"]]),
            ("rma.order.line", "write", [rma.line_ids.ids, {"operation_type_id": self.refund.id}]),
            ("sale.order", "action_create_gift_code", [self.order.ids]),
            ("rma.gift.access", "search_read", [[]]),
            ("rma.request", "search_read", [[]]),
        ):
            with self.subTest(model=model, method=method), self.assertLogs("odoo.http", "WARNING"):
                answer = self.make_jsonrpc_request_raw(model, method, args)
                self.assertIn("error", answer)
                self.assertNotIn("123.45", str(answer))

    def make_jsonrpc_request_raw(self, model, method, args):
        """Call a method as a browser does, and give the answer, errors included."""
        payload = {
            "jsonrpc": "2.0",
            "id": str(uuid.uuid4()),
            "method": "call",
            "params": {"model": model, "method": method, "args": args, "kwargs": {}},
        }
        return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json=payload).json()
