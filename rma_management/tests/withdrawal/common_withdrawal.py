import re

from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class RmaWithdrawalCase(RmaPortalCase):
    """The shop with customers who withdraw, on the website or by letter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_withdrawal_ok": True, "rma_withdrawal_days": 14, "rma_withdrawal_auto": False})
        cls.company.rma_responsible_id = cls.rma_all

    def _typed(self, order, **values):
        return {"customer_name": "Ada Customer", "order_reference": order.name, "email": "ada@example.com", **values}

    def _confirm(self, page, **values):
        """Press the button of the second page."""
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form.pop("csrf_token", None)
        return self._post("/withdraw/confirm", **{**form, **values})

    def _withdraw(self, order, **values):
        """Declare as a guest does, in two steps.

        :return: `rma.withdrawal` record
        """
        page = self._post("/withdraw", **self._typed(order, **values))
        self.assertIn("Confirm withdrawal", page.text)
        return self._of(self._confirm(page))

    def _of(self, response):
        return self.env["rma.withdrawal"]._find(self._path(response).rsplit("/", 1)[1])

    def _receive_declarations(self):
        """Run the scheduled job that looks for orders and mails receipts."""
        self.env.ref("rma_management.ir_cron_withdrawals").method_direct_trigger()

    def _read_code(self):
        mail = self.env["mail.mail"].search([("subject", "ilike", "your code is")], limit=1, order="id desc")
        return mail.subject.rsplit(" ", 1)[1]

    def _prove(self, order):
        """Enter the code that was mailed to the address of an order.

        :return: response
        """
        self._post("/withdraw", **self._typed(order, choose="1"))
        self._send_codes()
        return self._post("/withdraw/code", code=self._read_code())

    def _declare(self, order, quantities=None, **values):
        """Record a declaration of the website, without it.

        :param quantities: {product: quantity}; all by default
        :return: `rma.withdrawal` record
        """
        lines = {
            line: quantities[line.product_id] for line in order.order_line if line.product_id in (quantities or {})
        }
        typed = {"customer_name": "Ada", "order_reference": order.name, "email": "ada@example.com", "scope": ""}
        return self.env["rma.withdrawal"]._declare(
            None, typed, order, lines, company_id=order.company_id.id, tz="Europe/Paris", **values
        )

    def _line_of(self, withdrawal, product):
        return withdrawal.line_ids.filtered(lambda line: line.product_id == product)
