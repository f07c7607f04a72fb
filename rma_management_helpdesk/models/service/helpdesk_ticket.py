from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Maximum number of invoices or deliveries offered; the order on the ticket narrows them down.
OFFERED = 80


class HelpdeskTicket(models.Model):
    """Provide the services of a ticket, and the wizard of each."""

    _inherit = "helpdesk.ticket"

    can_refund = fields.Boolean(compute="_compute_can_serve")
    can_coupon = fields.Boolean(compute="_compute_can_serve")
    can_return = fields.Boolean(compute="_compute_can_serve")
    can_repair = fields.Boolean(compute="_compute_can_serve")
    can_task = fields.Boolean(compute="_compute_can_serve")

    @api.model
    def _get_services(self):
        """Return the services and the team field that enables each. A bridge adds its own.

        :return: {service: field name}
        """
        return {
            "refund": "use_refunds",
            "coupon": "use_coupons",
            "return": "use_returns",
            "repair": "use_repairs",
            "task": "use_field_service",
        }

    @api.depends("team_id", "partner_id", "sale_order_id", "product_id")
    @api.depends_context("uid")
    def _compute_can_serve(self):
        """Show a button only when its method would not refuse."""
        for ticket in self:
            for service in self._get_services():
                ticket[f"can_{service}"] = not ticket._get_service_refusal(service)

    def _get_service_refusal(self, service):
        """Return why a service cannot be given from this ticket by the current user.

        :param service: one of `_get_services`
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        ticket = self._origin
        if not ticket:
            return self.env._("Save the ticket first.")
        team_field = self._get_services()[service]
        if not self.team_id[team_field]:
            return self.env._(
                "The team of this ticket does not offer this service: %s. A help desk manager can switch it on.",
                self.team_id._fields[team_field]._description_string(self.env),
            )
        if not ticket.has_access("write"):
            return self.env._("You can read this ticket, but not work on it.")
        if service in self._get_services_for_customers() and not self.partner_id:
            return self.env._("Choose the customer of the ticket first.")
        if service == "return" and not self._get_deliveries(limit=1):
            return self.env._("Nothing was delivered to %s.", self.partner_id.display_name)
        return ""

    @api.model
    def _get_services_for_customers(self):
        """Return the services that need a customer. Visits can be planned without one.

        :return: set of services
        """
        return {"refund", "coupon", "return", "repair"}

    def _check_service(self, service):
        """:raise UserError: when the current user cannot give this service from this ticket"""
        self.ensure_one()
        if refusal := self._get_service_refusal(service):
            raise UserError(refusal)

    @api.model
    def _works_for(self, customers, service):
        """Return whether the current user can give a service to these customers, from a ticket of each.

        :param customers: commercial `res.partner` records
        :param service: one of `_get_services`
        :rtype: bool
        """
        tickets = self.search(
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain(f"team_id.{self._get_services()[service]}", "=", True)
        )
        served = tickets._filtered_access("write").partner_id.commercial_partner_id
        return bool(customers) and customers.sudo() <= served.sudo()

    # === Windows ===

    def action_refund(self):
        """Open the wizard that creates a credit note.

        :return: window action
        :raise UserError: when the service is not offered
        """
        return self._open_service("refund", self.env._("Refund"))

    def action_coupon(self):
        """Open the wizard that gives the customer a coupon.

        :return: window action
        :raise UserError: when the service is not offered
        """
        self._check_service("coupon")
        return self.env["rma.coupon.wizard"].create({"ticket_id": self.id})._get_window_action()

    def action_return(self):
        """Open the wizard that takes delivered products back.

        :return: window action
        :raise UserError: when the service is not offered, or nothing was delivered
        """
        return self._open_service("return", self.env._("Return"))

    def action_repair(self):
        """Open the wizard that creates a repair.

        :return: window action
        :raise UserError: when the service is not offered
        """
        return self._open_service("repair", self.env._("Repair"))

    def action_plan_task(self):
        """Open the wizard that plans a visit.

        :return: window action
        :raise UserError: when the service is not offered
        """
        return self._open_service("task", self.env._("Plan Intervention"))

    def _open_service(self, service, name):
        """Open the wizard of a service, filled in from the ticket.

        :param service: one of `_get_services`
        :param name: title of the window
        :return: window action
        """
        self._check_service(service)
        return self.env[f"helpdesk.ticket.{service}"].create({"ticket_id": self.id})._get_window_action(name)

    # === What the windows offer ===

    def _get_deliveries(self, limit=None):
        """Return the deliveries to the customer, of the ticket's order if there is one, newest first.

        :param limit: int
        :return: done `stock.picking` records, readable
        """
        self.ensure_one()
        if not self.partner_id:
            return self.env["stock.picking"].sudo()
        domain = self._get_transfer_domain() & Domain("location_dest_id.usage", "=", "customer")
        if self.sale_order_id:
            domain &= Domain("sale_id", "=", self.sale_order_id.id)
        # Agents have no access to Inventory; only the customer's deliveries are shown.
        return self.env["stock.picking"].sudo().search(domain, order="date_done desc, id desc", limit=limit)

    def _get_transfer_domain(self):
        """Return the domain of done transfers of what was sold to the customer, wherever it was delivered; not of what
        others had delivered there.

        :return: `Domain` on `stock.picking`
        """
        self.ensure_one()
        customers = self.partner_id.commercial_partner_id.ids
        return (
            Domain("state", "=", "done")
            & Domain("company_id", "=", self.company_id.id)
            & (
                Domain("sale_id.partner_id", "child_of", customers)
                | Domain("sale_id", "=", False) & Domain("partner_id", "child_of", customers)
            )
        )

    def _get_refundable_invoices(self):
        """Return the invoices of the customer that have something left to credit, the newest first; those of the order
        and with the product of the ticket where it names them.

        :return: posted `account.move` records, readable
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        domain = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("commercial_partner_id", "in", customer.ids)
            & Domain("company_id", "=", self.company_id.id)
        )
        if self.sale_order_id:
            domain &= Domain("line_ids.sale_line_ids.order_id", "=", self.sale_order_id.id)
        if self.product_id:
            domain &= Domain("invoice_line_ids.product_id", "=", self.product_id.id)
        # Agents have no access to accounting; only the customer's invoices are shown.
        invoices = self.env["account.move"].sudo().search(domain, order="invoice_date desc, id desc")
        left = invoices._get_amounts_left_to_credit()
        return invoices.filtered(lambda move: move.currency_id.compare_amounts(left[move], 0) > 0)

    def _get_receipts(self):
        """Return the transfers by which products came back for this ticket, the newest first.

        :return: done `stock.picking` records, readable
        """
        self.ensure_one()
        # Agents have no access to Inventory; these are the transfers of their ticket.
        ticket = self.sudo()
        pickings = ticket._get_documents()[ticket.id]["picking"] | ticket.rma_ids.picking_ids
        return pickings.filtered(
            lambda picking: picking.state == "done" and picking.location_id.usage == "customer"
        ).sorted("id", reverse=True)

    def _get_returned_items(self):
        """Return what the customer returned and may be repaired, what belongs to this ticket first.

        :return: list of values of `helpdesk.ticket.repair.source`
        """
        self.ensure_one()
        # Agents have no access to Inventory or to other returns; only those of the customer are shown.
        ticket = self.sudo()
        lines = ticket.rma_ids.line_ids | ticket.rma_ids.line_ids.search(
            Domain("company_id", "=", ticket.company_id.id)
            & Domain("order_id.partner_id", "child_of", ticket.partner_id.commercial_partner_id.ids)
            & Domain("order_id.state", "in", ("requested", "approved", "processing"))
            & Domain("operation_type_id.resolution", "=", "repair"),
            order="id desc",
            limit=OFFERED,
        )
        receipts = ticket._get_receipts()
        receipts |= receipts.search(
            ticket._get_transfer_domain() & Domain("location_id.usage", "=", "customer"), order="id desc", limit=OFFERED
        )
        of_returns = [
            {"rma_line_id": line.id, "product_id": product.id}
            for line in lines
            if line._get_qty_left_to_repair() > 0
            for product in line._get_components()
        ]
        return of_returns + [
            {"picking_id": picking.id, "product_id": product.id}
            for picking in receipts
            for product in picking.move_ids.filtered(lambda move: move.state == "done").product_id
        ]

    # === Limits ===

    def _may_post_refund(self, move, amount):
        """Return whether the user may post a credit note, and let nobody post another one for the customer meanwhile.

        :param move: `account.move` record, readable: the credit note, or the invoice that it is for
        :param amount: float, of the credit note, in the currency of the move
        :rtype: bool
        """
        # Two agents may refund at once: the second transaction is retried with the first one's result.
        self.env.cr.execute(
            SQL("UPDATE res_partner SET write_date = write_date WHERE id = %s", move.commercial_partner_id.id)
        )
        return self._is_within_refund_limit(move, amount)

    def _is_in_team(self):
        """Return whether the current user works in the team of this ticket, or manages the help desk. Others may be
        given a ticket, and move it to any team: what that team's agents may do is not theirs.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        # Agents may have no access to the settings of teams.
        return user in self.team_id.sudo().user_ids or user.has_group("helpdesk_mgmt.group_helpdesk_manager")

    def _is_within_refund_limit(self, move, amount):
        """Return whether a credit note is within the amount of the team, including all others of this ticket and recent
        ones of the customer. Users with access to accounting have no limit.

        :param move: `account.move` record, readable: the credit note, or the invoice that it is for
        :param amount: float, of the credit note, in the currency of the move
        :rtype: bool
        """
        self.ensure_one()
        if self.env.user.has_group("account.group_account_invoice"):
            return True
        # Agents may have no access to the settings of their team or to others' credit notes.
        team, company, customer = self.team_id.sudo(), move.company_id.sudo(), move.commercial_partner_id
        if not self._is_in_team():
            return False
        today = fields.Date.context_today(self)
        lately = Domain("commercial_partner_id", "=", customer.id) & Domain(
            "invoice_date", ">=", fields.Date.subtract(today, days=company.rma_limit_days)
        )
        # What a return of a ticket paid before the goods were back was given by the help desk, too.
        by_return = Domain("rma_id.ticket_ids", "!=", False) & Domain(
            "rma_id.line_ids.operation_type_id.receipt_policy", "!=", "before"
        )
        domain = (
            Domain("move_type", "=", "out_refund")
            & Domain("state", "=", "posted")
            & Domain("company_id", "=", company.id)
            & (Domain("ticket_id", "=", self.id) | lately & (Domain("ticket_id", "!=", False) | by_return))
        )
        posted = self.env["account.move"].sudo().search(domain)
        given = -sum(posted.mapped("amount_total_signed"))
        asked = move.currency_id._convert(amount, company.currency_id, company, today)
        limit = team.refund_currency_id._convert(team.refund_limit, company.currency_id, company, today)
        return company.currency_id.compare_amounts(given + asked, limit) <= 0

    # === Notifications ===

    def _link_document(self, document, kind):
        """Log the link between the ticket and the document on both.

        :param document: record of what was made, readable
        :param kind: what it is, for people
        """
        self.ensure_one()
        self.message_post(
            body=self.env._("%(kind)s created: %(link)s", kind=kind, link=document._get_html_link()),
            subtype_xmlid="mail.mt_note",
        )
        document.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": document, "origin": self},
            subtype_xmlid="mail.mt_note",
        )
