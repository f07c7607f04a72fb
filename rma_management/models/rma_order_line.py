from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RmaOrderLine(models.Model):
    """A product that comes back: how much was asked, what was decided, and what the documents say."""

    _name = "rma.order.line"
    _inherit = "rma.operation.mixin"
    _description = "Returned Product"
    _order = "order_id desc, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one("rma.order", string="Return", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="order_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, precompute=True, string="Customer")
    user_id = fields.Many2one(related="order_id.user_id", store=True, precompute=True)
    state = fields.Selection(related="order_id.state", store=True, index=True)
    date_requested = fields.Datetime(related="order_id.date_requested", store=True, precompute=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True, precompute=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
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
    )
    product_uom_qty = fields.Float(string="Quantity", digits="Product Unit", required=True, default=1.0)
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
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Delivery",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The delivery that the product comes back from. Empty: the newest ones of the order line.",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots/Serial Numbers",
        copy=False,
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    reason_id = fields.Many2one(index=True, ondelete="restrict")
    operation_type_id = fields.Many2one(
        compute="_compute_operation_type_id", store=True, precompute=True, index=True, ondelete="restrict"
    )
    resolution = fields.Selection(related="operation_type_id.resolution")
    replacement_product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
        help="Empty: the same product. Another one is sold by a new order, and the returned one is credited.",
    )
    comment = fields.Text(help="What the customer says about this product.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Photos",
        copy=False,
        bypass_search_access=True,
        help="Photos that came with the request.",
    )
    price_unit = fields.Float(
        string="Price Paid",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
        help="Per unit of the return, after discount and before taxes, in the currency of the order.",
    )

    # What staff decided, where it differs from the operation: how much ends in which way.
    decided_refund_qty = fields.Float(digits="Product Unit", copy=False, readonly=True)
    decided_replace_qty = fields.Float(digits="Product Unit", copy=False, readonly=True)
    decided_repair_qty = fields.Float(digits="Product Unit", copy=False, readonly=True)
    decided_return_only_qty = fields.Float(
        digits="Product Unit", copy=False, readonly=True, help="Nothing is given for this quantity."
    )
    decided_wait_qty = fields.Float(
        digits="Product Unit", copy=False, readonly=True, help="This quantity stays in the returns location."
    )
    qty_uninvoiced = fields.Float(
        string="Not Invoiced",
        digits="Product Unit",
        copy=False,
        readonly=True,
        help="Came back before it was invoiced: there is nothing to credit, the order delivers less.",
    )

    # Documents that point here, and what they say.
    move_ids = fields.One2many("stock.move", "rma_line_id", string="Stock Moves", copy=False)
    credit_line_ids = fields.One2many("account.move.line", "rma_line_id", string="Credit Note Lines", copy=False)
    replacement_line_ids = fields.One2many(
        "sale.order.line", "rma_line_id", string="Replacement Order Lines", copy=False
    )
    repair_ids = fields.One2many("repair.order", "rma_line_id", string="Repairs", copy=False)
    scrap_ids = fields.One2many("stock.scrap", "rma_line_id", string="Scraps", copy=False)
    qty_received = fields.Float(
        string="Received", compute="_compute_move_quantities", store=True, digits="Product Unit"
    )
    qty_expected = fields.Float(
        string="Expected", compute="_compute_move_quantities", store=True, digits="Product Unit"
    )
    qty_restocked = fields.Float(
        string="Restocked", compute="_compute_move_quantities", store=True, digits="Product Unit"
    )
    qty_scrapped = fields.Float(
        string="Scrapped", compute="_compute_move_quantities", store=True, digits="Product Unit"
    )
    qty_refunded = fields.Float(string="Refunded", compute="_compute_qty_refunded", store=True, digits="Product Unit")
    qty_replaced = fields.Float(string="Replaced", compute="_compute_qty_replaced", store=True, digits="Product Unit")
    qty_in_repair = fields.Float(
        string="Sent to Repair", compute="_compute_qty_in_repair", store=True, digits="Product Unit"
    )
    qty_repaired = fields.Float(
        string="Repaired",
        compute="_compute_qty_repaired",
        store=True,
        digits="Product Unit",
        help="Repaired, and on its way back to the customer.",
    )
    qty_away = fields.Float(compute="_compute_qty_away", help="Sent to repair and not yet on its way back.")
    qty_missing = fields.Float(compute="_compute_qty_missing", help="Neither received nor expected.")
    qty_to_dispose = fields.Float(compute="_compute_qty_to_dispose", help="Waits in the returns location.")
    qty_to_settle = fields.Float(
        string="To Settle",
        compute="_compute_qty_to_settle",
        store=True,
        digits="Product Unit",
        help="Received, or approved where the operation does not wait for the goods, and not settled yet.",
    )
    is_open = fields.Boolean(compute="_compute_qty_to_settle", store=True)
    is_settled = fields.Boolean(compute="_compute_qty_to_settle", store=True)
    is_awaited = fields.Boolean(
        compute="_compute_is_awaited", store=True, help="A credit note is not posted, or a replacement not delivered."
    )

    _quantity_positive = models.Constraint(
        "CHECK(product_uom_qty > 0)", "The quantity of a returned product must be above zero."
    )

    # === Computed fields ===

    @api.depends("sale_line_id.currency_id", "order_id.currency_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.sale_line_id.currency_id or line.order_id.currency_id

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids | line.sale_line_id.product_uom_id

    @api.depends("product_id", "sale_line_id")
    def _compute_product_uom_id(self):
        for line in self:
            if not line.product_uom_id or not line.product_id.uom_id._has_common_reference(line.product_uom_id):
                sale_line = line.sale_line_id.filtered(lambda sold, line=line: sold.product_id == line.product_id)
                line.product_uom_id = sale_line.product_uom_id or line.product_id.uom_id

    @api.depends("move_id", "product_id", "order_id.sale_order_id")
    def _compute_sale_line_id(self):
        """Find the order line where only the product, or the delivery, was given."""
        for line in self:
            if line.sale_line_id and line._is_sold_by(line.sale_line_id):
                continue
            line.sale_line_id = (
                line.move_id.sale_line_id
                or (
                    # Returns staff may not see every order, but the order of this return is theirs to work on.
                    line.order_id.sudo()
                    .sale_order_id.order_line.filtered(lambda sale_line, line=line: line._is_sold_by(sale_line))
                    .sorted(lambda sale_line, line=line: sale_line.product_id != line.product_id)[:1]
                )
            )

    def _is_sold_by(self, sale_line):
        """Tell whether an order line sold this product. A bridge answers for the parts of kits too.

        :param sale_line: `sale.order.line` record
        :rtype: bool
        """
        self.ensure_one()
        return sale_line.product_id == self.product_id

    @api.depends("reason_id")
    def _compute_operation_type_id(self):
        """Keep what was chosen as long as the reason allows it."""
        for line in self:
            reason = line.reason_id
            if reason and (not line.operation_type_id or not reason._allows(line.operation_type_id)):
                line.operation_type_id = reason._get_default_operation_type()

    @api.depends("sale_line_id", "product_uom_id")
    def _compute_price_unit(self):
        for line in self:
            # Returns staff may not see every order.
            sale_line = line.sale_line_id.sudo()
            line.price_unit = sale_line and sale_line.product_uom_id._compute_price(
                sale_line.price_reduce_taxexcl, line.product_uom_id or sale_line.product_uom_id
            )

    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.order_id.display_name}: {line.product_id.display_name or ''}"

    # === Constraints ===

    @api.constrains("sale_line_id", "product_id", "order_id")
    def _check_sale_line_id(self):
        for line in self:
            # Returns staff may not see every order.
            sale_line = line.sale_line_id.sudo()
            if not sale_line:
                continue
            if not line._is_sold_by(sale_line):
                raise ValidationError(
                    self.env._(
                        "%(product)s is not what the order line %(line)s sold. Choose the line of the product.",
                        product=line.product_id.display_name,
                        line=sale_line.display_name,
                    )
                )
            if sale_line.order_id.partner_id.commercial_partner_id != line.order_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s was sold to another customer by %(order)s. Choose an order of %(customer)s.",
                        product=line.product_id.display_name,
                        order=sale_line.order_id.name,
                        customer=line.order_id.partner_id.display_name,
                    )
                )

    @api.constrains("move_id", "sale_line_id")
    def _check_move_id(self):
        for line in self:
            # Nor every delivery.
            move = line.move_id.sudo()
            if move and (
                move.state != "done"
                or move.product_id != line.product_id
                or move.location_dest_id.usage != "customer"
                or (line.sale_line_id and (move.sale_line_id or move.rma_line_id.sale_line_id) != line.sale_line_id)
            ):
                raise ValidationError(
                    self.env._(
                        "%(move)s did not deliver %(product)s to the customer by this order. Choose another delivery, "
                        "or none.",
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
                        "%(product)s cannot be counted in %(unit)s. Choose a unit like %(other)s.",
                        product=line.product_id.display_name,
                        unit=line.product_uom_id.name,
                        other=line.product_id.uom_id.name,
                    )
                )
            if line.product_id.type != "consu":
                raise ValidationError(
                    self.env._("%s is not a thing that can be sent back.", line.product_id.display_name)
                )

    @api.constrains("reason_id", "operation_type_id")
    def _check_operation_type_id(self):
        for line in self:
            if line.reason_id and line.operation_type_id and not line.reason_id._allows(line.operation_type_id):
                raise ValidationError(
                    self.env._(
                        "The reason “%(reason)s” does not allow the operation “%(operation)s”. "
                        "Choose one of: %(allowed)s.",
                        reason=line.reason_id.name,
                        operation=line.operation_type_id.name,
                        allowed=", ".join(line.reason_id.operation_type_ids.mapped("name")),
                    )
                )

    @api.constrains("replacement_product_id")
    def _check_replacement_product_id(self):
        for line in self:
            product = line.replacement_product_id
            if product and product.type != "consu":
                raise ValidationError(
                    self.env._("%s cannot replace a returned product: it is not a thing.", product.display_name)
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_may_change()
        return lines

    def write(self, vals):
        if self._get_frozen_fields() & set(vals) and not self.env.su:
            self._check_may_change()
        if self._get_decision_fields() & set(vals) and not self.env.su:
            raise UserError(self.env._("Decisions about a returned product are made on the process screen."))
        if vals.get("accept_foreign_lots"):
            for line in self.filtered(lambda line: line.foreign_lot_ids and not line.accept_foreign_lots):
                line.order_id._message_log(
                    body=self.env._("Accepted: %s", ", ".join(line.foreign_lot_ids.mapped("name")))
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        if not self.env.context.get("rma_unlink_order"):
            self._check_may_change()

    @api.model
    def _get_frozen_fields(self):
        """Fields that nobody changes once a return is approved: it was approved as it was, and receipts were made.
        The process screen decides otherwise where need be.

        :return: set of field names
        """
        return {
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "sale_line_id",
            "move_id",
            "lot_ids",
            "reason_id",
            "operation_type_id",
            "replacement_product_id",
            "price_unit",
        }

    @api.model
    def _get_decision_fields(self):
        """Fields that only the settling engine writes.

        :return: set of field names
        """
        return {
            "decided_refund_qty",
            "decided_replace_qty",
            "decided_repair_qty",
            "decided_return_only_qty",
            "decided_wait_qty",
            "qty_uninvoiced",
        }

    def _check_may_change(self):
        for order in self.order_id:
            if order.state not in ("draft", "requested", "cancel"):
                raise UserError(
                    self.env._(
                        "The items of %s cannot be changed any more. Make another return for what comes back besides.",
                        order.name,
                    )
                )
