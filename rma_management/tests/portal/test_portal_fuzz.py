import logging
import os
import random
import re
import uuid
from collections import Counter

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import RmaPortalCase

_logger = logging.getLogger(__name__)
# `make fuzz N=3000` sends more of them.
REQUESTS = int(os.environ.get("RMA_FUZZ") or 2000)
SEED = 20261122
# What people, browsers and attackers put where a number, a text or a file belongs.
NASTY = [
    "",
    "0",
    "1",
    "-1",
    "2147483648",
    "99999999999999999999",
    "1.5",
    "1e400",
    "nan",
    "inf",
    "abc",
    "۵",
    "²",
    "None",
    "[]",
    "{}",
    "' OR 1=1 --",
    "%",
    "\\",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "\0",
    "\ud7ff\U0001f4a9",
    "../../etc/passwd",
    "A" * 5000,
]


@tagged("post_install", "-at_install")
class TestPortalFuzz(RmaPortalCase):
    """Whatever is sent to the pages of customers: no error of the server, nothing of others, nothing made by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))
        # A name that stands nowhere else.
        cls.secret = cls._create_product("Sekretär Zwölfender", 77.0)
        cls.foreign_order = cls._sell_and_invoice((cls.secret, 3), partner_id=cls.stranger.id)

    def test_thousands_of_requests(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        rma.action_request()
        foreign = self._ask(self.foreign_order, (self.secret, 1, self.refund)).sudo()
        foreign.write({"customer_note": "Sekretär Zwölfender, privately", "internal_note": "Zwölfender"})
        foreign.action_request()
        draft = self._ask(self.foreign_order, (self.secret, 1, self.refund)).sudo()
        self.draw = random.Random(SEED)
        self.known = {
            "order": [self.order.id, self.foreign_order.id],
            "line": (self.order | self.foreign_order).order_line.ids,
            "return": [rma.id, foreign.id, draft.id],
            "picking": (self.order | self.foreign_order).picking_ids.ids,
            "token": [rma.access_token, draft.access_token[:-1], str(uuid.uuid4())],
        }
        self.private = ["Zwölfender", foreign.name, self.foreign_order.name]
        before = self._count_records()
        found = Counter()
        for login in ("rma_portal", None):
            self.authenticate(login, login)
            begun = []
            if login:
                begun = [self._path(self._choose(self.order, {self.chair: "1"})).rsplit("/", 1)[1]]
            self.known["request"] = begun + [str(uuid.uuid4()), "x"]
            found.update(self._try_anything() for _n in range(REQUESTS // 2 + (REQUESTS % 2 if login else 0)))
        _logger.info("Answers: %s", dict(found))
        self.assertEqual(found.total(), REQUESTS)
        self.assertGreater(found[200], REQUESTS // 20, "some of it has to be let in")
        self.assertEqual(foreign.state, "requested")
        self.assertEqual(draft.state, "draft")
        self._check_made(before)

    def _try_anything(self):
        """Send a request that was made up.

        :return: the status of the answer
        """
        method, path, parameters, files = self._invent()
        response = self._send(method, path, parameters, files)
        self.assertLess(response.status_code, 500, f"{method} {path} {parameters}")
        for private in self.private:
            if private not in str(parameters):
                self.assertNotIn(private, response.text, f"{method} {path} {parameters}")
        return response.status_code

    def _check_made(self, before):
        """Nothing was made but returns of this customer.

        :param before: numbers of records, as they were
        """
        after = self._count_records()
        made = self.env["rma.order"].search([("id", ">", max(self.known["return"]))])
        self.assertFalse(made - made.filtered(lambda order: order.partner_id == self.customer))
        self.assertEqual(after["rma.order"] - before["rma.order"], len(made))
        for model in ("stock.picking", "stock.move", "account.move", "sale.order", "res.partner", "repair.order"):
            self.assertEqual(after[model], before[model], model)
        strays = self.env["ir.attachment"].search(
            [("res_model", "in", ("rma.request.line", "rma.order.line", "rma.order")), ("res_id", "=", 0)]
        )
        self.assertFalse(strays)

    def _count_records(self):
        self.env.flush_all()
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in (
                "rma.order",
                "stock.picking",
                "stock.move",
                "account.move",
                "sale.order",
                "res.partner",
                "repair.order",
            )
        }

    def _pick(self, kind):
        """Take something that exists, more often than not."""
        if self.draw.random() < 0.65:
            return str(self.draw.choice(self.known[kind]))
        return self.draw.choice(NASTY)

    def _number(self, kind):
        """Take what a route with a number lets through."""
        if self.draw.random() < 0.7:
            return self.draw.choice(self.known[kind])
        return self.draw.choice([0, 1, 2147483647, 2147483648, 10**20])

    def _invent(self):
        """Make a request up.

        :return: (method, path, parameters, files)
        """
        token = self.draw.choice(self.known["request"])
        path = self._invent_path(token)
        parameters = self._invent_parameters(token)
        files = None
        method = self.draw.choice(["GET", "GET", "POST", "POST", "POST", "HEAD", "PUT"])
        if method == "POST" and self.draw.random() < 0.1:
            content = self.draw.choice([b"", b"<svg/>", b"\xff\xd8\xff\xe0broken", self._picture()])
            files = {f"photos_{self.draw.choice(self.known['line'])}": ("a.jpg", content, "image/jpeg")}
        return method, path, parameters, files

    def _invent_path(self, token):
        """Return one of the addresses of our pages."""
        order, rma, picking = self._number("order"), self._number("return"), self._number("picking")
        return self.draw.choice(
            [
                "/my/returns",
                f"/my/returns/page/{self._number('return')}",
                "/my/returns/new",
                f"/my/returns/{rma}",
                f"/my/returns/{rma}/cancel",
                f"/my/returns/{rma}/photo/{picking}",
                f"/my/returns/{rma}/delivery/{picking}",
                f"/my/returns/{rma}/label/{picking}",
                f"/my/orders/{order}/return",
                f"/returns/order/{order}",
                f"/returns/request/{token}",
                f"/returns/request/{token}/check",
                f"/returns/request/{token}/photo/{picking}",
                "/returns",
                "/returns/code",
            ]
        )

    def _invent_parameters(self, token):
        """Return what the forms of our pages hold, or something like it."""
        names = {
            "access_token": "token",
            "token": "request",
            "orders": "order",
            "add": "order",
            "line": "line",
            "order": "order",
        }
        parameters = {name: self._pick(kind) for name, kind in names.items() if self.draw.random() < 0.3}
        for name in ("sortby", "filterby", "search", "search_in", "number", "email", "code", "message", "remove_photo"):
            if self.draw.random() < 0.25:
                parameters[name] = self.draw.choice(NASTY)
        for _n in range(self.draw.randrange(4)):
            name = self.draw.choice(["qty", "reason", "operation", "replacement", "lots", "comment"])
            value = self.reason.id if name == "reason" else self.refund.id if name == "operation" else None
            # Odoo itself does not survive a part of a form whose name is broken.
            line = re.sub(r"\W", "", self._pick("line"))[:20]
            parameters[f"{name}_{line}"] = value or self.draw.choice(NASTY)
        for line in self.env["rma.request"].search([("token", "=", token)]).line_ids:
            parameters[f"reason_{line.id}"] = self.reason.id
            parameters[f"operation_{line.id}"] = self.draw.choice([self.refund.id, *NASTY])
        return parameters

    # A form without its token is told in the log.
    @mute_logger("odoo.http")
    def _send(self, method, path, parameters, files):
        if method == "POST":
            parameters = {"csrf_token": Request.csrf_token(self), **parameters}
            return self.url_open(path, data=parameters, files=files, allow_redirects=False)
        return self.url_open(path, params=parameters, method=method, allow_redirects=False)
