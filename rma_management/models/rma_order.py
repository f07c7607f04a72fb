from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from .rma_guarded_mixin import NEW


class RmaOrder(models.Model):
    """A return: what the customer asked for, what staff decided, and the documents that carry it out.

    It only holds intentions. What happened is computed from stock moves, credit notes, orders and repairs.
    """

    _name = "rma.order"
    _description = "Return"
    _inherit = ["rma.guarded.mixin", "rma.document.mixin", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_requested desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    def _default_user_id(self):
        user = self.env.user
        return user if user.has_group("rma_management.group_rma_user") else user.browse()

    name = fields.Char(
        string="RMA Number",
        required=True,
        copy=False,
        index="trigram",
        tracking=True,
        help="Assigned when saved, unless you enter one.",
    )
    active = fields.Boolean(default=True, help="If unchecked, the return is archived.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        help="Customer who returns the goods.",
    )
    partner_shipping_id = fields.Many2one(
        "res.partner",
        string="Shipping Address",
        compute="_compute_partner_shipping_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        check_company=True,
        help="Where the goods are collected and replacements are delivered.",
    )
    email = fields.Char(
        compute="_compute_email",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Address for emails about the return.",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('state', '=', 'sale')]",
        help="Order that sold the goods. Empty if there are several orders or none.",
    )
    customer_reference = fields.Char(copy=False, help="The customer's own reference for this return.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company that sold the goods.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        help="Currency of the order, or of the company if there is no order.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        tracking=True,
        default=lambda self: self._default_user_id(),
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Who handles the return. If empty, all returns users see it.",
    )
    date_requested = fields.Datetime(
        string="Requested on",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        tracking=True,
        help="When the customer requested the return.",
    )
    line_ids = fields.One2many("rma.order.line", "order_id", string="Items", copy=True, help="Returned products.")
    customer_note = fields.Text(string="Customer Remark", help="Remark from the customer.")
    internal_note = fields.Html(copy=False, groups="base.group_user", help="For staff only; never shown to customers.")

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != '/'", "This RMA number already exists. Choose another one."
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

    def _compute_display_name(self):
        for order in self:
            order.display_name = order.name if order.name and order.name != "/" else self.env._("New Return")

    # === Constraints ===

    @api.constrains("sale_order_id", "partner_id")
    def _check_sale_order_id(self):
        self.line_ids._check_sale_line_id()
        for order in self:
            customer = order.sale_order_id.partner_id.commercial_partner_id
            if order.date_anonymized:
                continue
            if customer and customer != order._get_buyer().commercial_partner_id:
                raise UserError(
                    self.env._(
                        "Sales order %(order)s belongs to %(customer)s, not to %(other)s. Choose an order of this "
                        "customer.",
                        order=order.sale_order_id.name,
                        customer=customer.display_name,
                        other=order.partner_id.display_name,
                    )
                )

    def _get_buyer(self):
        """Return the customer whose orders the goods come from.

        :return: `res.partner` record
        """
        self.ensure_one()
        return self.partner_id

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals, name=(vals.get("name") or "").strip() or "/") for vals in vals_list]
        unnamed = [vals for vals in vals_list if vals["name"] == "/"]
        for company_id, group in groupby(unnamed, lambda vals: vals.get("company_id") or self.env.company.id):
            sequence = self._get_sequence(company_id)
            for vals in group:
                vals["name"] = (sequence and sequence.next_by_id()) or "/"
        return super().create(vals_list)

    @api.model
    def _get_sequence(self, company_id):
        """Return the sequence for returns of a company: its own, or the shared one.

        :param company_id: id of a `res.company`
        :return: `ir.sequence` record, looked up once for a whole batch
        """
        return self.env["ir.sequence"].search(
            [("code", "=", "rma.order"), ("company_id", "in", (company_id, False))], order="company_id", limit=1
        )

    def write(self, vals):
        if "name" in vals and not (vals["name"] or "").strip():
            raise UserError(self.env._("Enter an RMA number for the return."))
        return super().write(vals)

    @api.model
    def _get_writable_fields(self, state):
        # Items and inspection results have their own lists of writable fields.
        fields_ = {"active", "customer_note", "customer_reference", "email", "internal_note", "user_id"}
        fields_ |= {"line_ids", "inspection_ids"}
        if state in (NEW, "draft", "requested"):
            fields_ |= {"name", "partner_id", "partner_shipping_id", "sale_order_id", "date_requested"}
        if state in (NEW, "draft"):
            fields_ |= {"company_id"}
        return fields_

    def _get_guard_state(self):
        # Access to the return was checked before.
        return self.sudo().state

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_progress(self):
        for order in self:
            if order.state in ("done", "rejected"):
                raise UserError(self.env._("%s is closed and cannot be deleted. Archive or anonymize it.", order.name))
            if order.state not in ("draft", "cancel"):
                raise UserError(self.env._("%s is in progress. Cancel it before deleting it.", order.name))
            if order.was_requested or order.approval_ids:
                raise UserError(
                    self.env._("%s has been requested and cannot be deleted. Archive it instead.", order.name)
                )
