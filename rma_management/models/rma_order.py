from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

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
    internal_note = fields.Html(copy=False, groups="base.group_user")
    amount_refunded = fields.Monetary(
        string="Refunded", compute="_compute_amount_refunded", help="Total of the credit notes, taxes included."
    )
    picking_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    refund_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    repair_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    replacement_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
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

    @api.depends(
        "line_ids.qty_received",
        "line_ids.qty_to_settle",
        "line_ids.is_settled",
        "line_ids.is_open",
        "line_ids.is_awaited",
    )
    def _compute_state(self):
        """Follow the documents once a return is approved. Before, and to close it early, people decide."""
        for order in self:
            order.state = order.state or "draft"
            if order.state not in OPEN_STATES:
                continue
            lines = order.line_ids
            waits = order.company_id.rma_closing_rule == "done" and any(lines.mapped("is_awaited"))
            if waits or any(lines.mapped("is_open")):
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
