import uuid

import pytz
from odoo.http import request, route
from odoo.tools import single_email_re
from werkzeug.exceptions import NotFound

from .request import RmaRequestPortal
from .website import SESSION_TOKEN, prove_guest_order

RECEIPT = "rma_management.report_rma_withdrawal"
SESSION_RECEIPT = "rma_withdrawal_receipt"
LIMITS = {"customer_name": 100, "order_reference": 50, "email": 100, "scope": 500}


class RmaWithdrawalPortal(RmaRequestPortal):
    """Let customers withdraw from a contract: without logging in, without a reason, and without JavaScript.

    What is declared needs no proof, and shows nothing of the order. Items can be chosen by whoever is logged in as the
    customer, or has entered the code that was mailed to the address of the order.
    """

    # === Step 1 ===

    @route("/withdraw", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=True)
    def withdraw(self, **kwargs):
        """Ask for name, order and address.

        :return: the page
        """
        self._check_withdrawal_offered()
        # Names and numbers in the address would be shown as if the shop had written them.
        partner = self._get_visitor()
        return self._render_withdrawal({"customer_name": partner.name or "", "email": partner.email or ""})

    @route("/withdraw", type="http", auth="public", website=True, methods=["POST"], captcha="rma_withdraw")
    def withdraw_check(self, **form):
        """Show what will be declared, or ask for a code if the visitor wants to choose items.

        :return: the second page, or the first one with what is wrong
        """
        self._check_withdrawal_offered()
        typed = self._parse_typed(form)
        errors = self._get_typed_errors(typed)
        if errors or form.get("edit"):
            return self._render_withdrawal(typed, errors=errors)
        if form.get("choose"):
            return self._ask_proof(typed)
        return self._render_declaration(typed)

    def _ask_proof(self, typed):
        """Have a visitor prove the address, who goes on with the items of the order. The answer is the same for valid
        and invalid data.

        :param typed: what was typed
        :return: redirection
        """
        if not self._is_guest():
            order = self._find_own_order(typed["order_reference"])
            if order:
                return request.redirect(f"/withdraw/order/{order.id}")
            error = request.env._("This order is not in your account. Withdraw from it without choosing items.")
            return self._render_withdrawal(typed, errors={"order_reference": error})
        # The record reveals nothing to guests, and the code goes to the order's address.
        access = request.env["rma.guest.access"].sudo()
        ip = request.httprequest.remote_addr
        if access._is_limited(typed["order_reference"], typed["email"], ip):
            error = request.env._("Too many codes were requested. Withdraw without choosing items, or try again later.")
            return self._render_withdrawal(typed, errors={"order_reference": error})
        found = access._ask(typed["order_reference"], typed["email"], request.website.company_id, ip)
        request.session[SESSION_TOKEN] = found.token
        return request.redirect("/withdraw/code")

    def _find_own_order(self, number):
        """Return the order of the logged-in customer that has a number.

        :param number: as it was typed
        :return: `sale.order` record, possibly empty
        """
        orders = request.env["sale.order"]
        if self._is_guest() or not orders.has_access("read"):
            return orders.sudo()
        return orders.search([*self._get_orders_domain(), ("name", "in", [number, number.upper()])], limit=1).sudo()

    # === Proof ===

    @route("/withdraw/code", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=False)
    def withdraw_code(self, **kwargs):
        """Ask for the emailed code.

        :return: the page
        """
        if not request.session.get(SESSION_TOKEN):
            return request.redirect("/withdraw")
        return request.render("rma_management.withdrawal_code", {"error": None})

    @route("/withdraw/code", type="http", auth="public", website=True, methods=["POST"], captcha="rma_code")
    def withdraw_code_submit(self, code="", **kwargs):
        """Show the order to a guest who knows the code, or go back to the declaration that waits for it.

        :param code: what was typed
        :return: redirection, or the form with what is wrong
        """
        if not request.session.get(SESSION_TOKEN):
            return request.redirect("/withdraw")
        order = prove_guest_order(code)
        if not order:
            error = request.env._(
                "This code is not valid. Check for a newer email, or start again. A code is valid for 15 minutes and "
                "five attempts."
            )
            return request.render("rma_management.withdrawal_code", {"error": error})
        withdrawal = self._get_withdrawal(request.session.pop(SESSION_RECEIPT, None))
        if withdrawal:
            withdrawal._verify(order)
            return request.redirect(withdrawal._get_receipt_url())
        return request.redirect(f"/withdraw/order/{order.id}")

    @route(
        "/withdraw/receipt/<string:token>/prove",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        captcha="rma_withdraw",
    )
    def withdraw_prove(self, token, **kwargs):
        """Have the customer prove the address of a declaration, after it was made.

        :param token: key of the receipt
        :return: redirection
        """
        withdrawal = self._get_withdrawal(token)
        if not withdrawal:
            raise NotFound()
        if not self._is_guest():
            withdrawal._verify(self._find_own_order(withdrawal.order_reference))
            return request.redirect(withdrawal._get_receipt_url())
        response = self._ask_proof({name: withdrawal[name] for name in LIMITS})
        request.session[SESSION_RECEIPT] = token
        return response

    # === Items of an order that is proved ===

    @route("/withdraw/order/<int:order_id>", type="http", auth="public", website=True, methods=["GET"], readonly=True)
    def withdraw_order(self, order_id, **kwargs):
        """Show the items of an order of this visitor.

        :param order_id: id of a `sale.order`
        :return: the page
        """
        self._check_withdrawal_offered()
        order = self._get_return_orders([order_id])
        if not order:
            return request.redirect("/withdraw")
        return self._render_items_to_withdraw(order, {})

    @route("/withdraw/order/<int:order_id>", type="http", auth="public", website=True, methods=["POST"])
    def withdraw_order_check(self, order_id, **form):
        """Show what will be declared of an order of this visitor.

        :param order_id: id of a `sale.order`
        :return: the second page, or the first one with what is wrong
        """
        self._check_withdrawal_offered()
        order = self._get_return_orders([order_id])
        if not order:
            return request.redirect("/withdraw")
        quantities, entered, errors = self._parse_withdrawn(order, form)
        if form.get("edit"):
            return self._render_items_to_withdraw(order, entered)
        if not quantities and not errors:
            errors[None] = request.env._("Enter how many of which items you withdraw from.")
        if errors:
            return self._render_items_to_withdraw(order, entered, errors)
        return self._render_declaration(self._prepare_typed(order, quantities), order, quantities)

    def _parse_withdrawn(self, order, form):
        """Return the quantities that were entered.

        :return: ({sales order line: quantity}, {id of the line: text}, {line: sentence})
        """
        quantities, entered, errors = {}, {}, {}
        for line in order.order_line._filter_withdrawable():
            text = entered[line.id] = str(form.get(f"qty_{line.id}") or "").strip()[:20]
            try:
                quantity = float(text.replace(",", ".").replace("٫", ".") or 0.0)
            except ValueError:
                quantity = -1.0
            if not 0 <= quantity <= line.product_uom_qty:
                errors[line] = request.env._("Enter a number from 0 to %g.", line.product_uom_qty)
            elif line.product_uom_id.round(quantity):
                quantities[line] = line.product_uom_id.round(quantity)
        return quantities, entered, errors

    def _prepare_typed(self, order, quantities):
        """Return what the declaration of a known customer says.

        :param order: `sale.order` of this visitor
        :param quantities: {sales order line: quantity}
        :return: {name: text}
        """
        translated = {line.with_context(lang=request.env.lang): quantity for line, quantity in quantities.items()}
        partner = self._get_visitor() or order.partner_id
        known = partner | order.partner_id | order.partner_invoice_id | order.partner_shipping_id
        return {
            "customer_name": partner.name or order.partner_id.name,
            "order_reference": order.name,
            "email": next(filter(None, known.mapped("email")), ""),
            # Declarations are for staff; this only words one.
            "scope": request.env["rma.withdrawal"].sudo()._describe_items(translated),
        }

    # === Step 2 ===

    @route("/withdraw/confirm", type="http", auth="public", website=True, methods=["POST"], captcha="rma_withdraw")
    def withdraw_confirm(self, **form):
        """Record the declaration. Sending it twice gives the same one.

        :return: redirection to the receipt, or a page with what is wrong
        """
        self._check_withdrawal_offered()
        order, quantities = request.env["sale.order"], {}
        if form.get("order_id"):
            order = self._get_return_orders(self._parse_ids([form["order_id"]]))
            if not order:
                return request.redirect("/withdraw")
            quantities, _entered, errors = self._parse_withdrawn(order, form)
            if errors or not quantities:
                return request.redirect(f"/withdraw/order/{order.id}")
            typed = self._prepare_typed(order, quantities)
        else:
            typed = self._parse_typed(form)
            errors = self._get_typed_errors(typed)
            if errors:
                return self._render_withdrawal(typed, errors=errors)
            order = self._find_own_order(typed["order_reference"])
        return self._declare(form, typed, order, quantities)

    def _declare(self, form, typed, order, quantities):
        # Visitors have no access to declarations: they make one, and get the key of its receipt.
        withdrawals = request.env["rma.withdrawal"].sudo()
        ip = request.httprequest.remote_addr
        if withdrawals._is_limited(ip, order):
            error = request.env._("Too much was declared lately. Try again in an hour, or write to us.")
            return self._render_declaration(typed, order, quantities, error)
        company = order.company_id or request.website.company_id
        withdrawal = withdrawals.with_company(company)._declare(
            self._parse_token(form.get("form_key")) or str(uuid.uuid4()),
            typed,
            order,
            quantities,
            company_id=company.id,
            lang=request.env.lang,
            tz=self._get_tz(),
            ip=ip,
        )
        if not withdrawal:
            return self._render_declaration(typed, order, quantities)
        return request.redirect(withdrawal._get_receipt_url())

    def _get_tz(self):
        """Return the time zone of this visitor: of the browser, of the address, or of the company.

        :rtype: str
        """
        candidates = (
            request.httprequest.cookies.get("tz"),
            request.env.user.tz if not self._is_guest() else None,
            request.geoip.location.time_zone,
            request.website.company_id.sudo().partner_id.tz,
        )
        return next((tz for tz in candidates if tz in pytz.all_timezones_set), "UTC")

    # === Receipt ===

    @route("/withdraw/receipt/<string:token>", type="http", auth="public", website=True, readonly=True, sitemap=False)
    def withdraw_receipt(self, token, report_type=None, **kwargs):
        """Show the receipt to whoever has its key.

        :param token: key of the receipt
        :param report_type: `pdf` for the file
        :return: the page or the file, or 404
        """
        withdrawal = self._get_withdrawal(token)
        if not withdrawal:
            raise NotFound()
        if report_type == "pdf":
            return self._show_report(withdrawal, "pdf", RECEIPT, download=True)
        return request.render(
            "rma_management.withdrawal_receipt",
            {"withdrawal": withdrawal, "order": self._get_shown_order(withdrawal), "page_name": "withdrawal"},
        )

    def _get_shown_order(self, withdrawal):
        """Return the order of a declaration, if this visitor has proved that it is theirs.

        :return: `sale.order` record of the superuser, or none
        """
        order = withdrawal.sale_order_id
        if order and (self._is_guest() or request.env["sale.order"].has_access("read")):
            return self._get_return_orders(order.ids)
        return order.browse()

    def _get_withdrawal(self, token):
        """Return a declaration by the key of its receipt.

        :return: `rma.withdrawal` record of the superuser, possibly empty
        """
        token = self._clean_text(token)[:100]
        # Customers have no access to declarations: the key authorizes them.
        return request.env["rma.withdrawal"].sudo()._find(token).with_context(lang=request.env.lang)

    # === Pages ===

    def _check_withdrawal_offered(self):
        """:raise NotFound: when the company does not offer it"""
        if not request.website.company_id.sudo().rma_withdrawal_ok:
            raise NotFound()

    def _parse_typed(self, form):
        """Return what was typed, each in one line and within its length.

        :return: {name: text}
        """
        typed = {name: self._clean_text(form.get(name))[:limit] for name, limit in LIMITS.items()}
        return {name: text if name == "scope" else " ".join(text.split()) for name, text in typed.items()}

    def _get_typed_errors(self, typed):
        """Return what is missing.

        :return: {name: sentence}
        """
        errors = {}
        if not typed["customer_name"]:
            errors["customer_name"] = request.env._("Enter your name.")
        if not typed["order_reference"]:
            errors["order_reference"] = request.env._("Enter your order number, as shown in the confirmation email.")
        if not single_email_re.match(typed["email"]):
            errors["email"] = request.env._("Enter the email address to which we send the receipt.")
        return errors

    def _render_withdrawal(self, typed, errors=None):
        return request.render(
            "rma_management.withdrawal_form",
            {"typed": {**dict.fromkeys(LIMITS, ""), **typed}, "errors": errors or {}, "page_name": "withdrawal"},
        )

    def _render_items_to_withdraw(self, order, entered, errors=None):
        order = order.with_context(lang=request.env.lang)
        return request.render(
            "rma_management.withdrawal_items",
            {
                "order": order,
                "deadlines": order._get_withdrawal_deadlines(self._get_tz()),
                "entered": entered,
                "errors": errors or {},
                "page_name": "withdrawal",
            },
        )

    def _render_declaration(self, typed, order=None, quantities=None, error=None):
        return request.render(
            "rma_management.withdrawal_check",
            {
                "typed": typed,
                "order": order,
                "quantities": quantities or {},
                "error": error,
                "form_key": str(uuid.uuid4()),
                "page_name": "withdrawal",
            },
        )
