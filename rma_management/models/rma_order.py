from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, groupby, is_html_empty

OPEN_STATES = ("approved", "processing", "done")


class RmaOrder(models.Model):
    """A return: what the customer asked for, what staff decided, and the documents that carry it out.

    It holds intentions only. What happened is computed from stock moves, credit notes, orders and repairs.
    """

    _name = "rma.order"
    _description = "Return"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_requested desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    def _default_user_id(self):
        user = self.env.user
        return user if user.has_group("rma_management.group_rma_user") else user.browse()

    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        default="/",
        index="trigram",
        tracking=True,
        help="Given when saved, unless a number is typed.",
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("cancel", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        compute="_compute_state",
        store=True,
        readonly=False,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True, check_company=True
    )
    partner_shipping_id = fields.Many2one(
        "res.partner",
        string="Shipping Address",
        compute="_compute_partner_shipping_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Where the goods come from, and where a replacement goes.",
    )
    email = fields.Char(compute="_compute_email", store=True, readonly=False, precompute=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('state', '=', 'sale')]",
    )
    customer_reference = fields.Char(copy=False, help="The number the customer gave this return.")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True, precompute=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        tracking=True,
        default=lambda self: self._default_user_id(),
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
    )
    date_requested = fields.Datetime(
        string="Requested on", required=True, default=fields.Datetime.now, copy=False, index=True
    )
    date_approved = fields.Datetime(string="Approved on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, copy=False)
    date_done = fields.Datetime(string="Done on", compute="_compute_date_done", store=True, readonly=True, copy=False)
    line_ids = fields.One2many("rma.order.line", "order_id", string="Items", copy=True)
    picking_ids = fields.One2many("stock.picking", "rma_id", string="Transfers", readonly=True)
    refund_ids = fields.One2many("account.move", "rma_id", string="Credit Notes", readonly=True)
    repair_ids = fields.Many2many("repair.order", string="Repairs", compute="_compute_repair_ids")
    replacement_sale_order_ids = fields.Many2many(
        "sale.order", string="Replacement Orders", compute="_compute_replacement_sale_order_ids"
    )
    scrap_ids = fields.Many2many("stock.scrap", string="Scraps", compute="_compute_scrap_ids")
    reference_id = fields.Many2one(
        "stock.reference", readonly=True, copy=False, help="Keeps the deliveries of this return together."
    )
    reject_reason = fields.Text(readonly=True, copy=False, tracking=True)
    customer_note = fields.Text(string="Customer Remark")
    internal_note = fields.Html(string="Internal Note", copy=False)
    amount_refunded = fields.Monetary(
        string="Refunded", compute="_compute_amount_refunded", help="Total of the credit notes, taxes included."
    )
    picking_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    refund_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    repair_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    replacement_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    is_late = fields.Boolean(
        compute="_compute_is_late", search="_search_is_late", help="Waits for approval or processing for a week."
    )
    can_approve = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")
    can_draft = fields.Boolean(compute="_compute_can")
    can_process = fields.Boolean(compute="_compute_can")
    can_done = fields.Boolean(compute="_compute_can")
    can_receive = fields.Boolean(compute="_compute_can")
    can_send_back = fields.Boolean(compute="_compute_can")

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != '/'", "This return number exists already. Choose another one."
    )

    # === Computed fields ===

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        for order in self:
            order.partner_shipping_id = order.partner_id.address_get(["delivery"])["delivery"] or order.partner_id

    @api.depends("partner_id")
    def _compute_email(self):
        for order in self:
            order.email = order.partner_id.email

    @api.depends("sale_order_id", "company_id")
    def _compute_currency_id(self):
        for order in self:
            order.currency_id = order.sale_order_id.currency_id or order.company_id.currency_id

    @api.depends("line_ids.qty_received", "line_ids.qty_to_settle", "line_ids.is_settled", "line_ids.is_open")
    def _compute_state(self):
        """Follow the documents once a return is approved. Before, and to close it early, people decide."""
        for order in self:
            order.state = order.state or "draft"
            if order.state not in OPEN_STATES:
                continue
            lines = order.line_ids
            if any(lines.mapped("is_open")):
                order.state = "processing" if any(lines.mapped("qty_received")) else "approved"
            elif any(lines.mapped("is_settled")):
                order.state = "done"
            elif order.state == "processing":
                # What had arrived was sent back by hand.
                order.state = "approved"

    @api.depends("state")
    def _compute_date_done(self):
        now = fields.Datetime.now()
        for order in self:
            order.date_done = order.state == "done" and (order.date_done or now)

    @api.depends("line_ids.repair_ids")
    def _compute_repair_ids(self):
        for order in self:
            order.repair_ids = order.line_ids.repair_ids

    @api.depends("line_ids.replacement_line_ids")
    def _compute_replacement_sale_order_ids(self):
        for order in self:
            order.replacement_sale_order_ids = order.line_ids.replacement_line_ids.order_id

    @api.depends("line_ids.scrap_ids")
    def _compute_scrap_ids(self):
        for order in self:
            order.scrap_ids = order.line_ids.scrap_ids

    @api.depends("refund_ids.amount_total", "refund_ids.state", "currency_id")
    def _compute_amount_refunded(self):
        # Returns staff see what was given back though they may see no accounting.
        for order in self.sudo():
            order.amount_refunded = sum(
                refund.currency_id._convert(
                    refund.amount_total,
                    order.currency_id,
                    order.company_id,
                    refund.invoice_date or fields.Date.context_today(order),
                )
                for refund in order.refund_ids
                if refund.state != "cancel"
            )

    @api.depends("picking_ids", "refund_ids", "line_ids.repair_ids", "line_ids.replacement_line_ids")
    def _compute_document_counts(self):
        for order in self:
            order.picking_count = len(order.picking_ids)
            order.refund_count = len(order.refund_ids)
            order.repair_count = len(order.repair_ids)
            order.replacement_count = len(order.replacement_sale_order_ids)

    @api.depends("state", "date_requested")
    def _compute_is_late(self):
        limit = self._get_late_limit()
        for order in self:
            order.is_late = order.state in ("requested", "processing") and order.date_requested < limit

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in", ("requested", "processing")), ("date_requested", "<", self._get_late_limit())]

    @api.model
    def _get_late_limit(self):
        return fields.Datetime.subtract(fields.Datetime.now(), weeks=1)

    @api.depends("state", "line_ids.qty_received", "line_ids.is_settled", "line_ids.qty_missing")
    @api.depends_context("uid")
    def _compute_can(self):
        """Show a button exactly where its method would not refuse."""
        may_approve = self._user_may_approve()
        for order in self:
            order.can_approve = order.state == "requested" and may_approve
            order.can_cancel = order._nothing_happened() and order.state in ("draft", "requested", "approved")
            order.can_draft = order._nothing_happened() and order.state in (
                "requested",
                "approved",
                "rejected",
                "cancel",
            )
            order.can_process = order.state in OPEN_STATES and any(
                line.qty_to_settle or line.qty_to_dispose for line in order.line_ids
            )
            order.can_send_back = order.state == "processing" and bool(order.line_ids._get_repairs_to_send_back())
            order.can_done = order.state in ("approved", "processing") and not any(
                line.qty_to_settle or line.qty_away for line in order.line_ids
            )
            order.can_receive = order.state in OPEN_STATES and any(order.line_ids.mapped("qty_missing"))

    def _compute_access_url(self):
        super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/returns/{order.id}"

    def _compute_display_name(self):
        for order in self:
            order.display_name = order.name if order.name and order.name != "/" else self.env._("New Return")

    # === Constraints ===

    @api.constrains("sale_order_id", "partner_id")
    def _check_sale_order_id(self):
        self.line_ids._check_sale_line_id()
        for order in self:
            customer = order.sale_order_id.partner_id.commercial_partner_id
            if customer and customer != order.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "The order %(order)s was sold to %(customer)s, not to %(other)s. "
                        "Choose an order of the customer.",
                        order=order.sale_order_id.name,
                        customer=customer.display_name,
                        other=order.partner_id.display_name,
                    )
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals, name=(vals.get("name") or "").strip() or "/") for vals in vals_list]
        for vals in vals_list:
            self._check_protected_fields(vals)
        unnamed = [vals for vals in vals_list if vals["name"] == "/"]
        for company_id, group in groupby(unnamed, lambda vals: vals.get("company_id") or self.env.company.id):
            sequence = self._get_sequence(company_id)
            for vals in group:
                vals["name"] = (sequence and sequence.next_by_id()) or "/"
        return super().create(vals_list)

    @api.model
    def _get_sequence(self, company_id):
        """Find the sequence that numbers the returns of a company: its own one, or the one of all.

        :param company_id: id of a `res.company`
        :return: `ir.sequence` record, looked up once for a whole batch
        """
        return self.env["ir.sequence"].search(
            [("code", "=", "rma.order"), ("company_id", "in", (company_id, False))], order="company_id", limit=1
        )

    def write(self, vals):
        self._check_protected_fields(vals)
        if "name" in vals and not (vals["name"] or "").strip():
            raise UserError(self.env._("A return needs a number."))
        return super().write(vals)

    @api.model
    def _get_protected_fields(self):
        """Fields that only the methods of this class write.

        :return: set of field names
        """
        return {"state", "date_approved", "approved_by_id", "date_done", "reject_reason", "reference_id"}

    def _check_protected_fields(self, vals):
        """Refuse a status that is written past the methods that guard it.

        :raise UserError: when a user, not the program, writes it
        """
        protected = self._get_protected_fields() & set(vals)
        if self.env.su or (not self and protected == {"state"} and vals["state"] == "draft"):
            return
        if protected:
            raise UserError(
                self.env._("The status of a return is changed by its buttons: request, approve, reject, cancel.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_progress(self):
        for order in self:
            if order.state not in ("draft", "cancel"):
                raise UserError(
                    self.env._("%s is in progress. Cancel it before you delete it, or archive it.", order.name)
                )

    # === Actions ===

    def action_request(self):
        """Ask for approval: `draft` becomes `requested`, and the quantities are reserved.

        :return: True
        :raise UserError: when an item is incomplete, or more is asked than can still be returned
        """
        orders = self._filter_transition("requested", ("draft",))
        orders._check_complete()
        orders.line_ids._check_quantities()
        orders._set_state("requested")
        return True

    def action_approve(self):
        """Approve: `requested` becomes `approved`, the return receipts are made, and what is settled before the
        goods arrive is settled.

        :return: True
        :raise AccessError: when the user may not approve
        :raise UserError: when an item is incomplete, or more is asked than can still be returned
        """
        orders = self._filter_transition("approved", ("requested",))
        if orders and not self._user_may_approve():
            raise AccessError(self.env._("Only a returns manager approves returns. Ask one of them to do it."))
        orders._check_complete()
        orders.line_ids._check_quantities()
        orders._set_state(
            "approved", date_approved=fields.Datetime.now(), approved_by_id=self.env.uid, reject_reason=False
        )
        orders.line_ids._create_receipts()
        early = orders.filtered(
            lambda order: any(line.operation_type_id.receipt_policy != "before" for line in order.line_ids)
        )
        if early:
            early.action_settle()
        return True

    def action_reject(self, reason=None):
        """Reject: `requested` becomes `rejected`, and the customer is told why.

        :param reason: sentence for the customer
        :return: True
        :raise AccessError: when the user may not approve
        :raise UserError: when no reason is given
        """
        orders = self._filter_transition("rejected", ("requested",))
        if not orders:
            return True
        if not self._user_may_approve():
            raise AccessError(self.env._("Only a returns manager rejects returns. Ask one of them to do it."))
        if not (reason or "").strip():
            raise UserError(self.env._("Tell the customer why the return is rejected."))
        orders._set_state("rejected", reject_reason=reason.strip())
        for order in orders:
            order.message_post(
                body=self.env._("The return was rejected: %s", reason.strip()),
                partner_ids=order.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return True

    def action_open_reject(self):
        """Open the window that asks for the reason of a rejection.

        :return: window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "rma.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_ids": self.ids},
        }

    def action_process(self):
        """Open the process screen with the plan filled in.

        :return: window action
        :raise UserError: when there is nothing to process
        """
        self.ensure_one()
        if not self.can_process:
            raise UserError(
                self.env._("There is nothing to process on %s. Receive the goods first.", self.name)
                if self.state == "approved"
                else self.env._("There is nothing to process on %s.", self.name)
            )
        wizard = self.env["rma.process"].create({"rma_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Process %s", self.name),
            "res_model": "rma.process",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_settle(self):
        """Settle all that is due by each line's own plan. What is settled already is left alone.

        :return: True
        :raise UserError: when a return is not approved, or a document cannot be made
        """
        self._check_may_settle()
        self.line_ids._settle()
        return True

    def action_receive_again(self):
        """Make a receipt for what has neither arrived nor is expected: the first one was cancelled, or the customer
        sends the rest after all.

        :return: True
        :raise UserError: when the return is not approved, or the quantities are taken by now
        """
        self._check_may_settle()
        lines = self.line_ids.filtered("qty_missing")
        lines._check_quantities(missing_only=True)
        lines._create_receipts()
        return True

    def action_done(self):
        """Close: nothing more is expected. Receipts that are still open are cancelled.

        :return: True
        :raise UserError: when something that arrived is not settled, or a repaired product not sent back
        """
        orders = self._filter_transition("done", ("approved", "processing"))
        for order in orders:
            if not order.can_done:
                raise UserError(
                    self.env._(
                        "%s is not settled: process what was received, and send repaired products back first.",
                        order.name,
                    )
                )
        orders._cancel_open_receipts()
        orders.filtered(lambda order: order.state != "done")._set_state("done")
        return True

    def action_cancel(self):
        """Cancel a return of which nothing has arrived nor been settled; its open receipts are cancelled with it.

        :return: True
        :raise UserError: when goods have arrived or documents exist
        """
        orders = self._filter_transition("cancel", ("draft", "requested", "approved"))
        orders._check_nothing_happened()
        orders._cancel_open_receipts()
        orders._set_state("cancel", date_approved=False, approved_by_id=False)
        return True

    def action_draft(self):
        """Begin again with a return of which nothing has arrived nor been settled.

        :return: True
        :raise UserError: when goods have arrived or documents exist
        """
        orders = self._filter_transition("draft", ("requested", "approved", "rejected", "cancel"))
        orders._check_nothing_happened()
        orders._cancel_open_receipts()
        orders._set_state("draft", date_approved=False, approved_by_id=False, reject_reason=False)
        return True

    def action_send(self):
        """Open the email composer with the slip attached.

        :return: window action
        """
        template = self.env.ref("rma_management.mail_template_rma_order")
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment" if len(self) == 1 else "mass_mail",
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
            },
        }

    def action_print(self):
        """Print the slip.

        :return: report action
        """
        return self.env.ref("rma_management.report_rma_order").report_action(self)

    def action_view_pickings(self):
        """Open the transfers of this return.

        :return: window action
        """
        return self._get_documents_action(self.picking_ids, self.env._("Transfers"))

    def action_view_refunds(self):
        """Open the credit notes of this return.

        :return: window action
        """
        return self._get_documents_action(self.refund_ids, self.env._("Credit Notes"))

    def action_view_repairs(self):
        """Open the repair orders of this return.

        :return: window action
        """
        return self._get_documents_action(self.repair_ids, self.env._("Repairs"))

    def action_view_replacements(self):
        """Open the sales orders that replace returned products.

        :return: window action
        """
        return self._get_documents_action(self.replacement_sale_order_ids, self.env._("Replacement Orders"))

    def _get_documents_action(self, documents, name):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": documents._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", documents.ids)],
            "context": {"create": False},
        }
        if len(documents) == 1:
            action.update(views=[(False, "form")], res_id=documents.id)
        return action

    # === Business methods ===

    def _user_may_approve(self):
        """Tell whether the current user approves returns.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group("rma_management.group_rma_manager")

    def _filter_transition(self, target, sources):
        """Pick the records that a transition is for; those that have it behind them are left alone.

        :param target: state to reach
        :param sources: states from which it can be reached
        :return: records to change
        :raise UserError: when a record is in any other state
        """
        self.check_access("write")
        states = dict(self._fields["state"]._description_selection(self.env))
        for order in self:
            if order.state != target and order.state not in sources:
                raise UserError(
                    self.env._(
                        "%(return)s is %(state)s and cannot become %(target)s.",
                        **{
                            "return": order.name,
                            "state": states[order.state].lower(),
                            "target": states[target].lower(),
                        },
                    )
                )
        # Two people may click at once: the second waits here, and is run again with what the first one did.
        orders = self.filtered(lambda order: order.state != target)
        orders._lock_rows()
        return orders

    def _lock_rows(self):
        if self.ids:
            self.flush_recordset()
            # Written, not only locked: the second one must not go on with what it saw before the first one ended.
            self.env.cr.execute(
                SQL(
                    "UPDATE rma_order SET write_date = write_date WHERE id IN"
                    " (SELECT id FROM rma_order WHERE id IN %s ORDER BY id FOR UPDATE)",
                    tuple(self.ids),
                )
            )

    def _set_state(self, state, **values):
        # The methods that guard the transitions are the only ones that write these fields.
        self.sudo().write({"state": state, **values})

    def _nothing_happened(self):
        """Tell whether no goods have arrived and no document settles anything.

        :rtype: bool
        """
        self.ensure_one()
        return not any(line.qty_received or line._has_settlement() for line in self.line_ids)

    def _check_nothing_happened(self):
        for order in self:
            if not order._nothing_happened():
                raise UserError(
                    self.env._(
                        "Goods of %s have arrived or documents were made for it already, so it cannot be cancelled "
                        "or reset. Close it instead.",
                        order.name,
                    )
                )

    def _check_may_settle(self):
        self.check_access("write")
        for order in self:
            if order.state not in OPEN_STATES:
                raise UserError(self.env._("%s is not approved yet, so nothing can be done for it.", order.name))
        self._lock_rows()

    def _check_complete(self):
        """Refuse returns that lack what the next step needs.

        :raise UserError: names the return and what is missing
        """
        for order in self:
            if not order.line_ids:
                raise UserError(self.env._("%s has no items. Add what the customer sends back.", order.name))
        self.line_ids._check_complete()

    def _cancel_open_receipts(self):
        moves = self.line_ids._get_open_receipts()
        # Returns staff need no rights in the warehouse to call a receipt off.
        moves.sudo()._action_cancel()

    def _get_reference(self):
        """Give the stock reference that keeps the deliveries of this return in one transfer.

        :return: `stock.reference` record
        """
        self.ensure_one()
        if not self.reference_id:
            self.sudo().reference_id = self.env["stock.reference"].sudo().create({"name": self.name})
        return self.reference_id

    def _get_return_address(self):
        """Give the address that the goods are sent to.

        :return: `res.partner` record
        """
        self.ensure_one()
        # The customer sees this address on the slip.
        order = self.sudo()
        warehouse = order.picking_ids.filtered(
            lambda picking: picking.location_id.usage == "customer"
        ).picking_type_id.warehouse_id[:1] or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", order.company_id.id)], limit=1
        )
        return order.company_id.rma_return_address_id or warehouse.partner_id or order.company_id.partner_id

    def _get_slip_url(self):
        """Give the address that the QR code of the slip opens: this return, for customer and staff.

        :rtype: str
        """
        self.ensure_one()
        return self.get_base_url() + self.access_url

    def _has_return_instructions(self):
        """Tell whether there is something to print under the items.

        :rtype: bool
        """
        self.ensure_one()
        return not is_html_empty(self.company_id.sudo().rma_return_instructions)

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Return %s", self.name)
