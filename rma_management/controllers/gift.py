import time
import uuid
from contextlib import suppress

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal
from odoo.exceptions import AccessError, UserError
from odoo.http import request, route
from odoo.tools import single_email_re

from .request_items import RmaRequestItems
from .website import ORDER_HOURS, SESSION_GIFT_TOKEN, SESSION_GIFTS, get_gift_email

GIFT_RECEIPT = "rma_management.report_rma_gift"


def prove_gift(code):
    """Let the visitor of this session return the gift that a code opens.

    :param code: what was typed
    :return: `sale.order` record, empty if the code opens none
    """
    # Guests have no access rights: the session names the record, the code opens it.
    access = request.env["rma.gift.access"].sudo()._find(request.session.get(SESSION_GIFT_TOKEN))
    order = access._check_code(str(code)[:20]) if access else request.env["sale.order"]
    if order:
        request.session[SESSION_GIFTS] = {
            **(request.session.get(SESSION_GIFTS) or {}),
            str(order.id): {
                "until": time.time() + ORDER_HOURS * 3600,
                "email": access.email,
                # A new gift code ends what the former one opened.
                "code": access.number,
            },
        }
        request.session.pop(SESSION_GIFT_TOKEN)
        # Prevent session fixation.
        request.session.should_rotate = True
    return order


class RmaGiftDelivery(SaleStockPortal):
    """Keep from the buyer where the parcels of a gift's return come from and go to."""

    def _stock_picking_check_access(self, picking_id, access_token=None):
        picking_sudo = super()._stock_picking_check_access(picking_id, access_token=access_token)
        if not request.env.user._is_internal() and picking_sudo._is_of_gift():
            raise AccessError(request.env._("This delivery is for somebody else."))
        return picking_sudo


