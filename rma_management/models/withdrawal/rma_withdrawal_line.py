from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rma_guarded_mixin import NEW


class RmaWithdrawalLine(models.Model):
    """What a customer withdraws from, with its own clock: goods from the last delivery, services from the order."""

    _name = "rma.withdrawal.line"
    _description = "Withdrawn Product"
    _inherit = "rma.guarded.mixin"

    withdrawal_id = fields.Many2one(
        "rma.withdrawal", required=True, index=True, ondelete="cascade", help="The declaration."
    )
    company_id = fields.Many2one(related="withdrawal_id.company_id", store=True, index=True, help="Company that sold.")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales Order Line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('order_id', '=', parent.sale_order_id)]",
        help="What was ordered.",
    )
    product_id = fields.Many2one(related="sale_line_id.product_id", related_sudo=True)
    product_uom_id = fields.Many2one(related="sale_line_id.product_uom_id", related_sudo=True)
    quantity = fields.Float(
        digits="Product Unit", help="What the customer withdraws from, in the unit of measure of the order."
    )
    qty_ordered = fields.Float(string="Ordered", related="sale_line_id.product_uom_qty", related_sudo=True)
    qty_delivered = fields.Float(string="Delivered", related="sale_line_id.qty_delivered", related_sudo=True)
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        compute_sudo=True,
        help="Last day of the withdrawal period. Empty if it has not begun.",
    )
    is_late = fields.Boolean(
        string="Late", compute="_compute_deadline", store=True, compute_sudo=True, help="Declared after the period."
    )
    exception = fields.Selection(
        lambda self: self.env["product.template"]._fields["rma_withdrawal_exception"].selection,
        compute="_compute_exception",
        store=True,
        compute_sudo=True,
        help="Exception of the law that may apply to the product.",
    )
    is_accepted = fields.Boolean(
        string="Accept",
        compute="_compute_is_accepted",
        store=True,
        readonly=False,
        help="Whether the withdrawal is accepted for this item. By default, what is in time and without exception.",
    )

    _quantity_positive = models.Constraint("CHECK(quantity >= 0)", "The quantity cannot be negative.")
    _sale_line_uniq = models.UniqueIndex("(withdrawal_id, sale_line_id)", "This item is already in the declaration.")

    # === Computed fields ===

    @api.depends(
        "sale_line_id",
        "withdrawal_id.date_declared",
        "withdrawal_id.tz",
        "sale_line_id.order_id.rma_withdrawal_untold",
        "sale_line_id.order_id.rma_withdrawal_date_told",
    )
    def _compute_deadline(self):
        for (order, tz), lines in self.grouped(
            lambda line: (line.sale_line_id.order_id, line.withdrawal_id.tz or "UTC")
        ).items():
            deadlines = order._get_withdrawal_deadlines(tz) if order else {}
            for line in lines:
                line.deadline = deadlines.get(line.sale_line_id, False)
                here = line.with_context(tz=tz)
                declared = fields.Date.context_today(here, line.withdrawal_id.date_declared)
                line.is_late = bool(line.deadline) and declared > line.deadline

    @api.depends("sale_line_id")
    def _compute_exception(self):
        for line in self:
            line.exception = line.sale_line_id.product_template_id.rma_withdrawal_exception

    @api.depends("is_late", "exception")
    def _compute_is_accepted(self):
        for line in self:
            line.is_accepted = not line.is_late and not line.exception

    # === Constraints ===

    @api.constrains("sale_line_id", "quantity", "withdrawal_id")
    def _check_quantity(self):
        for line in self:
            # Returns staff may not have access to every order.
            sale_line = line.sale_line_id.sudo()
            if sale_line.order_id != line.withdrawal_id.sale_order_id.sudo():
                raise UserError(self.env._("Choose items of the order that the customer withdraws from."))
            if sale_line.product_uom_id.compare(line.quantity, sale_line.product_uom_qty) > 0:
                raise UserError(
                    self.env._(
                        "Only %(quantity)s %(unit)s of %(product)s were ordered.",
                        quantity=sale_line.product_uom_id._format_rma_quantity(sale_line.product_uom_qty),
                        unit=sale_line.product_uom_id.name,
                        product=sale_line.product_id.display_name,
                    )
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.withdrawal_id._mark_edited()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su:
            self.withdrawal_id._mark_edited()
        return result

    @api.model
    def _get_writable_fields(self, state):
        fields_ = {"quantity", "is_accepted"} if state in (NEW, "received") else set()
        return fields_ | {"withdrawal_id", "sale_line_id"} if state == NEW else fields_

    def _get_guard_state(self):
        return self.withdrawal_id.state

    @api.model
    def _check_creatable(self, vals):
        super()._check_creatable(vals)
        # The context gives it, too.
        declared = vals.get("withdrawal_id") or self.default_get(["withdrawal_id"]).get("withdrawal_id")
        withdrawal = self.env["rma.withdrawal"].browse(declared)
        withdrawal.check_access("write")
        if withdrawal.state not in (False, "received"):
            raise UserError(self._get_write_refusal({"sale_line_id"}, withdrawal.state))

    @api.ondelete(at_uninstall=False)
    def _unlink_received(self):
        if not self.env.su:
            self.withdrawal_id._mark_edited()
        if not self.env.su and any(line.withdrawal_id.state != "received" for line in self):
            raise UserError(self.env._("The items of a declaration that was decided can no longer be changed."))
