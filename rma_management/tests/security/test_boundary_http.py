import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestBoundaryHttp(RmaCase, HttpCase):
    """The same boundary over the wire: with the session of a browser, and with a key that was stolen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _prepare(self):
        line = {
            "product_id": self.chair.id,
            "sale_line_id": self.order.order_line[:1].id,
            "reason_id": self.reason.id,
            "operation_type_id": self.refund_keep.id,
        }
        return {"partner_id": self.customer.id, "sale_order_id": self.order.id, "line_ids": [[0, 0, line]]}

    def _call(self, model, method, args=(), **kwargs):
        """Call a method as the web client does.

        :return: result or error
        """
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        return answer.get("result"), answer.get("error")

    def _call_json2(self, key, model, method, **body):
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(body),
                headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
            )

    def test_session_of_a_returns_user_writes_wishes_only(self):
        self.authenticate("rma_user", "rma_user")
        ids, error = self._call(
            "rma.order", "create", [[self._prepare()]], context={"default_state": "approved", "default_active": True}
        )
        self.assertFalse(error)
        rma = self.env["rma.order"].browse(ids)
        self.assertEqual(rma.state, "draft")
        line_id = rma.line_ids.id
        for model, method, args in (
            ("rma.order", "write", [rma.ids, {"state": "approved"}]),
            ("rma.order", "web_save", [rma.ids, {"amount_requested": 0.0}]),
            ("rma.order.line", "write", [[line_id], {"qty_received": 5.0}]),
            ("rma.order.line", "web_save", [[line_id], {"qty_nothing": 5.0}]),
            ("rma.order", "write", [rma.ids, {"line_ids": [[1, line_id, {"qty_to_settle": 5.0}]]}]),
            ("rma.order.line", "write", [[line_id], {"product_uom_qty": float("nan")}]),
            ("rma.order", "action_settle", [rma.ids]),
        ):
            kwargs = {"specification": {}} if method == "web_save" else {}
            _result, error = self._call(model, method, args, **kwargs)
            self.assertTrue(error, (model, method, args))
            self.assertIn(error["data"]["name"].rsplit(".", 1)[1], ("UserError", "AccessError", "ValidationError"))
        self.env.invalidate_all()
        self.assertEqual((rma.state, rma.line_ids.qty_received, rma.refund_ids.ids), ("draft", 0.0, []))

    def test_stolen_key_writes_wishes_only(self):
        user = self.rma_user
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "stolen", None)
        answer = self._call_json2(
            key, "rma.order", "create", vals_list=[self._prepare()], context={"default_state": "approved"}
        )
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        rma = self.env["rma.order"].browse(answer.json())
        self.assertEqual(rma.state, "draft")
        for model, ids, vals in (
            ("rma.order", rma.ids, {"state": "approved"}),
            ("rma.order.line", rma.line_ids.ids, {"qty_received": 5.0}),
            ("rma.order.line", rma.line_ids.ids, {"product_uom_qty": float("nan")}),
        ):
            answer = self._call_json2(key, model, "write", ids=ids, vals=vals)
            self.assertTrue(400 <= answer.status_code < 500, (vals, answer.status_code))

    def test_pages_of_a_return_are_kept_by_nobody(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund)))
        for path in (f"{rma.access_url}?access_token={rma.sudo().access_token}", "/returns"):
            answer = self.url_open(path, allow_redirects=False)
            self.assertEqual(answer.status_code, 200, path)
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer", path)
            self.assertIn("no-store", answer.headers["Cache-Control"], path)

    def test_dashboard_without_days_is_no_fault_of_the_server(self):
        self.authenticate("rma_user", "rma_user")
        _result, error = self._call("rma.report", "get_dashboard_data", ["x", "y"])
        self.assertEqual(error["data"]["name"], "odoo.exceptions.UserError")
