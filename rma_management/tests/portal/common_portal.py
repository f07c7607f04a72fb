import io
import re
from urllib.parse import parse_qs, urlsplit

from odoo import Command
from odoo.http import Request, root
from odoo.tests import HttpCase, new_test_user, tagged
from PIL import Image

from ..common import RmaCase


@tagged("post_install", "-at_install")
class RmaPortalCase(RmaCase, HttpCase):
    """The shop with two customers who log in, and the steps of a request in their words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env, "rma_portal", "base.group_portal", name="Ada Customer", partner_id=cls.customer.id
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Eve Stranger", "email": "eve@example.com"})
        cls.stranger_user = new_test_user(
            cls.env, "rma_stranger", "base.group_portal", name="Eve Stranger", partner_id=cls.stranger.id
        )
        cls.customer.email = "ada@example.com"
        cls.stranger.email = "eve@example.com"
        cls.website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)

    def setUp(self):
        super().setUp()
        self.authenticate("rma_portal", "rma_portal")

    @classmethod
    def _create_stools(cls):
        """Give a stool in three sizes: the largest is dearer, and the middle one not in stock."""
        attribute = cls.env["product.attribute"].create(
            {"name": "Size of stools", "value_ids": [Command.create({"name": name}) for name in ("S", "M", "L")]}
        )
        template = cls.env["product.template"].create(
            {
                "name": "Stool",
                "type": "consu",
                "is_storable": True,
                "list_price": 30.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(cls.tax.ids)],
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        small, _middle, large = template.product_variant_ids
        large.product_template_attribute_value_ids.price_extra = 10.0
        for product in (small, large):
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, 5)
        return template.product_variant_ids

    def _speak_persian(self):
        """Translate the website and what the tours find by its name, and let the customer read Persian.

        :return: code of the language in addresses
        """
        persian = self.env["res.lang"]._activate_lang("fa_IR")
        self.env["ir.module.module"]._load_module_terms(["rma_management"], ["fa_IR"])
        self.website.language_ids |= persian
        self.customer.lang = persian.code
        for operation in self.refund | self.replace | self.repair:
            operation.with_context(lang=persian.code).name = operation.with_context(lang="en_US").name
        return persian.url_code

    def _copy_session(self):
        """Return the cookies of a copy of the session that asked, which itself ends when a tour begins.

        :rtype: dict
        """
        session = root.session_store.new()
        session.update(dict(root.session_store.get(self.opener.cookies["session_id"])))
        root.session_store.save(session)
        return {"session_id": session.sid}

    # === Requests ===

    def _get(self, path, **parameters):
        return self.url_open(path, params=parameters or None, allow_redirects=False)

    def _post(self, path, files=None, **form):
        """Send a form as a browser does: with the token against forged requests, of the session as it is by now."""
        session_id = self.opener.cookies.get("session_id")
        if session_id and session_id != self.session.sid:
            self.session = root.session_store.get(session_id)
        return self.url_open(
            path, data={"csrf_token": Request.csrf_token(self), **form}, files=files, allow_redirects=False
        )

    def _path(self, response):
        """Give where a response sends the browser, without the host."""
        self.assertIn(response.status_code, (302, 303), response.text[:300])
        target = urlsplit(response.headers["Location"])
        return target.path

    def _query(self, response):
        return {key: values[0] for key, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}

    def _token_on(self, response):
        return re.search(r'name="token" value="([^"]+)"', response.text)[1]

    # === The three steps ===

    def _choose(self, order, quantities, path=None, **form):
        """Take the first step.

        :param quantities: {product: what is typed}
        :return: response
        """
        path = path or f"/my/orders/{order.id}/return"
        page = self._get(path)
        form = {"token": self._token_on(page), **form}
        for product, quantity in quantities.items():
            form[f"qty_{self._line(order, product).id}"] = quantity
        return self._post(path, **form)

    def _line(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    def _request_of(self, path):
        return self.env["rma.request"]._find(path.rsplit("/", 1)[1])

    def _describe(self, path, files=None, **values):
        """Take the second step, with the same answers for each item.

        :param values: answers by name: reason, operation, comment, replacement, lots; records count as their ids
        :return: response
        """
        answers = {"reason": self.reason, "operation": self.refund, **values}
        form = {}
        for line in self._request_of(path).line_ids:
            for name, value in answers.items():
                form[f"{name}_{line.id}"] = value.ids if hasattr(value, "ids") else value
        return self._post(path, files=files, **form)

    def _ask_online(self, order, quantities, **values):
        """Take all three steps.

        :return: `rma.order` record
        """
        path = self._path(self._choose(order, quantities))
        self.assertEqual(self._path(self._describe(path, **values)), f"{path}/check")
        sent = self._path(self._post(f"{path}/check"))
        return self.env["rma.order"].browse(int(sent.rsplit("/", 1)[1]))

    def _send_codes(self):
        """Run the scheduled job that mails the codes."""
        self.env.ref("rma_management.ir_cron_guest_codes").method_direct_trigger()

    @classmethod
    def _picture(cls, kind="JPEG", size=(60, 40), **options):
        buffer = io.BytesIO()
        Image.new("RGB", size, "orange").save(buffer, format=kind, **options)
        return buffer.getvalue()
