import secrets
from datetime import timedelta

import psycopg2
import pytz
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import format_datetime, mute_logger

from ..rma_guarded_mixin import NEW

PER_IP = 50
PER_ORDER = 5
LIMIT_HOURS = 1
TYPED = ("customer_name", "order_reference", "email", "scope")


class RmaWithdrawal(models.Model):
    """A declaration by which a customer withdraws from a contract (Directive 2011/83/EU, article 11a).

    It counts from the second it was confirmed, whether or not its order is found: what was typed is kept as it was.
    Right and wrong data are stored in the same way; a scheduled job looks for the order, and mails the receipt.
    """

    _name = "rma.withdrawal"
    _description = "Withdrawal"
    _inherit = ["rma.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_declared desc, id desc"
    _check_company_auto = True

    # === What was declared ===

    name = fields.Char(string="Number", readonly=True, copy=False, help="Assigned when saved.")
    customer_name = fields.Char(required=True, help="As the customer entered it.")
    order_reference = fields.Char(string="Order Entered", required=True, help="As the customer entered it.")
    email = fields.Char(required=True, help="Where the receipt is sent, as the customer entered it.")
    scope = fields.Text(
        string="Part of the Order", help="As the customer entered it. Empty if the whole order is meant."
    )
    chose_items = fields.Boolean(
        readonly=True, copy=False, help="The customer chose the items of the order; otherwise, staff read them."
    )
    date_declared = fields.Datetime(
        string="Declared on",
        required=True,
        default=lambda self: fields.Datetime.now(),
        copy=False,
        help="When the customer confirmed the declaration, or when a letter or a call arrived.",
    )
    tz = fields.Char(
        string="Time Zone",
        required=True,
        readonly=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Of the customer, when declaring.",
    )
    lang = fields.Char(string="Language", readonly=True, help="Of the customer, when declaring.")
    source = fields.Selection(
        [("website", "Website"), ("staff", "Entered by staff")],
        required=True,
        readonly=True,
        default="staff",
        help="Where the declaration was made.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, help="Company that sold."
    )

    # === What is known about it ===

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        domain="[('state', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Found by number and address, or by staff where the data were wrong.",
    )
    is_verified = fields.Boolean(
        string="Address Verified",
        readonly=True,
        copy=False,
        tracking=True,
        help="The customer was logged in, or entered a code that was mailed to the address of the order.",
    )
    is_edited = fields.Boolean(
        string="Edited by Staff",
        readonly=True,
        copy=False,
        help="Staff chose the order or changed the items: what they say is not accepted automatically.",
    )
    line_ids = fields.One2many(
        "rma.withdrawal.line", "withdrawal_id", string="Items", help="What the customer withdraws from."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Who handles the declaration.",
    )
    internal_note = fields.Html(copy=False, help="For staff only; never shown to customers.")
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        help="Last day of the withdrawal period. Empty if it has not begun, or the order is not known.",
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_deadline",
        store=True,
        help="Something was declared after the withdrawal period.",
    )
    has_exception = fields.Boolean(
        compute="_compute_deadline", store=True, help="An exception of the law may apply to one of the items."
    )

    # === Keys ===

    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="base.group_system",
        help="Opens the receipt.",
    )
    form_key = fields.Char(
        readonly=True, copy=False, groups="base.group_system", help="Of the page, so that two clicks declare once."
    )
    ip = fields.Char(readonly=True, copy=False, groups="base.group_system", help="Of the visitor; deleted after a day.")
    is_waiting = fields.Boolean(
        readonly=True, copy=False, groups="base.group_system", help="The scheduled job has yet to mail the receipt."
    )

    _token_uniq = models.UniqueIndex("(token)")
    _form_key_uniq = models.UniqueIndex("(form_key) WHERE form_key IS NOT NULL")
    _ip_idx = models.Index("(ip, create_date) WHERE ip IS NOT NULL")
    _waiting_idx = models.Index("(id) WHERE is_waiting")

    # === Computed fields ===

    @api.depends("line_ids.deadline", "line_ids.is_late", "line_ids.exception")
    def _compute_deadline(self):
        for withdrawal in self:
            withdrawal.deadline = max(withdrawal.line_ids.filtered("deadline").mapped("deadline"), default=False)
            withdrawal.is_late = any(withdrawal.line_ids.mapped("is_late"))
            withdrawal.has_exception = any(withdrawal.line_ids.mapped("exception"))

    def _compute_display_name(self):
        for withdrawal in self:
            withdrawal.display_name = withdrawal.name or self.env._("New Withdrawal")

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        withdrawals = super().create(vals_list)
        for company, group in withdrawals.grouped("company_id").items():
            # Visitors and returns users have no access to sequences, and numbers are not entered by hand.
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for withdrawal in group.sudo():
                withdrawal.name = sequence.next_by_code("rma.withdrawal") or "/"
        withdrawals.filtered(lambda withdrawal: withdrawal.sale_order_id and not withdrawal.line_ids)._set_lines()
        return withdrawals

    def write(self, vals):
        result = super().write(vals)
        if "sale_order_id" in vals and "line_ids" not in vals:
            self._set_lines()
        if not self.env.su and {"sale_order_id", "line_ids"} & set(vals):
            self._mark_edited()
        return result

    def _mark_edited(self):
        # Only the system writes the mark.
        self.sudo().write({"is_edited": True})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A declaration cannot be deleted. Refuse it, and say why."))

    @api.model
    def _get_writable_fields(self, state):
        fields_ = {"user_id", "internal_note", "date_proof_sent"}
        if state in (NEW, "received"):
            fields_ |= {"sale_order_id", "line_ids", "refusal_reason"}
        if state == NEW:
            fields_ |= {*TYPED, "company_id", "date_declared"}
        return fields_

    def _get_guard_state(self):
        return self.state

    @api.constrains("date_declared")
    def _check_date_declared(self):
        if any(withdrawal.date_declared > fields.Datetime.now() + timedelta(minutes=1) for withdrawal in self):
            raise UserError(self.env._("A declaration cannot be dated in the future. Enter when it arrived."))

    def _set_lines(self):
        """Set the items to those of the order. If the customer means a part of it, staff enter the quantities."""
        values = []
        for withdrawal in self:
            # Items are what is declared, and no one may be kept from declaring by their rights on orders.
            order = withdrawal.sale_order_id.sudo()
            values += [
                {
                    "withdrawal_id": withdrawal.id,
                    "sale_line_id": line.id,
                    "quantity": 0.0 if withdrawal.scope else line.product_uom_qty,
                }
                for line in order.order_line._filter_withdrawable()
            ]
        lines = self.env["rma.withdrawal.line"].sudo()
        self.sudo().line_ids.unlink()
        lines.create(values)

    # === Declaring ===

    @api.model
    def _is_limited(self, ip, order=None):
        """Return whether too much was declared lately: from an address, or about an order by who proved it. Nobody is
        kept from withdrawing by what others in the same network declared about orders of their own.

        :param ip: address of the visitor
        :param order: `sale.order` that this visitor has proved to be theirs
        :rtype: bool
        """
        since = [("create_date", ">", fields.Datetime.now() - timedelta(hours=LIMIT_HOURS))]
        if order:
            # Others may declare about it, too, and must not keep its customer from it.
            own = [("sale_order_id", "=", order.id), ("is_verified", "=", True)]
            return self.search_count([*own, *since], limit=PER_ORDER) >= PER_ORDER
        return self.search_count([("ip", "=", ip), ("is_verified", "=", False), *since], limit=PER_IP) >= PER_IP

    @api.model
    def _declare(self, form_key, typed, order=None, quantities=None, **values):
        """Record a declaration. The same page sent again gives the same one.

        :param form_key: unguessable text of the page
        :param typed: {name in `TYPED`: text}
        :param order: `sale.order` that this visitor has proved to be theirs
        :param quantities: {sales order line of it: quantity}; the whole order by default
        :param values: what is known of the visitor, as `company_id`, `lang`, `tz` and `ip`
        :return: `rma.withdrawal` record, empty if the key belongs to another declaration
        """
        lines = [
            fields.Command.create({"sale_line_id": line.id, "quantity": quantity})
            for line, quantity in (quantities or {}).items()
        ]
        found = self._find_by_page(form_key)
        try:
            # The log would hold what a customer typed, and the key of the page.
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                withdrawal = found or self.create(
                    {
                        **typed,
                        **values,
                        "chose_items": bool(quantities),
                        "form_key": form_key,
                        "source": "website",
                        "is_waiting": True,
                        "sale_order_id": order and order.id,
                        "is_verified": bool(order),
                        "line_ids": lines,
                    }
                )
        except psycopg2.errors.UniqueViolation as error:
            # Two clicks at the same moment: the request is tried again, and finds what the other one declared.
            raise ConcurrencyError(str(error)) from None
        if found and any((found[name] or "") != (typed[name] or "") for name in TYPED):
            return self.browse()
        self.env.ref("rma_management.ir_cron_withdrawals")._trigger()
        return withdrawal

    @api.model
    def _find_by_page(self, form_key):
        return self.search([("form_key", "=", form_key)], limit=1) if form_key else self.browse()

    @api.model
    def _describe_items(self, quantities):
        """Return chosen items as the text of a declaration.

        :param quantities: {sales order line: quantity}
        :rtype: str
        """
        return "\n".join(
            f"{line.product_uom_id._format_rma_quantity(quantity)} {line.product_uom_id.name} × {line.product_id.name}"
            for line, quantity in quantities.items()
        )

    @api.model
    def _find(self, token):
        """Return a declaration by the key of its receipt.

        :return: `rma.withdrawal` record, empty if there is none
        """
        return self.search([("token", "=", token)], limit=1) if token else self.browse()

    def _get_declared_times(self):
        """Return when it was declared, to the second: in the customer's time zone, and in UTC.

        :return: two texts
        """
        self.ensure_one()
        zone = pytz.timezone(self.tz if self.tz in pytz.all_timezones_set else "UTC")
        moment = pytz.utc.localize(self.date_declared)
        local = format_datetime(self.env, self.date_declared, tz=zone.zone, dt_format="d MMMM y, HH:mm:ss")
        offset = moment.astimezone(zone).strftime("%z")
        place = "UTC" if zone.zone == "UTC" else f"{zone.zone}, UTC{offset[:3]}:{offset[3:]}"
        return (
            f"{local} ({place})",
            f"{self.date_declared:%Y-%m-%d %H:%M:%S} UTC",
        )

    def _get_declared_scope(self):
        """Return what the customer withdraws from, as text.

        :rtype: str
        """
        self.ensure_one()
        return self.scope or self.env._("The whole order")

    def _get_receipt_url(self, suffix=""):
        """Return the path of the receipt."""
        self.ensure_one()
        # The path is for the customer, or for the mail to them.
        return f"/withdraw/receipt/{self.sudo().token}{suffix}"

    def _get_base_url_withdrawal(self):
        website = self.env["website"].sudo().search([("company_id", "=", self.company_id.id)], limit=1)
        return (website or self).get_base_url()

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Receipt of withdrawal %s", self.name)
