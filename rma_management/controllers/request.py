import uuid
from datetime import date

from odoo.exceptions import UserError
from odoo.http import request, route

from .portal import RmaPortal
from .website import get_gift_email, get_guest_orders

MAX_TEXT = 2000


class RmaRequestPortal(RmaPortal):
    """Let customers request a return in three steps: what, why, check. Each works without JavaScript.

    Nothing in a form is trusted: orders, lines, reasons, operations, products, serial numbers and photos are searched
    again within what this visitor may return and choose; prices, units and addresses are those of the order.
    """

    # === What the visitor may return ===

    def _get_visitor(self):
        """Return the logged-in customer.

        :return: `res.partner` record, empty for a guest
        """
        partner = request.env.user.partner_id
        return partner.browse() if self._is_guest() else partner

    def _get_orders_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", customer.id), ("state", "=", "sale")]

    def _get_return_orders(self, order_ids):
        """Return the orders this visitor may return items from. The first one determines company and currency.

        :param order_ids: ids, as they were sent
        :return: `sale.order` records of the superuser, in the order of the ids
        """
        orders = request.env["sale.order"]
        if self._is_guest():
            # A guest verified access to these.
            found = orders.sudo().browse(get_guest_orders()).exists().filtered(lambda order: order.state == "sale")
        else:
            found = orders.search(self._get_orders_domain() + [("id", "in", order_ids)])
        found = found.filtered(lambda order: order.id in order_ids).sorted(lambda order: order_ids.index(order.id))
        first = found[:1]
        # Lines are read with products and deliveries, which customers have no access to.
        return found.filtered(
            lambda order: (order.company_id, order.currency_id) == (first.company_id, first.currency_id)
        ).sudo()

    def _get_request(self, token):
        """Return a request of this visitor.

        :param token: text from the address
        :return: `rma.request` record of the superuser, empty if there is none or it is not theirs
        """
        # Customers have no access to requests: the token and the next line authorize them.
        found = request.env["rma.request"].sudo()._find(self._parse_token(token))
        return found if self._is_own_request(found) else found.browse()

    def _is_own_request(self, return_request):
        """Return whether a request belongs to this visitor: logged in, or a guest or a gift's receiver whose session
        verified its orders.

        :param return_request: `rma.request` record, possibly empty
        :rtype: bool
        """
        if return_request.gift_email:
            return all(get_gift_email(order) == return_request.gift_email for order in return_request.sale_order_ids)
        if return_request.visitor_id:
            return return_request.visitor_id == self._get_visitor()
        orders = set(return_request.sale_order_ids.ids)
        return not return_request or bool(orders and orders <= set(get_guest_orders()))

    def _get_step_url(self, token, step=""):
        return f"/returns/request/{token}{step}"

    def _get_items_url(self, return_request):
        """Return the URL of the first step of a request."""
        order = return_request.sale_order_ids[:1]
        path = f"/my/orders/{order.id}/return" if return_request.visitor_id else f"/returns/order/{order.id}"
        if return_request.gift_email:
            path = f"/returns/gift/order/{order.id}"
        return f"{path}?token={return_request.token}"

    # === A step ===

    def _render_step(self, template, step, token, values):
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "page_name": "return_request",
                "additional_title": request.env._("New Return"),
                "is_guest": self._is_guest(),
                "step": step,
                "token": token,
                "step_url": lambda suffix="": self._get_step_url(token, suffix),
                **values,
            },
        )

    def _with_request(self, token, method):
        """Call a method with a request of this visitor. If it is missing or was sent, redirect the visitor.

        :param token: text from the address
        :param method: function of an `rma.request`
        :return: response
        """
        return_request = self._get_request(token)
        if not return_request:
            return request.redirect("/returns" if self._is_guest() else "/my/returns")
        if return_request.rma_id:
            return self._redirect_to_return(return_request)
        return method(return_request)

    def _redirect_to_return(self, return_request):
        rma = return_request.rma_id
        token = None if return_request.visitor_id else rma.access_token
        return request.redirect(self._get_return_url(rma, token, message="sent"))

    # === Step 3: check and send ===

    @route(
        "/returns/request/<string:token>/check",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def return_check(self, token, **kwargs):
        """Show the whole request for confirmation.

        :param token: names an `rma.request`
        :return: the page
        """
        return self._with_request(token, self._render_check)

    @route(
        "/returns/request/<string:token>/check",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        captcha="rma_request",
    )
    def return_send(self, token, **form):
        """Create a return from the request. Sending it twice gives the same return.

        :param token: names an `rma.request`
        :return: redirection to the page of the return, or the check with what is wrong
        """
        return_request = self._get_request(token)
        if not return_request:
            return request.redirect("/returns" if self._is_guest() else "/my/returns")
        return_request = return_request.with_context(lang=request.env.lang)
        try:
            self._take_method(return_request, form)
            with request.env.cr.savepoint():
                return_request._send()
        except UserError as error:
            return self._render_check(return_request, str(error))
        return self._redirect_to_return(return_request)

    def _take_method(self, return_request, form):
        """Keep how the customer wants to send the goods back; a form without it leaves what was chosen.

        :param return_request: `rma.request` record
        :param form: the form
        :raise UserError: when that is not offered
        """
        if return_request.rma_id or not form.get("return_method"):
            return
        method_ids = self._parse_ids([form["return_method"]])
        method = return_request._get_methods().filtered(lambda offered: offered.id in method_ids)
        if not method:
            raise UserError(return_request._get_method_refusal())
        day = self._parse_day(form.get(f"pickup_date_{method.id}"))
        return_request._set_method(method, day in return_request._get_pickup_days(method) and day)

    def _render_check(self, return_request, error=None):
        return_request = return_request.with_context(lang=request.env.lang)._gather()
        if return_request._get_detail_errors():
            return request.redirect(self._get_step_url(return_request.token))
        summary, currency = return_request._get_summary()
        methods = return_request._get_methods()
        return self._render_step(
            "rma_management.return_check",
            3,
            return_request.token,
            {
                "return_request": return_request,
                "offers": return_request._get_offers(),
                "summary": summary,
                "methods": methods,
                "chosen_method": return_request._get_chosen_method(methods),
                "currency": currency,
                "error": error,
                "items_url": self._get_items_url(return_request),
            },
        )

    # === Reading a form ===

    def _parse_ids(self, texts):
        """Return the ids in texts, skipping anything else.

        :param texts: what was sent
        :return: list of int
        """
        return [int(text) for text in texts if str(text).isascii() and str(text).isdecimal() and len(text) < 10]

    def _clean_text(self, text):
        """Return a typed text without the characters that the database cannot store.

        :rtype: str
        """
        return str(text or "").replace("\0", "").strip()[:MAX_TEXT]

    def _parse_day(self, text):
        """Return the day in a text, False if it is none.

        :rtype: date | bool
        """
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            return False

    def _parse_token(self, text):
        """Return the token of a request, empty if it is malformed.

        :rtype: str
        """
        try:
            return str(uuid.UUID(str(text)))
        except ValueError:
            return ""