class RmaGift(RmaRequestItems):
    """Let whoever received a gift return it by its gift code, and their own address verified by a mailed code."""

    # === The receiver ===

    @route("/returns/gift", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=True)
    def gift(self, code=None, **kwargs):
        """Ask for a gift code and the receiver's own address.

        :param code: gift code to begin with, as in the QR code of a gift receipt
        :return: the page
        """
        return self._render_gift("rma_management.gift_find", code=(code or "")[:50], email="", error=None)

    @route("/returns/gift", type="http", auth="public", website=True, methods=["POST"], captcha="rma_gift")
    def gift_submit(self, code="", email="", **kwargs):
        """Request a code. The answer is the same for valid and invalid data.

        :param code: gift code
        :param email: address of the receiver
        :return: redirection to the next page, or the form with what is wrong
        """
        code, email = (str(text).replace("\0", "").strip()[:100] for text in (code, email))
        error = None
        if not code:
            error = request.env._("Enter the gift code, as shown on the gift receipt.")
        elif not single_email_re.match(email):
            error = request.env._("Enter your email address.")
        # Guests have no access rights: the record reveals nothing to them, and the code goes to their own address.
        access = request.env["rma.gift.access"].sudo()
        ip = request.httprequest.remote_addr
        if not error and access._is_limited(code, email, ip):
            error = request.env._("Too many codes were requested. Try again in an hour.")
        if error:
            return self._render_gift("rma_management.gift_find", code=code, email=email, error=error)
        request.session[SESSION_GIFT_TOKEN] = access._ask(code, email, request.website.company_id, ip).token
        return request.redirect("/returns/gift/code")

    @route(
        "/returns/gift/code", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=False
    )
    def gift_code(self, **kwargs):
        """Ask for the emailed code.

        :return: the page
        """
        if not request.session.get(SESSION_GIFT_TOKEN):
            return request.redirect("/returns/gift")
        return self._render_gift("rma_management.gift_code", error=None)

    @route("/returns/gift/code", type="http", auth="public", website=True, methods=["POST"], captcha="rma_code")
    def gift_code_submit(self, code="", **kwargs):
        """Let in the receiver who knows the code.

        :param code: what was typed
        :return: redirection to the first step of a request, or the form with what is wrong
        """
        if not request.session.get(SESSION_GIFT_TOKEN):
            return request.redirect("/returns/gift")
        order = prove_gift(code)
        if not order:
            return self._render_gift(
                "rma_management.gift_code",
                error=request.env._(
                    "This code is not valid. Check for a newer email, or start again. A code is valid for 15 minutes "
                    "and five attempts."
                ),
            )
        return request.redirect(f"/returns/gift/order/{order.id}")

    def _render_gift(self, template, **values):
        return request.render(template, {"page_name": "return_guest", **values})

    # === Step 1: what ===

    @route(
        "/returns/gift/order/<int:order_id>", type="http", auth="public", website=True, methods=["GET"], readonly=True
    )
    def gift_items(self, order_id, token=None, **kwargs):
        """Show the receiver what can be returned of a gift.

        :param order_id: id of a `sale.order`
        :param token: request that was begun before
        :return: the page
        """
        order, _email = self._get_gift(order_id)
        if not order:
            return request.redirect("/returns/gift")
        return_request = self._get_request(token)
        quantities = {line.sale_line_id.id: line.product_uom_qty for line in return_request.line_ids}
        return self._render_items(order, quantities, return_request.token or str(uuid.uuid4()), is_gift=True)

    @route("/returns/gift/order/<int:order_id>", type="http", auth="public", website=True, methods=["POST"])
    def gift_items_submit(self, order_id, **form):
        """Save the items of a gift.

        :param order_id: id of a `sale.order`
        :return: redirection to the second step, or the page with what is wrong
        """
        order, email = self._get_gift(order_id)
        if not order:
            return request.redirect("/returns/gift")
        token = self._parse_token(form.get("token")) or str(uuid.uuid4())
        return self._keep_items(order, token, form, gift_email=email)

    def _get_gift(self, order_id):
        """Return the gift that this session has verified, and the receiver's address.

        :param order_id: id from the address
        :return: (`sale.order` record of the superuser, str), both empty if it has not
        """
        # Receivers have no access to orders: the session proved this one.
        order = request.env["sale.order"].sudo().browse(order_id).exists()
        email = get_gift_email(order) if order else ""
        return (order, email) if email else (order.browse(), "")

    # === The buyer ===

    @route("/my/orders/<int:order_id>/gift", type="http", auth="user", website=True, methods=["POST"])
    def portal_order_gift(self, order_id, revoke=None, **kwargs):
        """Give an order of the customer a gift code, a new one, or none any more.

        :param order_id: id of a `sale.order`
        :param revoke: set if the code is to end
        :return: redirection to the page of the order
        """
        order = self._get_own_order(order_id)
        if not order:
            return request.redirect("/my/orders")
        # It may have been canceled in the meantime: its page says so.
        with suppress(UserError), request.env.cr.savepoint():
            order._revoke_gift_code() if revoke else order._renew_gift_code()
        return request.redirect(f"/my/orders/{order.id}#o_rma_gift")

    @route("/my/orders/<int:order_id>/gift/receipt", type="http", auth="user", website=True, readonly=True)
    def portal_gift_receipt(self, order_id, **kwargs):
        """Show the gift receipt of an order of the customer.

        :param order_id: id of a `sale.order`
        :return: the PDF, or a redirection
        """
        order = self._get_own_order(order_id)
        if not order.rma_gift_code:
            return request.redirect("/my/orders")
        return self._show_report(order, "pdf", GIFT_RECEIPT)

    def _get_own_order(self, order_id):
        """Return a confirmed order of the customer who is logged in.

        :param order_id: id from the address
        :return: `sale.order` record of the superuser, empty if it is not theirs
        """
        orders = request.env["sale.order"]
        if not orders.has_access("read"):
            return orders.sudo()
        # Customers have no access to gift codes; they may give one away for what they bought.
        return orders.search(self._get_orders_domain() + [("id", "=", order_id)]).sudo()
