import json
import os
import time
from pathlib import Path
from unittest import SkipTest

from odoo.addons.rma_management.controllers.website import (
    SESSION_GIFT_TOKEN,
    SESSION_GIFTS,
    SESSION_ORDERS,
    SESSION_TOKEN,
)
from odoo.http import root
from odoo.tests import tagged

from ..withdrawal.common_withdrawal import RmaWithdrawalCase

# Of our pages; what Odoo's layout and its message box lack is theirs.
SCOPE = {"include": [["#wrap"]], "exclude": [["#discussion"], [".o_portal_chatter"], [".o_portal_submenu"]]}
# Ours on the page of an order, which is Odoo's.
ORDER_SCOPE = [
    [".o_rma_return_order"],
    [".o_rma_gift_of_order"],
    [".o_rma_of_order"],
    [".o_rma_returned"],
    [".o_rma_return_line"],
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Fonts from elsewhere cannot be preloaded.
RULES = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
# Opens each page as wide as a phone, and examines it there. A step is a page, or a button of the page before it.
EXAMINE = """
(async () => {
    const frame = document.createElement("iframe");
    frame.style = "width: 390px; height: 844px";
    document.body.append(frame);
    const loaded = () => new Promise((resolve) => (frame.onload = resolve));
    const problems = [];
    for (const [name, path, button, include] of %(pages)s) {
        const ready = loaded();
        if (path) {
            frame.src = path;
        } else {
            frame.contentDocument.querySelector(button).click();
        }
        await ready;
        const page = frame.contentDocument;
        // What Odoo loads late would fail when the page is left.
        const resources = () => frame.contentWindow.performance.getEntriesByType("resource").length;
        for (let seen = -1; seen !== resources(); ) {
            seen = resources();
            await new Promise((resolve) => setTimeout(resolve, 150));
        }
        if (!page.querySelector(%(ours)s)) {
            problems.push(`${name}: not our page, but ${frame.contentWindow.location}`);
            continue;
        }
        const script = page.createElement("script");
        script.src = %(script)s;
        const known = new Promise((resolve) => (script.onload = resolve));
        page.head.append(script);
        await known;
        const scope = %(scope)s;
        scope.include = include || scope.include;
        scope.exclude = scope.exclude.filter(([selector]) => page.querySelector(selector));
        const found = await frame.contentWindow.axe.run(scope, %(rules)s);
        for (const { id, help, nodes } of found.violations) {
            for (const node of nodes) {
                problems.push(`${name}: ${id} (${help}): ${node.html.slice(0, 300)} ${node.failureSummary}`);
            }
        }
    }
    if (problems.length) {
        console.error(problems.join("\\n"));
    } else {
        console.log("test successful");
    }
})();
"""


@tagged("post_install", "-at_install")
class TestAccessibility(RmaWithdrawalCase):
    """Customers who see, hear or move less can use our pages: axe finds no violation of WCAG 2.2 AA."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not os.environ.get("RMA_AXE"):
            raise SkipTest("RMA_AXE names no script of axe-core: see need_axe in dev/node.sh")
        cls.script = cls.env["ir.attachment"].create(
            {
                "name": "axe.min.js",
                "raw": Path(os.environ["RMA_AXE"]).read_bytes(),
                "mimetype": "text/javascript",
                "public": True,
            }
        )
        cls.stool = cls._create_stools()[:1]
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.stool, 2))
        cls.guest_session = {}
        rules = cls.env["rma.policy.rule"]
        rules.create({"name": "A month", "window_days": 30, "is_on": True, "on_website": True, "sequence": 0})

    def authenticate(self, user, password, **options):
        """Log in. A guest comes back with the orders and the code of a verified visitor."""
        session = super().authenticate(user, password, **options)
        if not user:
            session.update(self.guest_session)
            root.session_store.save(session)
        return session

    def _examine(self, login, *pages):
        """Open pages one after the other, and demand that axe finds nothing.

        :param pages: (name, path, selector of the button to press where there is no path, selectors of what is ours)
        """
        code = EXAMINE % {
            "pages": json.dumps(pages),
            "script": json.dumps(f"/web/content/{self.script.id}/axe.min.js"),
            "scope": json.dumps(SCOPE),
            "rules": json.dumps(RULES),
            "ours": json.dumps("[class*=o_rma], [href^='/returns'], [href^='/my/returns']"),
        }
        self.browser_js("/my" if login else "/returns", code, login=login, timeout=60)

    def _begin(self, order, visitor, gift_email=False):
        """Begin a request, and answer the second step.

        :return: path of the second step
        """
        lines = self._line(order, self.chair) | self._line(order, self.stool)
        token = f"00000000-0000-4000-8000-{order.id:012d}" if visitor else f"00000000-0000-4000-9000-{order.id:012d}"
        if gift_email:
            token = f"00000000-0000-4000-a000-{order.id:012d}"
        request = self.env["rma.request"].sudo()._start(token, order, dict.fromkeys(lines, 1), visitor, gift_email)
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.replace.id, "comment": "Loose."})
        return f"/returns/request/{token}"

    def test_pages_of_customers(self):
        requested = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        requested.action_request()
        approved = self._approve(self._ask(self.order, (self.chair, 1, self.refund))).sudo()
        approved.picking_ids.carrier_tracking_ref = "1Z999"
        # Step 3 asks for them, too.
        drop_off, _pick_up = self.env["rma.return.method"].create(
            [{"name": f"Accessible {kind}", "kind": kind, "sequence": 99} for kind in ("drop_off", "pick_up")]
        )
        dropped = self._approve(self._ask(self.order, (self.chair, 1, self.refund))).sudo()
        dropped.return_method_id = drop_off
        done = self._return(self.order, (self.chair, 1, self.refund)).sudo()
        done.with_user(self.rma_all).action_settle()
        done.refund_ids.action_post()
        request = self._begin(self.order, self.customer)
        self._examine(
            "rma_portal",
            ("list of returns", "/my/returns", None),
            ("choice of an order", "/my/returns/new", None),
            ("order", f"/my/orders/{self.order.id}", None, ORDER_SCOPE),
            ("step 1", f"/my/orders/{self.order.id}/return", None),
            ("step 2", request, None),
            ("step 3", f"{request}/check", None),
            ("requested", requested.access_url, None),
            ("approved", approved.access_url, None),
            ("approved, drop-off", dropped.access_url, None),
            ("done", done.access_url, None),
        )

    def test_pages_of_guests(self):
        access = self.env["rma.guest.access"].sudo()
        token = access._ask(self.order.name, "ada@example.com", self.company, "127.0.0.1").token
        self.guest_session = {
            SESSION_ORDERS: {str(self.order.id): time.time() + 3600},
            SESSION_TOKEN: token,
        }
        withdrawal = self._declare(self.order)
        request = self._begin(self.order, self.env["res.partner"])
        self._examine(
            None,
            ("guest: order", "/returns", None),
            ("guest: code", "/returns/code", None),
            ("guest: step 1", f"/returns/order/{self.order.id}", None),
            ("guest: step 2", request, None),
            ("guest: step 3", f"{request}/check", None),
            ("guest: sent", None, ".o_rma_send"),
            ("return policy", "/returns/policy", None),
            ("withdrawal", "/withdraw", None),
            ("withdrawal: code", "/withdraw/code", None),
            ("withdrawal: items", f"/withdraw/order/{self.order.id}", None),
            ("withdrawal: check", None, "form.o_rma_form button.btn-primary"),
            ("withdrawal: receipt", f"/withdraw/receipt/{withdrawal.token}", None),
        )

    def test_pages_of_receivers_of_gifts(self):
        self.order.action_create_gift_code()
        code, email = self.order.rma_gift_code, "bob@example.com"
        access = self.env["rma.gift.access"].sudo()
        self.guest_session = {
            SESSION_GIFTS: {str(self.order.id): {"until": time.time() + 3600, "email": email, "code": code}},
            SESSION_GIFT_TOKEN: access._ask(code, email, self.company, "127.0.0.1").token,
        }
        request = self._begin(self.order, self.env["res.partner"], email)
        country = self.env.ref("base.at").id
        self.env["rma.request"].search([("gift_email", "=", email)]).write(
            {"gift_name": "Bob", "gift_street": "5 Gift Lane", "gift_city": "Vienna", "gift_country_id": country}
        )
        self._examine(
            None,
            ("gift: code of the receipt", "/returns/gift", None),
            ("gift: mailed code", "/returns/gift/code", None),
            ("gift: step 1", f"/returns/gift/order/{self.order.id}", None),
            ("gift: step 2", request, None),
            ("gift: step 3", f"{request}/check", None),
            ("gift: sent", None, ".o_rma_send"),
        )
