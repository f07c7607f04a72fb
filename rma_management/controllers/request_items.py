import math
import uuid

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.http import request, route

from .request import RmaRequestPortal

OTHER_ORDERS = 10


class RmaRequestItems(RmaRequestPortal):
    """Ask what comes back: the order, and the quantity of each of its items."""

    # === Choose an order ===

    @route(
        ["/my/returns/new", "/my/returns/new/page/<int:page>"], type="http", auth="user", website=True, readonly=True
    )
    def portal_return_new(self, page=1, **kwargs):
        """Show the delivered orders of the customer, to choose one to return items from.

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
        # Lines are read with products and deliveries, which customers have no access to.
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
        """Save the items of an order of the customer.

        :param order_id: id of a `sale.order`
        :return: redirection to the second step, or the page with what is wrong
        """
        return self._take_items(order_id, form)

    @route("/returns/order/<int:order_id>", type="http", auth="public", website=True, methods=["GET"], readonly=True)
    def guest_order_return(self, order_id, token=None, **kwargs):
        """Show a guest what can be returned of the order they verified.

        :param order_id: id of a `sale.order`
        :param token: request that was begun before
        :return: the page
        """
        return self._show_items(order_id, token, kwargs)

    @route("/returns/order/<int:order_id>", type="http", auth="public", website=True, methods=["POST"])
    def guest_order_return_submit(self, order_id, **form):
        """Save the items of a guest.

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
        return self._keep_items(orders, token, form, added)

    def _keep_items(self, orders, token, form, added=(), gift_email=False):
        """Save the items of a request.

        :param orders: `sale.order` records that this visitor may return items from
        :param token: text that names the request
        :param form: the form
        :param added: ids of orders that the visitor has just added to the page
        :param gift_email: verified address of whoever received a gift
        :return: redirection to the second step, or the page with what is wrong
        """
        # Customers have no access to requests: this one is only searched.
        requests = request.env["rma.request"].sudo()
        existing = requests._find(token)
        if existing and (not self._is_own_request(existing) or existing.gift_email != gift_email):
            # Someone else's, or of a gift where this is none: behave as if it did not exist.
            token = str(uuid.uuid4())
        elif existing.rma_id:
            return request.redirect(self._get_step_url(token))
        quantities, typed, errors = self._parse_quantities(orders, form)
        if added:
            return self._render_items(orders, typed, token)
        if not quantities and not errors:
            errors[None] = request.env._("Choose what you want to send back, and how many.")
        if errors:
            return self._render_items(orders, typed, token, errors, is_gift=bool(gift_email))
        chosen = request.env["sale.order.line"].union(*quantities).order_id
        visitor = request.env["res.partner"] if gift_email else self._get_visitor()
        requests._start(token, orders & (chosen | orders[:1]), quantities, visitor, gift_email)
        return request.redirect(self._get_step_url(token))

    def _parse_quantities(self, orders, form):
        """Return the quantity entered for each item.

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
            elif line.returnable_uom_id.round(quantity):
                quantity = line.returnable_uom_id.round(quantity)
                refusal = line._get_return_refusal(quantity)
                if refusal:
                    errors[line] = refusal
                else:
                    quantities[line] = quantity
        return quantities, typed, errors

    def _render_items(self, orders, quantities, token, errors=None, is_gift=False):
        others = request.env["sale.order"]
        if not self._is_guest() and not is_gift:
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
                "is_gift": is_gift,
                # Whoever received a gift is not told what it cost.
                "unit_refunds": {} if is_gift else orders.order_line._filter_return_items()._get_unit_refunds(),
                "errors": errors or {},
                # Returnable quantities are computed beyond the access rights of the customer.
                "other_orders": others.sudo().filtered("rma_can_return"),
            },
        )
