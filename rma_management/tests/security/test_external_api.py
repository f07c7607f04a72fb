import json
import re
from pathlib import Path

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import RmaCase

README = Path(__file__).parents[2] / "README.rst"
CALL = re.compile(r"    POST (?P<path>\S+)\n    (?P<body>\{.*?)\n    => (?P<result>.*?)(?=\n\n)", re.DOTALL)
ROLES = {
    "user": "rma_management.group_rma_user",
    "all": "rma_management.group_rma_all",
    "manager": "rma_management.group_rma_manager",
}


@tagged("post_install", "-at_install")
class TestExternalApi(RmaCase, HttpCase):
    """Programs get along with the page of the README, and with what their role lets them read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _key(self, groups, login):
        """Make a user with an API key.

        :return: the key
        """
        user = new_test_user(self.env, login, groups, email=f"{login}@example.com")
        return self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", login, None)

    @mute_logger("odoo.http")
    def _call(self, key, path, body):
        return self.url_open(
            path,
            data=json.dumps(body),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
            timeout=60,
        )

    # === The page ===

    def _fill(self, text):
        """Read JSON of the page: names that have a value by now become it, others stay to be taken."""
        text = re.sub(r'"<(\w+)>"', lambda name: f'"{self.known[name[1]]}"', text)
        text = re.sub(
            r"<(\w+)>", lambda name: json.dumps(self.known[name[1]] if name[1] in self.known else name[0]), text
        )
        text = re.sub(r"([{,]\s*)\.\.\.(?=\s*})", r'\1"...": 0', text)
        return json.loads(re.sub(r"(?<![\w.\"])\.\.\.(?![\w.\"])", '"..."', text))

    def _match(self, expected, found, where):
        if expected == "...":
            return
        if isinstance(expected, str) and re.fullmatch(r"<\w+>", expected):
            self.known[expected[1:-1]] = found
        elif isinstance(expected, dict):
            if "..." not in expected:
                self.assertEqual(expected.keys(), found.keys() & {*expected, *found}, where)
            for name in expected.keys() - {"..."}:
                self._match(expected[name], found[name], where)
        elif isinstance(expected, list):
            is_open = expected[-1:] == ["..."]
            self.assertTrue(len(found) >= len(expected) - 1 if is_open else len(found) == len(expected), (where, found))
            for one, other in zip(expected, found, strict=False):
                self._match(one, other, where)
        else:
            self.assertEqual(expected, found, where)

    def test_life_of_a_return_goes_as_the_page_says(self):
        page = README.read_text(encoding="utf-8").split("External API\n", 1)[1].split("For developers\n")[0]
        calls = list(CALL.finditer(page))
        self.assertEqual(len(calls), page.count("POST /json"), "each call is read")
        key = self._key("rma_management.group_rma_manager,stock.group_stock_user", "rma_program")
        self.known = {"number": self.order.name}
        for call in calls:
            where = f"{call['path']} {call['body']}"
            answer = self._call(key, call["path"], self._fill(call["body"]))
            self.assertEqual(answer.status_code, 200, f"{where}: {answer.text[:500]}")
            self._match(self._fill(call["result"]), answer.json(), where)
        rma = self.env["rma.order"].browse(self.known["return"])
        self.assertEqual((rma.state, rma.amount_refunded, rma.line_ids.qty_refunded), ("done", 92.0, 2.0))
        self.assertEqual(self.env["rma.order"].browse(self.known["other"]).state, "cancel")

    # === Reading ===

    def test_everybody_reads_their_returns_without_a_list_of_fields(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.user_id = False
        self.env["rma.inspection"].create({"line_id": rma.line_ids.id, "quantity": 2.0})
        rma.action_settle()
        rma = rma.sudo()
        records = [rma, rma.line_ids, rma.settlement_ids, rma.inspection_ids, rma.approval_ids, rma.picking_ids]
        self.assertTrue(all(records))
        for role, group in ROLES.items():
            key = self._key(group, f"rma_reads_{role}")
            for record in records[:-1]:
                answer = self._call(key, f"/json/2/{record._name}/read", {"ids": record.ids})
                self.assertEqual(answer.status_code, 200, (role, record, answer.text[:300]))
                self.assertEqual(answer.json()[0]["id"], record.ids[0])
                self.assertNotIn("access_token", answer.json()[0])
            values = self._call(key, "/json/2/rma.order/read", {"ids": rma.ids}).json()[0]
            self.assertNotIn("refund_ids", values, "no rights in accounting")
            found = {document["model"]: document for document in values["documents"]}
            self.assertEqual(found["account.move"]["name"], rma.refund_ids.name)
            self.assertEqual(found["account.move"]["state"], rma.refund_ids.state)

    def test_nobody_reads_the_returns_of_others(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.user_id = self.rma_all
        for groups in (ROLES["user"], "base.group_user", "base.group_portal"):
            key = self._key(groups, f"rma_other_{groups.rsplit('_', 1)[1]}_{len(groups)}")
            for model, ids in (("rma.order", rma.ids), ("rma.order.line", rma.line_ids.ids)):
                for method in ("read", "get_slip", "action_receive", "get_portal_url"):
                    answer = self._call(key, f"/json/2/{model}/{method}", {"ids": ids})
                    self.assertIn(answer.status_code, (403, 404, 422), (groups, model, method))
                    self.assertNotIn(self.customer.name, answer.text)
