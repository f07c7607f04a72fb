import re
import time
import uuid

from odoo.addons.rma_management.controllers.website import SESSION_GIFTS
from odoo.http import root
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase

RECEIVER = "bob@example.com"
# What nobody who received a gift may read: what it cost, and who bought it.
ADDRESS = {
    "gift_name": "Bob Receiver",
    "gift_street": "5 Gift Lane",
    "gift_zip": "1010",
    "gift_city": "Vienna",
}


@tagged("post_install", "-at_install")
class RmaGiftCase(RmaPortalCase):
    """A customer gives something away, and whoever received it returns it as a guest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason.operation_type_ids = cls.refund | cls.replace
        cls.customer.write({"name": "Ada Lovelace-Buyer", "street": "77 Buyer Street"})
        cls.mug = cls._create_product("Mug of a gift", 123.45)
        cls.order = cls._sell_and_invoice((cls.mug, 3))
        cls.order.action_create_gift_code()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _send_gift_codes(self):
        """Run the scheduled job that mails the codes."""
        self.env.ref("rma_management.ir_cron_gift_codes").method_direct_trigger()

    def _ask_gift(self, code=None, email=RECEIVER):
        """Take the first step, and let the scheduled job run.

        :return: response
        """
        response = self._post("/returns/gift", code=self.order.rma_gift_code if code is None else code, email=email)
        self._send_gift_codes()
        return response

    def _read_gift_code(self):
        """Read the newest code that left, as its recipient does."""
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        return mail.subject.rsplit(" ", 1)[1], mail

    def _open_gift(self, email=RECEIVER):
        """Let the session in as if it had proved the gift code and the address.

        :return: path of the first step
        """
        proved = {"until": time.time() + 3600, "email": email, "code": self.order.rma_gift_code}
        self.session[SESSION_GIFTS] = {str(self.order.id): proved}
        root.session_store.save(self.session)
        return f"/returns/gift/order/{self.order.id}"

    def _describe_gift(self, path, **values):
        """Take the second step of a gift."""
        country = self.env.ref("base.at").id
        answers = {"reason": self.reason, "operation": self.replace, **values}
        form = {**ADDRESS, "gift_country": country}
        for line in self._request_of(path).line_ids:
            for name, value in answers.items():
                form[f"{name}_{line.id}"] = value.ids if hasattr(value, "ids") else value
        form.update({name: value for name, value in values.items() if name.startswith("gift_")})
        return self._post(path, **form)

    def _begin_gift(self, product, email=RECEIVER):
        """Begin a request for one unit, as the first step leaves it.

        :return: `rma.request` record
        """
        line = self._line(self.order, product)
        visitor = self.env["res.partner"]
        return self.env["rma.request"].sudo()._start(str(uuid.uuid4()), self.order, {line: 1}, visitor, email)

    def _return_gift(self, product, email=RECEIVER, **values):
        """Send the request for one unit, as the three steps leave it.

        :return: `rma.order` record
        """
        request = self._begin_gift(product, email)
        request.write({**ADDRESS, "gift_country_id": self.env.ref("base.at").id})
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": self.replace.id, **values})
        return request._send()

    def _assert_no_price(self, text):
        """Demand that a text tells nothing of what the gift cost and who bought it."""
        for secret in (
            "123.45",
            "141.97",
            "141.96",
            "283.9",
            "425.9",
            "370.35",
            "123,45",
            "Lovelace",
            "ada@example.com",
            "Buyer Street",
            self.order.name,
        ):
            self.assertNotIn(secret, text)
        # No amount in any currency.
        self.assertFalse(
            re.findall(r"\$\s?\d|\d\s?\$|oe_currency_value", re.sub(r"<script.*?</script>", "", text, flags=re.S))
        )
