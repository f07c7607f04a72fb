from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .rma_guarded_mixin import NEW

# What an item is: a decision about it holds as long as none of these changes.
ITEM_FIELDS = (
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "sale_line_id",
    "move_id",
    "lot_ids",
    "reason_id",
    "operation_type_id",
    "stated_condition",
)


class RmaOrderLine(models.Model):
    """A returned product: the requested quantity, the decisions, and what the documents say."""

    _name = "rma.order.line"
    _inherit = ["rma.guarded.mixin", "rma.operation.mixin", "rma.document.mixin"]
    _description = "Returned Product"
    _order = "order_id desc, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "rma.order", string="Return", required=True, index=True, ondelete="cascade", help="The return of the item."
    )
    sequence = fields.Integer(default=10, help="Order of the items in the return.")
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, help="Taken from the return."
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, precompute=True, string="Customer", help="Taken from the return."
    )
    user_id = fields.Many2one(related="order_id.user_id", store=True, precompute=True, help="Taken from the return.")
    state = fields.Selection(related="order_id.state", store=True, index=True, help="Taken from the return.")
    date_requested = fields.Datetime(
        related="order_id.date_requested", store=True, precompute=True, index=True, help="Taken from the return."
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True, help="Currency of the order."
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
        help="Returned product.",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
        help="Unit of measure of all quantities of this item.",
    )
    product_uom_qty = fields.Float(
        string="Quantity",
        digits="Product Unit",
        required=True,
        default=1.0,
        help="Quantity the customer wants to return.",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales Order Line",
        compute="_compute_sale_line_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="Order line that sold the product. Found from the product if not given.",
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Delivery",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The delivery the product is returned from. If empty, the latest deliveries of the sales "
        "order line are used.",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots/Serial Numbers",
        copy=False,
        check_company=True,
        domain="[('product_id', '=', product_id)]",
        help="Lots or serial numbers to return. If empty, any may arrive.",
    )
    reason_id = fields.Many2one(index=True, ondelete="restrict", help="Why the product is returned.")
    operation_type_id = fields.Many2one(
        compute="_compute_operation_type_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="What the customer receives for the product, and when. Set by the reason.",
    )
    resolution = fields.Selection(related="operation_type_id.resolution")
    comment = fields.Text(help="The customer's comment about this product.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Photos",
        copy=False,
        bypass_search_access=True,
        help="Photos sent with the request.",
    )
    price_unit = fields.Float(
        string="Price Paid",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
        help="Per unit returned, after discounts and before taxes, in the currency of the order.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(product_uom_qty > 0)", "The quantity of a returned product must be greater than zero."
    )

    # === Computed fields ===

    @api.depends("sale_line_id.currency_id", "order_id.currency_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.sale_line_id.currency_id or line.order_id.currency_id

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self.sudo():  # Returns staff may not have access to every order.
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids | line.sale_line_id.product_uom_id

    @api.depends("product_id", "sale_line_id")
    def _compute_product_uom_id(self):
        for line in self:
            if not line.product_uom_id or not line.product_id.uom_id._has_common_reference(line.product_uom_id):
                sale_line = line.sale_line_id.filtered(lambda sold, line=line: sold.product_id == line.product_id)
                line.product_uom_id = sale_line.product_uom_id or line.product_id.uom_id

    @api.depends("move_id", "product_id", "order_id.sale_order_id")
    def _compute_sale_line_id(self):
        """Find the order line if only the product or the delivery is set."""
        for line in self:
            if line.sale_line_id and line._is_sold_by(line.sale_line_id):
                continue
            line.sale_line_id = (
                line.move_id.sale_line_id
                or (
                    # Returns staff may not have access to every order, but they work on the order of this return.
                    line.order_id.sudo()
                    .sale_order_id.order_line.filtered(lambda sale_line, line=line: line._is_sold_by(sale_line))
                    .sorted(lambda sale_line, line=line: sale_line.product_id != line.product_id)[:1]
                )
            )

    def _is_sold_by(self, sale_line):
        """Return whether an order line sold this product. A bridge extends it to the parts of kits.

        :param sale_line: `sale.order.line` record
        :rtype: bool
        """
        self.ensure_one()
        return sale_line.product_id == self.product_id

    @api.depends("reason_id")
    def _compute_operation_type_id(self):
        """Keep the chosen resolution as long as the reason allows it."""
        for line in self:
            reason = line.reason_id
            if reason and (not line.operation_type_id or not reason._allows(line.operation_type_id)):
                line.operation_type_id = reason._get_default_operation_type()

    @api.depends("sale_line_id", "product_uom_id")
    def _compute_price_unit(self):
        # Returns staff may not have access to every order.
        paid = self.sale_line_id.sudo()._get_price_paid()
        for line in self:
            sale_line = line.sale_line_id.sudo()
            line.price_unit = sale_line and sale_line.product_uom_id._compute_price(
                paid[sale_line], line.product_uom_id or sale_line.product_uom_id
            )

    @api.depends("order_id", "product_id")
    @api.depends_context("rma_item_name")
    def _compute_display_name(self):
        """Show only the product if the return is known from the context."""
        short = self.env.context.get("rma_item_name")
        for line in self:
            product = line.product_id.display_name or ""
            line.display_name = product if short else f"{line.order_id.display_name}: {product}"

    # === Constraints ===

    @api.constrains("sale_line_id", "product_id", "order_id")
    def _check_sale_line_id(self):
        for line in self:
            # Returns staff may not have access to every order.
            sale_line = line.sale_line_id.sudo()
            if not sale_line:
                continue
            if not line._is_sold_by(sale_line):
                raise ValidationError(
                    self.env._(
                        "Sales order line %(line)s is not for %(product)s. Choose the line of this product.",
                        product=line.product_id.display_name,
                        line=sale_line.display_name,
                    )
                )
            buyer = line.order_id._get_buyer().commercial_partner_id
            if not line.order_id.date_anonymized and sale_line.order_id.partner_id.commercial_partner_id != buyer:
                raise ValidationError(
                    self.env._(
                        "%(product)s on %(order)s was sold to another customer. Choose an order of %(customer)s.",
                        product=line.product_id.display_name,
                        order=sale_line.order_id.name,
                        customer=buyer.display_name,
                    )
                )

    @api.constrains("move_id", "sale_line_id")
    def _check_move_id(self):
        for line in self:
            # They may not have access to every delivery either.
            move = line.move_id.sudo()
            if move and (
                move.state != "done"
                or move.product_id != line.product_id
                or move.location_dest_id.usage != "customer"
                or (line.sale_line_id and (move.sale_line_id or move.rma_line_id.sale_line_id) != line.sale_line_id)
            ):
                raise ValidationError(
                    self.env._(
                        "%(move)s did not deliver %(product)s to the customer for this order. Choose another "
                        "delivery, or none.",
                        move=move.reference,
                        product=line.product_id.display_name,
                    )
                )

    @api.constrains("product_id", "product_uom_id")
    def _check_product_uom_id(self):
        for line in self:
            if not line.product_uom_id._has_common_reference(line.product_id.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(product)s cannot be measured in %(unit)s. Choose a unit compatible with %(other)s.",
                        product=line.product_id.display_name,
                        unit=line.product_uom_id.name,
                        other=line.product_id.uom_id.name,
                    )
                )
            if line.product_id.type != "consu":
                raise ValidationError(
                    self.env._("%s is not a physical product, so it cannot be returned.", line.product_id.display_name)
                )

    @api.constrains("reason_id", "operation_type_id")
    def _check_operation_type_id(self):
        for line in self:
            if line.reason_id and line.operation_type_id and not line._allows_operation():
                raise ValidationError(
                    self.env._(
                        "The return reason “%(reason)s” does not allow the resolution “%(operation)s”. Choose one of "
                        "these: %(allowed)s.",
                        reason=line.reason_id.name,
                        operation=line.operation_type_id.name,
                        allowed=", ".join(line.reason_id.operation_type_ids.mapped("name")),
                    )
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(self._add_sale_line_values(vals_list))
        lines._check_may_change()
        return lines

    def write(self, vals):
        if self._get_frozen_fields() & set(vals) and not self.env.su:
            self._check_may_change()
        if vals.get("accept_foreign_lots"):
            for line in self.filtered(lambda line: line.foreign_lot_ids and not line.accept_foreign_lots):
                line.order_id._message_log(
                    body=self.env._("Accepted: %s", ", ".join(line.foreign_lot_ids.mapped("name")))
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        self._check_may_change()
        for line in self:
            # Users who may change items may not have access to their decisions.
            if line.sudo().settlement_ids:
                raise UserError(
                    self.env._(
                        "Decisions about %(product)s have been recorded. Cancel %(return)s and "
                        "create a new return instead.",
                        **{"product": line.product_id.display_name, "return": line.order_id.name},
                    )
                )

    @api.model
    def _get_writable_fields(self, state):
        if state not in (NEW, "draft", "requested", "cancel"):
            return {"sequence"}
        fields_ = self._get_frozen_fields() | {"comment", "sequence"}
        return fields_ if state == NEW else fields_ - {"order_id"}

    def _get_guard_state(self):
        # Access to the line was checked before.
        return self.sudo().order_id.state

    @api.model
    def _get_frozen_fields(self):
        """Return the fields that are frozen once a return is approved: later changes are decided on the process screen.

        :return: set of field names
        """
        return {"order_id", *ITEM_FIELDS, "replacement_product_id", "price_unit"}

    def _check_may_change(self):
        for order in self.order_id:
            if order.state not in ("draft", "requested", "cancel"):
                raise UserError(
                    self.env._(
                        "The items of %s can no longer be changed. Create another return for additional items.",
                        order.name,
                    )
                )

    def _round(self, quantity):
        return self.product_uom_id.round(quantity) if self.product_uom_id else quantity

    def _get_components(self):
        """Return the components of one unit of this line: the product, or the parts of a kit.

        :return: {product: quantity in its own unit of measure}
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        sale_line = self.sale_line_id.sudo()
        if sale_line and sale_line.product_id == self.product_id:
            factor = self.product_uom_id._compute_quantity(1, sale_line.product_uom_id, round=False)
            return {product: quantity * factor for product, quantity in sale_line._get_rma_components().items()}
        return {self.product_id: self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)}

    def _count(self, moves):
        """Return the quantity of moves, done or planned, in the unit of measure of this line.

        :param moves: `stock.move` records
        :rtype: float
        """
        if not moves:
            return 0.0
        self.ensure_one()
        carried = defaultdict(float)
        for move in moves:
            quantity = move.quantity if move.state == "done" else move.product_uom_qty
            carried[move.product_id] += move.product_uom._compute_quantity(
                quantity, move.product_id.uom_id, round=False
            )
        return self._count_products(carried)

    def _count_products(self, quantities):
        """Return the quantity of products, or of the kits they form, in the unit of measure of this line.

        :param quantities: {product: quantity in its unit of measure}
        :rtype: float
        """
        return self._round(
            min(
                (
                    quantities.get(product, 0.0) / per_unit
                    for product, per_unit in self._get_components().items()
                    if per_unit
                ),
                default=0.0,
            )
        )
