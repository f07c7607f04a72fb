from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rma_guarded_mixin import NEW


class RmaInspection(models.Model):
    """An inspection result: the units of a returned product in one condition, and what happens to them.

    It can be changed until its documents are done.
    """

    _name = "rma.inspection"
    _inherit = ["rma.guarded.mixin", "rma.disposition.mixin", "rma.document.mixin"]
    _description = "Inspection Result"
    _order = "order_id desc, id"
    _check_company_auto = True

    def _default_line_id(self):
        """Return the only received product, if there is just one."""
        order = self.env["rma.order"].browse(self.env.context.get("default_order_id"))
        lines = order.line_ids.filtered("qty_received")
        return lines if len(lines) == 1 else lines.browse()

    line_id = fields.Many2one(
        "rma.order.line",
        string="Returned Product",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_line_id(),
        domain="[('order_id', '=', order_id), ('qty_received', '>', 0)]",
        help="The inspected item.",
    )
    order_id = fields.Many2one(
        "rma.order",
        string="Return",
        compute="_compute_order_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="cascade",
        help="The return of the item.",
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, help="Taken from the return.")
    user_id = fields.Many2one(
        related="line_id.user_id", store=True, string="Responsible", help="Taken from the return."
    )
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id", string="Unit")
    tracking = fields.Selection(related="line_id.tracking")
    quantity = fields.Float(
        required=True, default=1.0, digits="Product Unit", help="In the unit of measure of the item."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        check_company=True,
        domain="[('id', 'in', received_lot_ids)]",
        help="The inspected lot or serial number.",
    )
    received_lot_ids = fields.Many2many(related="line_id.received_lot_ids")
    grade_id = fields.Many2one(
        "rma.grade",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["rma.grade"].search([], limit=1),
        help="Condition of the goods.",
    )
    disposition = fields.Selection(
        compute="_compute_from_grade",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Where the goods go. Set by the grade.",
    )
    refund_percent = fields.Float(
        string="Refund (%)",
        compute="_compute_from_grade",
        store=True,
        precompute=True,
        readonly=False,
        digits=(5, 2),
        help="Percentage of the price that is refunded. Set by the grade.",
    )
    has_location = fields.Boolean(compute="_compute_has_location", help="The disposition allows choosing a location.")
    location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', 'in', (company_id, False))]",
        help="Where the goods are moved. If empty, the stock or refurbishing location of the receiving "
        "warehouse is used.",
    )
    remark = fields.Char(help="If the refund is lowered, this is shown to the customer on the credit note.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos", bypass_search_access=True, help="Photos taken during the inspection."
    )
    customer_attachment_ids = fields.Many2many(related="line_id.attachment_ids", string="Customer Photos")
    inspected_by_id = fields.Many2one(
        "res.users",
        string="Inspected by",
        readonly=True,
        default=lambda self: self.env.user,
        help="Who inspected the goods.",
    )
    move_ids = fields.One2many(
        "stock.move", "rma_inspection_id", string="Stock Moves", help="Moves made for this result."
    )
    credit_line_ids = fields.One2many(
        "account.move.line", "rma_inspection_id", string="Credit Note Lines", help="Credit note lines that refund it."
    )
    is_done = fields.Boolean(
        compute="_compute_is_done", help="Goods were moved or a credit note was posted, so the result is final."
    )

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "The inspected quantity must be greater than zero.")
    _refund_percent_in_range = models.Constraint(
        "CHECK(refund_percent BETWEEN 0 AND 100)", "The refund must be a percentage from 0 to 100."
    )

    @api.depends("line_id")
    def _compute_order_id(self):
        for inspection in self:
            inspection.order_id = inspection.line_id.order_id or inspection.order_id

    @api.depends("grade_id")
    def _compute_from_grade(self):
        for inspection in self:
            inspection.disposition = inspection.grade_id.disposition
            inspection.refund_percent = inspection.grade_id.refund_percent

    @api.depends("disposition")
    def _compute_has_location(self):
        for inspection in self:
            inspection.has_location = bool(inspection.disposition) and inspection._get_disposition()._has_location

    @api.depends("move_ids.state", "credit_line_ids.parent_state")
    def _compute_is_done(self):
        # Inspectors need no access to Inventory or accounting.
        for inspection in self.sudo():
            inspection.is_done = "done" in inspection.move_ids.mapped("state") or "posted" in (
                inspection.credit_line_ids.mapped("parent_state")
            )

    def _compute_display_name(self):
        for inspection in self:
            quantity = inspection.product_uom_id._format_rma_quantity(inspection.quantity)
            inspection.display_name = f"{inspection.grade_id.name}: {quantity}"

    @api.constrains("line_id", "quantity", "lot_id")
    def _check_quantity(self):
        for line in self.line_id:
            if line.product_uom_id.compare(line.qty_inspected, line.qty_received) > 0:
                raise ValidationError(
                    self.env._(
                        "%(return)s: %(inspected)s %(unit)s of %(product)s are inspected, but only %(received)s "
                        "%(unit)s have arrived. Lower the quantities.",
                        **{
                            "return": line.order_id.name,
                            "inspected": line.product_uom_id._format_rma_quantity(line.qty_inspected),
                            "unit": line.product_uom_id.name,
                            "product": line.product_id.display_name,
                            "received": line.product_uom_id._format_rma_quantity(line.qty_received),
                        },
                    )
                )
        for inspection in self:
            if inspection.lot_id and inspection.lot_id not in inspection.line_id.received_lot_ids:
                raise ValidationError(
                    self.env._(
                        "%(lot)s of %(product)s was not received with this return. Choose one that was.",
                        lot=inspection.lot_id.name,
                        product=inspection.product_id.display_name,
                    )
                )

    @api.constrains("disposition", "line_id")
    def _check_disposition(self):
        for inspection in self:
            inspection._get_disposition()._check_line(inspection.line_id)

    @api.constrains("location_id", "line_id")
    def _check_location_id(self):
        for inspection in self.filtered("location_id"):
            inspection.line_id._check_restock_location(inspection.location_id)

    @api.constrains("order_id", "line_id")
    def _check_order_id(self):
        for inspection in self:
            if inspection.order_id != inspection.line_id.order_id:
                raise ValidationError(self.env._("Choose a product from %s.", inspection.order_id.name))

    def write(self, vals):
        if "line_id" in vals and not self.env.su:
            self._check_same_return(self.env["rma.order.line"].browse(vals["line_id"]))
        if self._get_frozen_fields() & set(vals):
            self._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_may_change()

    @api.model
    def _get_writable_fields(self, state):
        if state not in (NEW, "processing", "done"):
            return set()
        fields_ = self._get_frozen_fields() | {"attachment_ids"}
        return fields_ if state == NEW else fields_ - {"order_id"}

    def _get_guard_state(self):
        # Whether the user may write the result at all was asked before.
        return self.sudo().order_id.state

    @api.model
    def _get_frozen_fields(self):
        """Return the fields that are frozen once the decision is carried out.

        :return: set of field names
        """
        return {
            "line_id",
            "order_id",
            "quantity",
            "lot_id",
            "grade_id",
            "disposition",
            "refund_percent",
            "location_id",
            "remark",
        }

    def _check_same_return(self, line):
        """:raise UserError: when a result would go over to another return"""
        for inspection in self:
            if line.order_id != inspection.order_id:
                raise UserError(self.env._("Choose a product from %s.", inspection.order_id.name))

    def _check_may_change(self):
        for inspection in self:
            if inspection.is_done:
                raise UserError(
                    self.env._(
                        "The inspection result “%(result)s” of %(return)s was already carried out "
                        "and cannot be changed.",
                        **{"result": inspection.display_name, "return": inspection.order_id.name},
                    )
                )
        # Pending documents of the old decision are canceled; no access to Inventory is needed.
        self.sudo().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))._action_cancel()

    def _get_disposition(self):
        """Return what carries out the disposition of this result.

        :return: `rma.disposition.*` model
        """
        self.ensure_one()
        return self.env["rma.disposition"]._get(self.disposition)

    def _get_qty_to_move(self):
        """Return the quantity of this result still to be moved.

        :return: float, in the unit of measure of the returned product
        """
        self.ensure_one()
        return max(
            0.0, self.quantity - self.line_id._count(self.move_ids.filtered(lambda move: move.state != "cancel"))
        )

    def _get_qty_to_deduct(self):
        """Return the quantity of this result for which the refund is not lowered yet.

        :return: float, in the unit of measure of the returned product
        """
        self.ensure_one()
        deducted = sum(
            credit.product_uom_id._compute_quantity(credit.quantity, self.product_uom_id, round=False)
            for credit in self.credit_line_ids
            if credit.parent_state != "cancel"
        )
        return max(0.0, self.quantity - deducted)

    def _prepare_worthless_values(self):
        """Prepare the decision that nothing is given for what this result found worth nothing.

        :return: values of `rma.settlement`
        """
        self.ensure_one()
        return {
            "order_id": self.order_id.id,
            "line_id": self.line_id.id,
            "resolution": "nothing",
            "quantity": self.quantity,
            "inspection_id": self.id,
            "user_id": self.inspected_by_id.id or self.env.uid,
            "note": ": ".join(filter(None, [self.grade_id.name, self.remark])),
        }
