import time

from odoo.http import Controller, request, route
from odoo.tools import single_email_re

SESSION_TOKEN = "rma_guest_token"
SESSION_ORDERS = "rma_guest_orders"
# Whoever received a gift is no guest who bought it: neither key opens what the other one does.
SESSION_GIFT_TOKEN = "rma_gift_token"
SESSION_GIFTS = "rma_gifts"
ORDER_HOURS = 2


def get_guest_orders():
    """Return the orders that the visitor of this session has recently verified.

    :return: list of ids of `sale.order`
    """
    proved = request.session.get(SESSION_ORDERS) or {}
    return [int(order_id) for order_id, until in proved.items() if until > time.time()]


def get_gift_email(order):
    """Return the address that the visitor of this session has recently verified as the receiver of a gift.

    :param order: `sale.order` record of the superuser
    :return: str, empty where they have not, or the gift code has ended since
    """
    proved = (request.session.get(SESSION_GIFTS) or {}).get(str(order.id))
    if not proved or proved["until"] < time.time() or order.state != "sale":
        return ""
    return proved["email"] if order.rma_gift_code and order.rma_gift_code == proved["code"] else ""


def prove_guest_order(code):
    """Let the visitor of this session into the order that a code opens.

    :param code: what was typed
    :return: `sale.order` record, empty if the code opens none
    """
    # Guests have no access rights: the session names the record, the code opens it.
    access = request.env["rma.guest.access"].sudo()._find(request.session.get(SESSION_TOKEN))
    order = access._check_code(str(code)[:20]) if access else request.env["sale.order"]
    if order:
        request.session[SESSION_ORDERS] = {
            **(request.session.get(SESSION_ORDERS) or {}),
            str(order.id): time.time() + ORDER_HOURS * 3600,
        }
        request.session.pop(SESSION_TOKEN)
        # Prevent session fixation.
        request.session.should_rotate = True
    return order


class RmaWebsite(Controller):
    """Let customers in by login, and guests by the number of an order and an emailed code."""

    @route("/returns", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=True)
    def returns(self, order=None, **kwargs):
        """Ask a guest for an order; redirect logged-in users to their own returns.

        :param order: number to begin with
        :return: the page
        """
        if not request.env.user._is_public():
            return request.redirect("/my/returns")
        return self._render("rma_management.guest_order", number=(order or "")[:50], email="", error=None)

    @route("/returns", type="http", auth="public", website=True, methods=["POST"], captcha="rma_guest")
    def returns_submit(self, number="", email="", **kwargs):
        """Request a code. The answer is the same for valid and invalid data.

        :param number: number of the order
        :param email: address of the order
        :return: redirection to the next page, or the form with what is wrong
        """
        number, email = (str(text).replace("\0", "").strip()[:100] for text in (number, email))
        error = None
        if not number:
            error = request.env._("Enter your order number, as shown in the confirmation email.")
        elif not single_email_re.match(email):
            error = request.env._("Enter the email address you used for the order.")
        # Guests have no access rights: the record reveals nothing to them, and the code goes to the order's address.
        access = request.env["rma.guest.access"].sudo()
        ip = request.httprequest.remote_addr
        if not error and access._is_limited(number, email, ip):
            error = request.env._("Too many codes were requested. Try again in an hour.")
        if error:
            return self._render("rma_management.guest_order", number=number, email=email, error=error)
        request.session[SESSION_TOKEN] = access._ask(number, email, request.website.company_id, ip).token
        return request.redirect("/returns/code")

    @route("/returns/code", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=False)
    def code(self, **kwargs):
        """Ask for the emailed code.

        :return: the page
        """
        if not request.session.get(SESSION_TOKEN):
            return request.redirect("/returns")
        return self._render("rma_management.guest_code", error=None)

    @route("/returns/code", type="http", auth="public", website=True, methods=["POST"], captcha="rma_code")
    def code_submit(self, code="", **kwargs):
        """Let in a guest who knows the code.

        :param code: what was typed
        :return: redirection to the first step of a request, or the form with what is wrong
        """
        if not request.session.get(SESSION_TOKEN):
            return request.redirect("/returns")
        order = prove_guest_order(code)
        if not order:
            return self._render(
                "rma_management.guest_code",
                error=request.env._(
                    "This code is not valid. Check for a newer email, or start again. A code is valid for 15 minutes "
                    "and five attempts."
                ),
            )
        return request.redirect(f"/returns/order/{order.id}")

    def _render(self, template, **values):
        return request.render(template, {"page_name": "return_guest", **values})
