from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RmaOrderLine(models.Model):
    """A product that comes back: how much was asked, what was decided, and what the documents say."""

    _name = "rma.order.line"
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
    reason_id = fields.Many2one("rma.return.reason", string="Reason", index=True, ondelete="restrict")
    allowed_operation_type_ids = fields.Many2many("rma.operation.type", compute="_compute_allowed_operation_type_ids")
    operation_type_id = fields.Many2one(
        "rma.operation.type",
        string="Operation",
        compute="_compute_operation_type_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_operation_type_ids)]",
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
    comment = fields.Text()
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
                line.product_uom_id = line.sale_line_id.product_uom_id or line.product_id.uom_id

    @api.depends("move_id", "product_id", "order_id.sale_order_id")
    def _compute_sale_line_id(self):
        """Find the order line where only the product, or the delivery, was given."""
        for line in self:
            if line.sale_line_id and line.sale_line_id.product_id == line.product_id:
                continue
            line.sale_line_id = (
                line.move_id.sale_line_id
                or (
                    # Returns staff may not see every order, but the order of this return is theirs to work on.
                    line.order_id.sudo().sale_order_id.order_line.filtered(
                        lambda sale_line, line=line: sale_line.product_id == line.product_id
                    )[:1]
                )
            )

    @api.depends("reason_id")
    def _compute_allowed_operation_type_ids(self):
        all_types = self.env["rma.operation.type"].search([("active", "=", True)])
        for line in self:
            line.allowed_operation_type_ids = line.reason_id.operation_type_ids or all_types

    @api.depends("reason_id")
    def _compute_operation_type_id(self):
        for line in self:
            reason = line.reason_id
            if reason and (not line.operation_type_id or not reason._allows(line.operation_type_id)):
                allowed = reason.operation_type_ids
                line.operation_type_id = reason.operation_type_id or (len(allowed) == 1 and allowed)

    @api.depends("sale_line_id", "product_uom_id")
    def _compute_price_unit(self):
        for line in self:
            sale_line = line.sale_line_id.sudo()
            line.price_unit = sale_line and sale_line.product_uom_id._compute_price(
                sale_line.price_reduce_taxexcl, line.product_uom_id or sale_line.product_uom_id
            )

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "move_ids.returned_move_ids.state",
    )
    def _compute_move_quantities(self):
        for line in self:
            done = line.move_ids.filtered(lambda move: move.state == "done")
            receipts = done.filtered(lambda move: move._is_rma_receipt())
            # Sent back to the customer by hand, outside of this return.
            undone = receipts.returned_move_ids.filtered(lambda move: move.state == "done" and not move.rma_line_id)
            line.qty_received = line._count(receipts) - line._count(undone)
            line.qty_expected = line._count(line._get_open_receipts())
            line.qty_restocked = line._count(line._get_restock_moves())
            line.qty_scrapped = line._count(done.filtered(lambda move: move.location_dest_usage == "inventory"))

    @api.depends("qty_in_repair", "qty_repaired")
    def _compute_qty_away(self):
        for line in self:
            line.qty_away = line._round(max(0.0, line.qty_in_repair - line.qty_repaired))

    @api.depends("product_uom_qty", "qty_received", "qty_expected", "operation_type_id.receipt_policy", "state")
    def _compute_qty_missing(self):
        for line in self:
            keeps = line.operation_type_id.receipt_policy == "none"
            line.qty_missing = (
                0.0
                if keeps or line.state not in ("approved", "processing", "done")
                else max(0.0, line.product_uom_qty - line.qty_received - line.qty_expected)
            )

    @api.depends(lambda self: self._get_settlement_fields())
    def _compute_qty_to_settle(self):
        resolutions = self._get_resolutions()
        for line in self:
            due = {resolution: getattr(line, f"_due_{resolution}")() for resolution in resolutions}
            overlap = min(due["refund"], due["replace"]) if line._is_exchange() else 0.0
            line.qty_to_settle = line._round(sum(due.values()) - overlap)
            line.is_open = bool(line.qty_to_settle or line.qty_expected or line.qty_away)
            line.is_settled = not line.is_open and bool(line.qty_received or line._has_settlement())

    @api.model
    def _get_settlement_fields(self):
        """Fields that what is left to settle depends on. A new resolution adds its own.

        :return: list of field names
        """
        return [
            "product_uom_qty",
            "order_id.date_approved",
            "operation_type_id.resolution",
            "operation_type_id.receipt_policy",
            "replacement_product_id",
            "decided_refund_qty",
            "decided_replace_qty",
            "decided_repair_qty",
            "decided_return_only_qty",
            "qty_uninvoiced",
            "qty_received",
            "qty_expected",
            "qty_refunded",
            "qty_replaced",
            "qty_in_repair",
            "qty_repaired",
        ]

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
            if sale_line.product_id != line.product_id:
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
        if self._get_frozen_fields() & set(vals):
            self._check_may_change()
        if self._get_decision_fields() & set(vals) and not self.env.su:
            raise UserError(self.env._("Decisions about a returned product are made on the process screen."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        if not self.env.context.get("rma_unlink_order"):
            self._check_may_change()

    @api.model
    def _get_frozen_fields(self):
        """Fields that nobody changes once a return is approved: receipts were made from them.

        :return: set of field names
        """
        return {"order_id", "product_id", "product_uom_id", "product_uom_qty", "sale_line_id", "move_id", "lot_ids"}

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

    # === Quantities ===

    def _round(self, quantity):
        return self.product_uom_id.round(quantity) if self.product_uom_id else quantity

    def _get_components(self):
        """Tell what comes back for one unit of this line: the product, or the parts of a kit.

        :return: {product: quantity in its own unit of measure}
        """
        self.ensure_one()
        # Returns staff may not see every order.
        sale_line = self.sale_line_id.sudo()
        if sale_line.product_id == self.product_id:
            factor = self.product_uom_id._compute_quantity(1, sale_line.product_uom_id, round=False)
            return {product: quantity * factor for product, quantity in sale_line._get_rma_components().items()}
        return {self.product_id: self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)}

    def _count(self, moves):
        """Count what moves carry, done or still to do, in the unit of measure of this line.

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
        """Count products, or the kits that they make up, in the unit of measure of this line.

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

    @api.model
    def _get_qty_reserved(self, sale_lines, ignored_lines=None):
        """Tell what returns take that no stock move counts: requested ones, and goods that the customer keeps.

        :param sale_lines: `sale.order.line` records
        :param ignored_lines: `rma.order.line` records that do not count
        :return: {sales order line: quantity in its unit of measure}
        """
        reserved = defaultdict(float)
        # Another person's return reserves as well.
        lines = self.sudo().search(
            [
                ("sale_line_id", "in", sale_lines.ids),
                ("id", "not in", ignored_lines.ids if ignored_lines else []),
                "|",
                ("state", "=", "requested"),
                "&",
                ("state", "in", ("approved", "processing", "done")),
                ("operation_type_id.receipt_policy", "=", "none"),
            ]
        )
        for line in lines:
            sale_line = line.sale_line_id
            reserved[sale_line] += line.product_uom_id._compute_quantity(
                line.product_uom_qty, sale_line.product_uom_id, round=False
            )
        return reserved

    def _check_quantities(self, missing_only=False):
        """Lock the deliveries that these lines come back from, and refuse more than is left of them.

        :param missing_only: count what neither arrived nor is expected, instead of all that was asked
        :raise UserError: names the product, the order and what can still be returned
        """
        # Quantities are counted over all returns and deliveries, whoever may see them.
        lines = self.sudo()
        sale_lines = lines.sale_line_id
        deliveries = sale_lines._get_rma_deliveries()
        origins = lines.move_id.union(*deliveries.values())
        origins._lock_as_return_origin()
        returnable = sale_lines._get_qty_returnable(ignored_lines=lines)
        asked = defaultdict(float)
        for line in lines.filtered("sale_line_id"):
            sale_line = line.sale_line_id
            asked[sale_line] += line.product_uom_id._compute_quantity(
                line.qty_missing if missing_only else line.product_uom_qty, sale_line.product_uom_id, round=False
            )
        for sale_line, quantity in asked.items():
            if sale_line.product_uom_id.compare(quantity, returnable[sale_line]) > 0:
                raise UserError(
                    self.env._(
                        "%(quantity)s %(unit)s of %(product)s are asked back, but only %(returnable)s of order "
                        "%(order)s can still be returned. The rest was not delivered, came back already, or is "
                        "reserved by another return.",
                        quantity=sale_line.product_uom_id.round(quantity),
                        unit=sale_line.product_uom_id.name,
                        product=sale_line.product_id.display_name,
                        returnable=returnable[sale_line],
                        order=sale_line.order_id.name,
                    )
                )
        lines._check_move_quantities(missing_only)

    def _check_move_quantities(self, missing_only):
        """Refuse more than the chosen delivery has left, for the lines that name one."""
        lines = self.filtered("move_id")
        left = lines.move_id._get_qty_returnable()
        others = self.search(
            [("move_id", "in", lines.move_id.ids), ("state", "=", "requested"), ("id", "not in", self.ids)]
        )
        for line in others | lines:
            product = line.product_id
            left[line.move_id] -= line.product_uom_id._compute_quantity(
                line.qty_missing if missing_only and line in lines else line.product_uom_qty,
                product.uom_id,
                round=False,
            )
            if line in lines and product.uom_id.compare(left[line.move_id], 0) < 0:
                raise UserError(
                    self.env._(
                        "More of %(product)s is asked back than %(delivery)s can still give. Lower the quantity, or "
                        "leave the delivery empty.",
                        product=product.display_name,
                        delivery=line.move_id.reference,
                    )
                )

    def _check_complete(self):
        """Refuse lines that lack what approval needs.

        :raise UserError: names the return, the product and what is missing
        """
        may_skip_order = self.order_id._user_may_approve()
        for line in self:
            missing = ""
            if not line.reason_id:
                missing = self.env._("Choose a reason.")
            elif not line.operation_type_id:
                missing = self.env._("Choose an operation.")
            elif not line.sale_line_id and not line.move_id and not may_skip_order:
                missing = self.env._(
                    "Choose the order that delivered it. Only a returns manager takes back what was sold elsewhere."
                )
            elif line.lot_ids and line.product_id.tracking == "serial" and line._count_lots_differ():
                missing = self.env._("Name as many serial numbers as units, or none.")
            elif line.lot_ids and line.lot_ids - line._get_delivered_lots():
                missing = self.env._(
                    "%s was not delivered by this order, or is on its way back already.",
                    ", ".join((line.lot_ids - line._get_delivered_lots()).mapped("name")),
                )
            if missing:
                raise UserError(
                    self.env._(
                        "%(return)s, %(product)s: %(missing)s",
                        **{
                            "return": line.order_id.name,
                            "product": line.product_id.display_name,
                            "missing": missing,
                        },
                    )
                )

    def _count_lots_differ(self):
        uom = self.product_id.uom_id
        return uom.compare(self.product_uom_id._compute_quantity(self.product_uom_qty, uom), len(self.lot_ids))

    def _get_delivered_lots(self):
        """Give the lots that this line may name.

        :return: `stock.lot` records
        """
        self.ensure_one()
        if not self.sale_line_id and not self.move_id:
            return self.lot_ids
        left = self._get_origin_moves()._get_lots_returnable()
        lots = self.env["stock.lot"].union(*(lot for lot, quantity in left.items() if quantity > 0))
        if self.product_id.tracking == "serial":
            # There is one of each: another line that names it comes first.
            others = self.sudo().search([("lot_ids", "in", lots.ids), ("state", "=", "requested")])
            lots -= ((others | self.order_id.line_ids) - self).lot_ids
        return lots

    def _get_origin_moves(self):
        """Find the deliveries that this line can come back from, the newest first.

        :return: `stock.move` records
        """
        self.ensure_one()
        # Returns staff may not see every delivery.
        line = self.sudo()
        return line.move_id or line.sale_line_id._get_rma_deliveries()[line.sale_line_id]

    # === Settling ===

    @api.model
    def _get_resolutions(self):
        """Ways to settle a line. Each has its methods `_due_*`, `_settle_*` and `_has_*` in a file of its own.

        :return: list of the values of `rma.operation.type.resolution`
        """
        return [
            value
            for value, _label in self.env["rma.operation.type"]._fields["resolution"]._description_selection(self.env)
        ]

    def _get_qty_basis(self):
        """Tell what may be settled by now, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        if self.operation_type_id.receipt_policy in ("after", "none"):
            return self.product_uom_qty if self.order_id.date_approved else 0.0
        return min(self.qty_received, self.product_uom_qty)

    def _get_qty_planned(self, resolution):
        """Tell what ends in a resolution: what staff decided, and the rest by the operation.

        :param resolution: value of `rma.operation.type.resolution`
        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        planned = self[f"decided_{resolution}_qty"]
        if self.operation_type_id.resolution == resolution:
            decided = sum(self[f"decided_{other}_qty"] for other in self._get_resolutions())
            planned += max(0.0, self._get_qty_basis() - decided)
        return planned

    def _get_settled_by_resolution(self):
        """Tell how much ended in which resolution so far, in the unit of measure of the line.

        :return: {resolution: quantity}
        """
        self.ensure_one()
        settled = {
            "refund": self.qty_refunded + self.qty_uninvoiced,
            "replace": self.qty_replaced,
            "repair": self.qty_in_repair,
            "return_only": self.decided_return_only_qty,
        }
        if self._is_exchange():
            # The credit of an exchanged product is part of the exchange.
            settled["refund"] = max(0.0, settled["refund"] - settled["replace"])
        return settled

    def _has_settlement(self):
        """Tell whether anything was given for this line, or decided that nothing is.

        :rtype: bool
        """
        self.ensure_one()
        return any(getattr(self, f"_has_{resolution}")() for resolution in self._get_resolutions())

    def _settle(self, dispose=True):
        """Make the documents that are due, each kind for all lines at once.

        :param dispose: move the goods on by the disposition of each line's operation
        :raise UserError: when a document cannot be made
        """
        for resolution in self._get_resolutions():
            due = {line: getattr(line, f"_due_{resolution}")() for line in self}
            due = {line: quantity for line, quantity in due.items() if line.product_uom_id.compare(quantity, 0) > 0}
            if due:
                getattr(self.browse().union(*due), f"_settle_{resolution}")(due)
        self._sync_order_quantities()
        if dispose:
            self._dispose()

    def _due_return_only(self):
        return 0.0

    def _settle_return_only(self, quantities):
        return None

    def _has_return_only(self):
        return bool(self.decided_return_only_qty)

    def _is_refunded(self):
        """Tell whether any of the line is, or will be, credited: the order then counts it as not delivered.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.decided_refund_qty
            or self.qty_refunded
            or self.qty_uninvoiced
            or self.operation_type_id.resolution == "refund"
            or (self._is_exchange() and (self.decided_replace_qty or self.operation_type_id.resolution == "replace"))
        )

    def _sync_order_quantities(self):
        """Let the delivered quantity of the order follow the outcome.

        Receipts lower it where something is refunded; what is shipped again then raises it. Where nothing is
        refunded neither counts, so that the order never asks for an invoice in between.
        """
        # Returns staff need no rights in the warehouse.
        for refunded, lines in self.sudo().filtered("sale_line_id").grouped(lambda line: line._is_refunded()).items():
            moves = lines.move_ids.filtered(lambda move: move.state != "cancel")
            moves.filtered(lambda move: move._is_rma_receipt())._set_rma_to_refund(refunded)
            for line in lines:
                shipped = (line._get_replacement_moves() | line._get_repaired_moves()).filtered(
                    lambda move, line=line, refunded=refunded: (
                        bool(move.sale_line_id) != refunded and move.product_id in line._get_components()
                    )
                )
                if shipped:
                    shipped.write({"sale_line_id": refunded and line.sale_line_id.id, "to_refund": refunded})
                    shipped.modified(["quantity"])
