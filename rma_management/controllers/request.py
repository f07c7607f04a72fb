import math
import uuid

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import UserError
from odoo.http import request, route

from .portal import RmaPortal
from .website import get_guest_orders

MAX_TEXT = 2000
MAX_UPLOAD = 64 * 1024 * 1024
OTHER_ORDERS = 10


class RmaRequestPortal(RmaPortal):
    """Asking for a return in three steps: what, why, check. Each works without scripts.

    Nothing of a form is believed: orders, lines, reasons, operations, products, serial numbers and photos are searched
    again within what this visitor may return and choose; prices, units and addresses are those of the order.
    """

    # === What the visitor may return ===

    def _get_visitor(self):
        """Give who is logged in.

        :return: `res.partner` record, empty for a guest
        """
        partner = request.env.user.partner_id
        return partner.browse() if self._is_guest() else partner

    def _get_orders_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", customer.id), ("state", "=", "sale")]

    def _get_return_orders(self, order_ids):
        """Find the orders that this visitor may return something of. The first one tells company and currency.

        :param order_ids: ids, as they were sent
        :return: `sale.order` records of the superuser, in the order of the ids
        """
        orders = request.env["sale.order"]
        if self._is_guest():
            # A guest proved to know these.
            found = orders.sudo().browse(get_guest_orders()).exists().filtered(lambda order: order.state == "sale")
        else:
            found = orders.search(self._get_orders_domain() + [("id", "in", order_ids)])
        found = found.filtered(lambda order: order.id in order_ids).sorted(lambda order: order_ids.index(order.id))
        first = found[:1]
        # Lines are read with products and deliveries, that customers have no rights on.
        return found.filtered(
            lambda order: (order.company_id, order.currency_id) == (first.company_id, first.currency_id)
        ).sudo()

    def _get_request(self, token):
        """Find a request of this visitor.

        :param token: text from the address
        :return: `rma.request` record of the superuser, empty where there is none or it is not theirs
        """
        # Customers have no rights on requests: the token and the next lines are what lets them in.
        found = request.env["rma.request"].sudo()._find(self._parse_token(token))
        if found.visitor_id:
            return found if found.visitor_id == self._get_visitor() else found.browse()
        orders = set(found.sale_order_ids.ids)
        return found if orders and orders <= set(get_guest_orders()) else found.browse()

    def _get_step_url(self, token, step=""):
        return f"/returns/request/{token}{step}"

    def _get_items_url(self, return_request):
        """Give the address of the first step of a request."""
        order = return_request.sale_order_ids[:1]
        path = f"/my/orders/{order.id}/return" if return_request.visitor_id else f"/returns/order/{order.id}"
        return f"{path}?token={return_request.token}"

    # === Choose an order ===

    @route(
        ["/my/returns/new", "/my/returns/new/page/<int:page>"], type="http", auth="user", website=True, readonly=True
    )
    def portal_return_new(self, page=1, **kwargs):
        """Show the delivered orders of the customer, to choose one to return something of.

        :param page: number of the page
        :return: the page
        """
        orders = request.env["sale.order"]
        domain = self._get_orders_domain() + [("delivery_status", "in", ("started", "partial", "full"))]
        readable = orders.has_access("read")
        pager = portal_pager(
            url="/my/returns/new",
            total=orders.search_count(domain) if readable else 0,
            page=page,
            step=self._items_per_page,
        )
        if readable:
            orders = orders.search(
                domain, order="date_order desc, id desc", limit=self._items_per_page, offset=max(0, pager["offset"])
            )
        values = self._prepare_portal_layout_values()
        values.update(orders=orders.sudo(), page_name="return_new", pager=pager, default_url="/my/returns/new")
        return request.render("rma_management.portal_return_new", values)

    # === Step 1: what ===

    @route("/my/orders/<int:order_id>/return", type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def portal_order_return(self, order_id, token=None, **kwargs):
        """Show what can be returned of an order of the customer.

        :param order_id: id of a `sale.order`
        :param token: request that was begun before
        :return: the page
        """
        return self._show_items(order_id, token, kwargs)

    @route("/my/orders/<int:order_id>/return", type="http", auth="user", website=True, methods=["POST"])
    def portal_order_return_submit(self, order_id, **form):
        """Take the items of an order of the customer.

        :param order_id: id of a `sale.order`
        :return: redirection to the second step, or the page with what is wrong
        """
        return self._take_items(order_id, form)

    @route("/returns/order/<int:order_id>", type="http", auth="public", website=True, methods=["GET"], readonly=True)
    def guest_order_return(self, order_id, token=None, **kwargs):
        """Show a guest what can be returned of the order that was proved to be theirs.

        :param order_id: id of a `sale.order`
        :param token: request that was begun before
        :return: the page
        """
        return self._show_items(order_id, token, kwargs)

    @route("/returns/order/<int:order_id>", type="http", auth="public", website=True, methods=["POST"])
    def guest_order_return_submit(self, order_id, **form):
        """Take the items of a guest.

        :param order_id: id of a `sale.order`
        :return: redirection to the second step, or the page with what is wrong
        """
        return self._take_items(order_id, form)

    def _show_items(self, order_id, token, parameters):
        return_request = self._get_request(token)
        ids = [order_id] + [order.id for order in return_request.sale_order_ids if order.id != order_id]
        orders = self._get_return_orders(ids)
        if order_id not in orders.ids:
            return request.redirect("/returns" if self._is_guest() else "/my/returns/new")
        quantities = {line.sale_line_id.id: line.product_uom_qty for line in return_request.line_ids}
        if not return_request and str(parameters.get("line", "")).isdecimal():
            # The link of one item on the page of the order.
            quantities = {int(parameters["line"]): 1}
        return self._render_items(orders, quantities, return_request.token or str(uuid.uuid4()))

    def _take_items(self, order_id, form):
        token = self._parse_token(form.get("token")) or str(uuid.uuid4())
        ids = [order_id, *self._parse_ids(request.httprequest.form.getlist("orders"))]
        added = self._parse_ids([form["add"]]) if form.get("add") else []
        orders = self._get_return_orders(list(dict.fromkeys(ids + added)))
        if order_id not in orders.ids:
            return request.redirect("/returns" if self._is_guest() else "/my/returns/new")
        existing = request.env["rma.request"].sudo()._find(token)
        if existing and not self._get_request(token):
            # Somebody else's: as if it were not there.
            token = str(uuid.uuid4())
        elif existing.rma_id:
            return request.redirect(self._get_step_url(token))
        quantities, typed, errors = self._parse_quantities(orders, form)
        if added:
            return self._render_items(orders, typed, token)
        if not quantities and not errors:
            errors[None] = request.env._("Choose what you want to send back, and how much of it.")
        if errors:
            return self._render_items(orders, typed, token, errors)
        chosen = request.env["sale.order.line"].union(*quantities).order_id
        request.env["rma.request"].sudo()._start(token, orders & (chosen | orders[:1]), quantities, self._get_visitor())
        return request.redirect(self._get_step_url(token))

    def _parse_quantities(self, orders, form):
        """Read how much of each item was typed.

        :param orders: `sale.order` records of the page
        :param form: the form
        :return: ({sales order line: quantity}, {id of the line: what was typed}, {line: sentence})
        """
        quantities, typed, errors = {}, {}, {}
        for line in orders.order_line._filter_return_items():
            text = str(form.get(f"qty_{line.id}") or "").strip()[:20]
            typed[line.id] = text
            if not text:
                continue
            try:
                quantity = float(text.replace(",", ".").replace("٫", "."))
            except ValueError:
                quantity = math.nan
            if not math.isfinite(quantity) or quantity < 0 or (quantity % 1 and not line.qty_returnable % 1):
                errors[line] = request.env._("Enter a whole number, 0 or more.")
            elif line.product_uom_id.round(quantity):
                quantity = line.product_uom_id.round(quantity)
                refusal = line._get_return_refusal(quantity)
                if refusal:
                    errors[line] = refusal
                else:
                    quantities[line] = quantity
        return quantities, typed, errors

    def _render_items(self, orders, quantities, token, errors=None):
        others = request.env["sale.order"]
        if not self._is_guest():
            first = orders[:1]
            others = others.search(
                self._get_orders_domain()
                + [
                    ("id", "not in", orders.ids),
                    ("company_id", "=", first.company_id.id),
                    ("currency_id", "=", first.currency_id.id),
                    ("delivery_status", "in", ("started", "partial", "full")),
                ],
                order="date_order desc, id desc",
                limit=OTHER_ORDERS,
            )
        return self._render_step(
            "rma_management.return_items",
            1,
            token,
            {
                "orders": orders,
                "quantities": quantities,
                "errors": errors or {},
                # What can be returned is counted past the rights of the customer.
                "other_orders": others.sudo().filtered("rma_can_return"),
            },
        )

    def _render_step(self, template, step, token, values):
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "page_name": "return_request",
                "is_guest": self._is_guest(),
                "step": step,
                "token": token,
                "step_url": lambda suffix="": self._get_step_url(token, suffix),
                **values,
            },
        )

    # === Step 2: why ===

    @route("/returns/request/<string:token>", type="http", auth="public", website=True, methods=["GET"], readonly=True)
    def return_details(self, token, **kwargs):
        """Ask for reason, operation and photos of each item.

        :param token: names an `rma.request`
        :return: the page
        """
        return self._with_request(token, self._render_details)

    @route(
        "/returns/request/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=MAX_UPLOAD,
    )
    def return_details_submit(self, token, **form):
        """Keep what the customer said of each item.

        :param token: names an `rma.request`
        :return: redirection to the third step, or the page with what is wrong
        """
        return self._with_request(token, lambda return_request: self._take_details(return_request, form))

    def _with_request(self, token, method):
        """Call a method with a request of this visitor. Where there is none, or it was sent, go where they can go on.

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

    def _render_details(self, return_request, errors=None):
        # What the customer reads is in their language.
        return_request = return_request.with_context(lang=request.env.lang)
        return self._render_step(
            "rma_management.return_details",
            2,
            return_request.token,
            {
                "return_request": return_request,
                "reasons": return_request._get_reasons(),
                "errors": errors or {},
                "items_url": self._get_items_url(return_request),
            },
        )

    def _take_details(self, return_request, form):
        return_request = return_request.with_context(lang=request.env.lang)
        errors = {}
        for line in return_request.line_ids:
            line.write(self._parse_details(line, form))
            photo_id = self._parse_ids([form.get("remove_photo")])
            line.attachment_ids.filtered(lambda photo, ids=photo_id: photo.id in ids).unlink()
            refused = line._add_photos(
                [
                    (file.filename, file.read())
                    for file in request.httprequest.files.getlist(f"photos_{line.id}")
                    if file.filename
                ]
            )
            if refused:
                errors[line] = " ".join(refused)
        return_request.customer_note = self._clean_text(form.get("customer_note"))
        if form.get("remove_photo") or form.get("add_photos"):
            return self._render_details(return_request, errors)
        errors = {**return_request._get_detail_errors(), **errors}
        if errors:
            return self._render_details(return_request, errors)
        return request.redirect(self._get_step_url(return_request.token, "/check"))

    def _parse_details(self, line, form):
        """Read what was said of an item. What is not offered counts as not said.

        :param line: `rma.request.line` record
        :param form: the form
        :return: values of the line
        """

        def pick(records, name):
            chosen = self._parse_ids(request.httprequest.form.getlist(f"{name}_{line.id}"))
            return records.filtered(lambda record: record.id in chosen)

        reason = pick(line.request_id._get_reasons(), "reason")[:1]
        operation = pick(reason._get_portal_operation_types(), "operation")[:1]
        if not operation and not form.get(f"operation_{line.id}"):
            default = reason._get_default_operation_type()
            operation = default.filtered("portal_ok")
        return {
            "reason_id": reason.id,
            "operation_type_id": operation.id,
            "replacement_product_id": pick(line.sale_line_id._get_replacement_products(), "replacement")[:1].id,
            "lot_ids": [(6, 0, pick(line._get_lots(), "lots").ids)],
            "comment": self._clean_text(form.get(f"comment_{line.id}")),
        }

    @route(
        "/returns/request/<string:token>/photo/<int:photo_id>", type="http", auth="public", website=True, readonly=True
    )
    def return_request_photo(self, token, photo_id, **kwargs):
        """Show a photo of a request that is not sent yet.

        :param token: names an `rma.request`
        :param photo_id: id of an `ir.attachment` that belongs to it
        :return: the picture, or 404
        """
        photos = self._get_request(token).line_ids.attachment_ids
        return self._stream_photo(photos.filtered(lambda photo: photo.id == photo_id))

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
        """Show the whole request once more.

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
        """Make a return of the request. Sent again, it is the same return.

        :param token: names an `rma.request`
        :return: redirection to the page of the return, or the check with what is wrong
        """
        return_request = self._get_request(token)
        if not return_request:
            return request.redirect("/returns" if self._is_guest() else "/my/returns")
        return_request = return_request.with_context(lang=request.env.lang)
        try:
            with request.env.cr.savepoint():
                return_request._send()
        except UserError as error:
            return self._render_check(return_request, str(error))
        return self._redirect_to_return(return_request)

    def _render_check(self, return_request, error=None):
        return_request = return_request.with_context(lang=request.env.lang)
        if return_request._get_detail_errors():
            return request.redirect(self._get_step_url(return_request.token))
        return self._render_step(
            "rma_management.return_check",
            3,
            return_request.token,
            {
                "return_request": return_request,
                "error": error,
                "items_url": self._get_items_url(return_request),
            },
        )

    # === Reading a form ===

    def _parse_ids(self, texts):
        """Read ids; what is none is left out.

        :param texts: what was sent
        :return: list of int
        """
        return [int(text) for text in texts if str(text).isascii() and str(text).isdecimal() and len(text) < 10]

    def _clean_text(self, text):
        """Take a text that was typed, without what a database cannot keep.

        :rtype: str
        """
        return str(text or "").replace("\0", "").strip()[:MAX_TEXT]

    def _parse_token(self, text):
        """Read the token of a request; what is none of ours is left out.

        :rtype: str
        """
        try:
            return str(uuid.UUID(str(text)))
        except ValueError:
            return ""
