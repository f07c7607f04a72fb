from urllib.parse import urlencode

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route
from werkzeug.exceptions import NotFound

REPORT = "rma_management.report_rma_order"


class RmaPortal(CustomerPortal):
    """Show returns to the logged-in customer, or to whoever has the link of one."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "rma_count" in counters:
            returns = request.env["rma.order"]
            values["rma_count"] = (
                self._with_gifts(returns).search_count(self._get_returns_domain(), limit=1)
                if returns.has_access("read")
                else 0
            )
        return values

    def _with_gifts(self, returns):
        """Return these records with the rights to search the returns of this customer.

        :param returns: `rma.order` records
        """
        # Customers read no return of a gift by themselves, because it holds prices: its pages leave them out. The
        # domain of their own returns is as narrow as their record rule.
        return returns.sudo() if request.env.user._is_portal() else returns

    # === List ===

    def _get_returns_domain(self):
        """Return the domain of the customer's own returns. Customers never see drafts.

        :rtype: Domain
        """
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", customer.id) & Domain("state", "!=", "draft")

    def _get_returns_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date_requested desc, id desc"},
            "name": {"label": request.env._("Number"), "order": "name desc, id desc"},
            "state": {"label": request.env._("Status"), "order": "state, date_requested desc, id desc"},
        }

    def _get_returns_filters(self):
        open_states = ("requested", "approved", "processing")
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("Open"), "domain": Domain("state", "in", open_states)},
            "closed": {"label": request.env._("Closed"), "domain": Domain("state", "not in", open_states)},
        }

    def _get_returns_search_inputs(self):
        return {
            "all": {"input": "all", "label": request.env._("Search in all")},
            "name": {"input": "name", "label": request.env._("Search by number")},
            "order": {"input": "order", "label": request.env._("Search by order")},
            "product": {"input": "product", "label": request.env._("Search by product")},
        }

    def _get_returns_search_domain(self, search_in, search):
        """Return the domain of what the customer typed.

        :param search_in: a key of `_get_returns_search_inputs`
        :param search: text
        :rtype: Domain
        """
        domains = {
            "name": Domain("name", "ilike", search) | Domain("customer_reference", "ilike", search),
            "order": Domain("line_ids.sale_line_id.order_id.name", "ilike", search),
            "product": Domain("line_ids.product_id", "ilike", search),
        }
        # Customers may read neither products nor every order, so the search runs as superuser among their own returns.
        return domains.get(search_in) or Domain.OR(domains.values())

    @route(["/my/returns", "/my/returns/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_returns(self, page=1, sortby=None, filterby=None, search=None, search_in=None, **kwargs):
        """Show the customer's returns.

        :param page: number of the page
        :param sortby: a key of `_get_returns_sortings`
        :param filterby: a key of `_get_returns_filters`
        :param search: text to look for
        :param search_in: a key of `_get_returns_search_inputs`
        :return: the page
        """
        sortings, filters, inputs = (
            self._get_returns_sortings(),
            self._get_returns_filters(),
            self._get_returns_search_inputs(),
        )
        # URLs are typed and shared: fall back to the defaults for unknown values.
        chosen = {
            "sortby": sortby if sortby in sortings else "date",
            "filterby": filterby if filterby in filters else "all",
            "search": (search or "").replace("\0", "")[:100],
            "search_in": search_in if search_in in inputs else "all",
        }
        domain = filters[chosen["filterby"]]["domain"] & self._get_found_domain(chosen["search_in"], chosen["search"])
        returns, pager = self._get_returns_page(domain, sortings[chosen["sortby"]]["order"], page, chosen)
        request.session["my_returns_history"] = returns.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            chosen,
            returns=returns,
            page_name="return",
            pager=pager,
            default_url="/my/returns",
            searchbar_sortings=sortings,
            searchbar_filters=filters,
            searchbar_inputs=inputs,
        )
        return request.render("rma_management.portal_my_returns", values)

    def _get_found_domain(self, search_in, search):
        """Return the domain of the customer's returns in which a text is found.

        :param search_in: a key of `_get_returns_search_inputs`
        :param search: text, empty if nothing is searched
        :rtype: Domain
        """
        if not search:
            return Domain.TRUE
        # Products and orders are searched for the customer; the search of the page applies the record rules again.
        found = (
            request.env["rma.order"]
            .sudo()
            ._search(self._get_returns_domain() & self._get_returns_search_domain(search_in, search))
        )
        return Domain("id", "in", found)

    def _get_returns_page(self, domain, order, page, url_args):
        """Return the returns and the pager of a page of the list.

        :param domain: which of the customer's returns
        :param order: how they are sorted
        :param page: number of the page
        :param url_args: query arguments of the links to other pages
        :return: (`rma.order` records of the superuser, pager)
        """
        domain &= self._get_returns_domain()
        returns = request.env["rma.order"]
        if not returns.has_access("read"):
            # An employee without access to returns is not a customer either.
            domain = Domain.FALSE
            returns = returns.sudo()
        returns = self._with_gifts(returns)
        pager = portal_pager(
            url="/my/returns",
            total=returns.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args=url_args,
        )
        returns = returns.search_fetch(
            domain,
            ["name", "date_requested", "state"],
            order=order,
            limit=self._items_per_page,
            offset=max(0, pager["offset"]),
        )
        # Customers have no access to products, whose names are shown.
        returns = returns.sudo()
        returns.line_ids.fetch(["order_id", "product_id"])
        returns.line_ids.product_id.product_tmpl_id.fetch(["name"])
        return returns, pager

    # === One return ===

    def _get_return(self, return_id, access_token=None):
        """Return a return that the visitor may see.

        :param return_id: id from the address
        :param access_token: token from the address
        :return: `rma.order` record of the superuser, empty if there is none or it is not theirs
        """
        # Constant-time comparison requires ASCII text.
        access_token = access_token if str(access_token or "").isascii() else None
        try:
            rma_sudo = self._document_check_access("rma.order", return_id, access_token=access_token)
        except (AccessError, MissingError):
            return self._get_own_gift(return_id)
        if access_token and rma_sudo._is_link_ended():
            # Who may see it without the link still does.
            return self._get_return(return_id)
        return rma_sudo.browse() if rma_sudo.state == "draft" else rma_sudo

    def _get_own_gift(self, return_id):
        """Return a return of a gift that the customer received.

        :param return_id: id from the address
        :return: `rma.order` record of the superuser, empty if there is none or it is not theirs
        """
        returns = request.env["rma.order"]
        if not request.env.user._is_portal():
            return returns
        own = self._get_returns_domain() & Domain("is_gift", "=", True) & Domain("id", "=", return_id)
        return self._with_gifts(returns).search(own)

    def _get_return_url(self, rma, access_token=None, suffix="", **parameters):
        """Return the URL of a return for this visitor.

        :param rma: `rma.order` record
        :param access_token: token that the visitor came with
        :param suffix: appended to the path
        :param parameters: appended to the query string
        :rtype: str
        """
        if access_token:
            parameters["access_token"] = access_token
        return f"{rma.access_url}{suffix}" + (f"?{urlencode(parameters)}" if parameters else "")

    @route("/my/returns/<int:return_id>", type="http", auth="public", website=True, readonly=True)
    def portal_return(self, return_id, access_token=None, report_type=None, download=False, message=None, **kwargs):
        """Show a return, or its slip. The QR code of a slip brings staff to the return in the back end.

        :param return_id: id of an `rma.order`
        :param access_token: token of the link in a mail
        :param report_type: `pdf` for the slip
        :param download: save the slip instead of showing it
        :param message: what has just happened: `sent` or `cancelled`
        :return: the page, the slip, or a redirection
        """
        if request.env.user._is_internal() and not access_token:
            return request.redirect(f"/odoo/returns/{return_id}")
        rma_sudo = self._get_return(return_id, access_token)
        if not rma_sudo:
            # To a visitor who is not logged in, a return of someone else and a missing one look the same.
            return request.redirect(f"/web/login?redirect=/my/returns/{return_id}" if self._is_guest() else "/my")
        if report_type == "pdf":
            return self._show_report(rma_sudo, "pdf", REPORT, download=bool(download))
        rma_sudo = rma_sudo.with_context(lang=request.env.lang)
        values = self._get_page_view_values(
            rma_sudo,
            access_token,
            {
                "page_name": "return",
                "additional_title": request.env._("Return %s", rma_sudo.name),
                "rma": rma_sudo,
                **self._get_message_key(rma_sudo),
                "message": message if message in ("sent", "cancelled", "not_cancelled") else None,
                "documents": rma_sudo._get_portal_documents(),
                "status": rma_sudo._get_portal_status(),
                "document_url": self._get_document_url,
                "return_url": lambda suffix="", **parameters: self._get_return_url(
                    rma_sudo, access_token, suffix, **parameters
                ),
            },
            "my_returns_history",
            False,
            **kwargs,
        )
        return request.render("rma_management.portal_return", values)

    def _get_message_key(self, rma):
        """Return the key that the box of messages asks with: customers read no return of a gift by themselves.

        :param rma: `rma.order` record of the superuser
        :return: values of the page
        """
        return {"token": rma.access_token} if rma.is_gift else {}

    def _get_document_url(self, document):
        """Return the URL of a document of a return. No token is created, because this page must not write.

        :param document: record with `portal.mixin`
        :rtype: str
        """
        token = document.access_token
        return document.access_url + (f"?{urlencode({'access_token': token})}" if token else "")

    def _is_guest(self):
        return request.env.user._is_public()

    @route(
        "/my/returns/<int:return_id>/cancel",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        captcha="rma_cancel",
    )
    def portal_return_cancel(self, return_id, access_token=None, **kwargs):
        """Cancel a return for which nothing has arrived.

        :param return_id: id of an `rma.order`
        :param access_token: token of the link in a mail
        :return: redirection to its page
        """
        rma_sudo = self._get_return(return_id, access_token)
        if not rma_sudo:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                rma_sudo.action_cancel()
            message = "cancelled"
        except UserError:
            # Goods have arrived in the meantime, or it is closed: the page says which.
            message = "not_cancelled"
        return request.redirect(self._get_return_url(rma_sudo, access_token, message=message))

    @route("/my/returns/<int:return_id>/photo/<int:photo_id>", type="http", auth="public", website=True, readonly=True)
    def portal_return_photo(self, return_id, photo_id, access_token=None, **kwargs):
        """Show a photo that came with the request.

        :param return_id: id of an `rma.order`
        :param photo_id: id of an `ir.attachment` that belongs to it
        :param access_token: token of the link in a mail
        :return: the picture, or 404
        """
        rma_sudo = self._get_return(return_id, access_token)
        photo_sudo = rma_sudo.photo_ids.filtered(lambda photo: photo.id == photo_id)
        return self._stream_photo(photo_sudo)

    def _stream_photo(self, photo_sudo):
        """Send a picture to the browser, without caching on the way.

        :param photo_sudo: `ir.attachment` record that the visitor may see, or none
        :return: response
        """
        if not photo_sudo:
            raise NotFound()
        stream = request.env["ir.binary"]._get_image_stream_from(photo_sudo, "raw", width=1024, height=1024)
        return stream.get_response(max_age=0)

    @route("/my/returns/<int:return_id>/label/<int:label_id>", type="http", auth="public", website=True, readonly=True)
    def portal_return_label(self, return_id, label_id, access_token=None, **kwargs):
        """Show the carrier's return label.

        :param return_id: id of an `rma.order`
        :param label_id: id of an `ir.attachment` that belongs to it
        :param access_token: token of the link in a mail
        :return: the file, or 404
        """
        rma_sudo = self._get_return(return_id, access_token)
        label_sudo = rma_sudo and rma_sudo._get_portal_documents()["labels"].filtered(
            lambda label: label.id == label_id
        )
        if not label_sudo:
            raise NotFound()
        return request.env["ir.binary"]._get_stream_from(label_sudo).get_response(max_age=0)

    @route(
        "/my/returns/<int:return_id>/delivery/<int:picking_id>", type="http", auth="public", website=True, readonly=True
    )
    def portal_return_delivery(self, return_id, picking_id, access_token=None, **kwargs):
        """Show the delivery slip of a replacement or a repaired product.

        :param return_id: id of an `rma.order`
        :param picking_id: id of a `stock.picking` that belongs to it
        :param access_token: token of the link in a mail
        :return: the slip as PDF, or 404
        """
        rma_sudo = self._get_return(return_id, access_token)
        delivery_sudo = rma_sudo and rma_sudo._get_portal_documents()["deliveries"].filtered(
            lambda picking: picking.id == picking_id
        )
        if not delivery_sudo or rma_sudo.is_gift:
            # The slip names the order of the buyer.
            raise NotFound()
        # The slip reads products and units, which customers have no access to.
        report = request.env["ir.actions.report"].sudo().with_company(delivery_sudo.company_id)
        pdf = report._render_qweb_pdf("stock.action_report_delivery", delivery_sudo.ids)[0]
        return request.make_response(pdf, headers=[("Content-Type", "application/pdf"), ("Content-Length", len(pdf))])
