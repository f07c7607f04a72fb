from math import isfinite

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Create and count the receipts of a return."""

    _inherit = "rma.order.line"

    move_ids = fields.One2many(
        "stock.move",
        "rma_line_id",
        string="Stock Moves",
        copy=False,
        help="Receipts of this item and moves made after them.",
    )
    qty_received = fields.Float(
        string="Received",
        compute="_compute_qty_received",
        store=True,
        digits="Product Unit",
        help="Quantity received.",
    )
    qty_undone = fields.Float(
        string="Sent Back by Hand",
        compute="_compute_qty_received",
        store=True,
        digits="Product Unit",
        help="Returned to the customer through the return of a receipt, outside this return.",
    )
    qty_expected = fields.Float(
        string="Expected",
        compute="_compute_qty_received",
        store=True,
        digits="Product Unit",
        help="Quantity on open receipts.",
    )
    qty_without_receipt = fields.Float(compute="_compute_qty_without_receipt", help="Neither received nor expected.")

    _expected_index = models.Index("(order_id) WHERE qty_expected > 0")

    def _get_open_receipts(self):
        """Return the receipts still expected.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel") and move.rma_role == "receipt")

    def _check_received(self, quantity):
        """Check that a quantity can be received now.

        :raise UserError: when the quantity is not valid or more than expected
        """
        self.ensure_one()
        product = self.product_id.display_name
        is_number = isinstance(quantity, (int, float)) and not isinstance(quantity, bool) and isfinite(quantity)
        if not is_number or quantity < 0:
            raise UserError(self.env._("Enter a number of 0 or more for the received quantity of %s.", product))
        if self.product_uom_id.compare(quantity, self.qty_expected) > 0:
            raise UserError(
                self.env._(
                    "Only %(count)g of %(product)s are expected, not %(quantity)g. Create another return for the rest.",
                    count=self.qty_expected,
                    product=product,
                    quantity=quantity,
                )
            )

    def _fill_receipts(self, quantity, lots=None):
        """Fill the open receipts of this item with a received quantity, the oldest first.

        :param quantity: in the unit of the item, at most what is expected
        :param lots: `stock.lot` records that arrived; those that the receipts expect by default
        """
        self.ensure_one()
        receipts = self._get_open_receipts().sorted("id")
        for product, per_unit in self._get_components().items():
            left = quantity * per_unit
            for move in receipts.filtered(lambda move, product=product: move.product_id == product):
                taken = min(left, move.product_qty)
                if lots and taken > 0:
                    move._set_rma_receipt_lots(lots)
                move.quantity = product.uom_id._compute_quantity(taken, move.product_uom)
                move.picked = product.uom_id.compare(taken, 0) > 0
                left -= taken

    def _get_receipts(self):
        """Return the done receipts.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.state == "done" and move.rma_role == "receipt")

    def _create_receipts_on_approval(self):
        """Create the receipts of resolutions that create them automatically.

        :return: `stock.picking` records
        """
        return self.filtered(lambda line: line.operation_type_id.receipt_creation == "auto")._create_receipts()

    def _create_receipts(self):
        """Create one return transfer for each return, warehouse and origin, in one batch.

        :return: `stock.picking` records
        :raise UserError: when a delivery has less left than a line asks
        """
        # Returns staff need no access to Inventory: quantities were checked and locked before.
        lines = self.sudo().filtered(lambda line: line.qty_without_receipt)
        if not lines:
            return self.env["stock.picking"]
        deliveries = lines.sale_line_id._get_rma_deliveries()
        left = lines.move_id.union(*deliveries.values())._get_qty_returnable()
        pickings = {}
        for line in lines:
            origins = line.move_id or deliveries[line.sale_line_id]
            for origin, product, quantity, move_lots in line._allocate_receipt(origins, left):
                values = line._prepare_receipt_move_values(origin, product, quantity)
                key = (line.order_id, values["warehouse_id"], values["location_id"])
                pickings.setdefault(key, []).append((values, origin, move_lots))
        # Returns staff need no access to Inventory to create receipts.
        records = (
            self.env["stock.picking"]
            .sudo()
            ._create_rma_transfers(
                [
                    self._prepare_receipt_picking_values(order, moves)
                    for (order, _warehouse, _location), moves in pickings.items()
                ]
            )
        )
        # Confirm the moves, not the transfers, which would check reordering rules at the customer location.
        records.move_ids._action_confirm(merge=False)
        # Moves with an origin move wait for it, even when it is done, until they are reassigned.
        records.move_ids._action_assign()
        for picking, moves in zip(records, pickings.values(), strict=True):
            for move, (_values, _origin, lots) in zip(picking.move_ids.sorted("id"), moves, strict=False):
                if lots:
                    move._set_rma_receipt_lots(lots)
        return records

    def _allocate_receipt(self, origins, left):
        """Return the deliveries that this line is returned from.

        :param origins: `stock.move` records, in the order they are used up
        :param left: {move: returnable quantity in the unit of the product}, lowered by what is allocated
        :return: list of (delivery, product, quantity in the unit of the product, lots)
        :raise UserError: when the deliveries have less left than is asked
        """
        self.ensure_one()
        allocation = []
        for product, per_unit, sources in self._get_receipt_parts(origins):
            wanted = self.qty_without_receipt * per_unit
            named = self.lot_ids.filtered(lambda lot, product=product: lot.product_id == product)
            if not origins:
                allocation.append((origins, product, wanted, named))
                continue
            for move in sources.filtered(lambda move, named=named: not named or move.lot_ids & named):
                taken = min(wanted, left[move])
                # Lots are read from the delivery only where the customer named some.
                lots = named & move.lot_ids if named else named
                if named:
                    by_lot = move._get_lots_returnable()
                    lots = lots.filtered(lambda lot, by_lot=by_lot: by_lot[lot] > 0)
                    taken = min(taken, sum(by_lot[lot] for lot in lots))
                if named and product.tracking == "serial":
                    lots = lots[: int(taken)]
                    named -= lots
                if product.uom_id.compare(taken, 0) > 0:
                    allocation.append((move, product, taken, lots))
                    left[move] -= taken
                    wanted -= taken
            if product.uom_id.compare(wanted, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(return)s: the deliveries of %(product)s do not have enough left to return. Reset the "
                        "return to draft and lower the quantity.",
                        **{"return": self.order_id.name, "product": product.display_name},
                    )
                )
        return allocation

    def _get_receipt_parts(self, origins):
        """Return the parts of one unit of this line, and the deliveries each part left with.

        :param origins: `stock.move` records, the deliveries that this line comes back from
        :return: list of (product, quantity in its unit of measure, deliveries)
        """
        self.ensure_one()
        return [
            (product, quantity, origins.filtered(lambda move, product=product: move.product_id == product))
            for product, quantity in self._get_components().items()
        ]

    def _prepare_receipt_move_values(self, origin, product, quantity):
        """Prepare a return move. Override it to carry a field of your own.

        :param origin: `stock.move` that delivered, empty for goods that were sold elsewhere
        :param product: `product.product` that comes back
        :param quantity: float, in the unit of measure of the product
        :return: values of `stock.move`
        """
        self.ensure_one()
        order = self.order_id
        warehouse = self._get_receipt_warehouse(origin)
        uom, uom_qty = self._get_receipt_quantity(product, quantity)
        values = {
            "product_id": product.id,
            "product_uom_qty": uom_qty,
            "product_uom": uom.id,
            "company_id": order.company_id.id,
            "date": fields.Datetime.now(),
            "location_id": origin.location_dest_id.id or order.partner_shipping_id.property_stock_customer.id,
            "location_dest_id": warehouse.rma_location_id.id,
            "picking_type_id": warehouse.rma_type_id.id,
            "warehouse_id": warehouse.id,
            "partner_id": order.partner_shipping_id.id,
            "procure_method": "make_to_stock",
            "origin": order.name,
            "origin_returned_move_id": origin.id,
            "move_orig_ids": [Command.link(origin.id)] if origin else [],
            "sale_line_id": self.sale_line_id.id,
            "to_refund": bool(self.sale_line_id) and self._is_refunded(),
            "restrict_partner_id": origin.restrict_partner_id.id,
            "rma_line_id": self.id,
            "rma_role": "receipt",
        }
        if "bom_line_id" in origin._fields:
            # Needed to tell the parts of a kit from products sold separately.
            values["bom_line_id"] = origin.bom_line_id.id
        return values

    def _get_receipt_warehouse(self, origin):
        """Return the warehouse that the goods come back to: that of the return policy for them, or else the one they
        left, or else that of the order or company.

        :param origin: `stock.move` that delivered, empty for goods that were sold elsewhere
        :return: `stock.warehouse` record
        """
        self.ensure_one()
        return (
            self._get_policy_rule().warehouse_id
            or origin.picking_type_id.warehouse_id
            or origin.warehouse_id
            or self.sale_line_id.order_id.warehouse_id
            or self.env["stock.warehouse"].search([("company_id", "=", self.order_id.company_id.id)], limit=1)
        )

    def _get_receipt_quantity(self, product, quantity):
        """Return the unit of measure in which a quantity is received: that of the line as far as it is exact.

        :param product: `product.product` that comes back
        :param quantity: float, in the unit of measure of the product
        :return: `uom.uom` record, and the quantity in it
        """
        self.ensure_one()
        uom = self.product_uom_id if product == self.product_id else product.uom_id
        uom_qty = product.uom_id._compute_quantity(quantity, uom)
        if product.uom_id.compare(uom._compute_quantity(uom_qty, product.uom_id, round=False), quantity):
            # 5 units of a dozen are not expressed in dozens.
            return product.uom_id, quantity
        return uom, uom_qty

    def _prepare_receipt_picking_values(self, order, moves):
        """Prepare a return transfer.

        :param order: `rma.order`
        :param moves: list of (values of `stock.move`, delivery, lots)
        :return: values of `stock.picking`
        """
        origins = self.env["stock.move"].union(*(origin for _values, origin, _lots in moves))
        return {
            **self._prepare_picking_values(order, [values for values, _origin, _lots in moves]),
            "return_id": len(origins.picking_id) == 1 and origins.picking_id.id,
        }

    @api.model
    def _prepare_picking_values(self, order, moves):
        """Prepare a transfer of a return: a receipt, or a delivery of what goes back.

        :param order: `rma.order`
        :param moves: list of values of `stock.move`, with the same operation type and locations
        :return: values of `stock.picking`
        """
        first = moves[0]
        return {
            "picking_type_id": first["picking_type_id"],
            "location_id": first["location_id"],
            "location_dest_id": first["location_dest_id"],
            "partner_id": first["partner_id"],
            "company_id": order.company_id.id,
            "origin": order.name,
            "user_id": False,
            "rma_id": order.id,
            "move_ids": [Command.create(values) for values in moves],
        }

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "move_ids.rma_role",
        "move_ids.returned_move_ids.state",
    )
    def _compute_qty_received(self):
        # Read for all lines at once: filtered records are not prefetched together.
        self.move_ids.returned_move_ids.mapped("state")
        for line in self:
            receipts = line._get_receipts()
            # Sent back to the customer manually, outside this return.
            undone = receipts.returned_move_ids.filtered(lambda move: move.state == "done" and not move.rma_role)
            line.qty_undone = line._count(undone)
            line.qty_received = line._count(receipts) - line.qty_undone
            line.qty_expected = line._count(line._get_open_receipts())

    @api.depends("product_uom_qty", "qty_received", "qty_expected", "operation_type_id.receipt_policy", "state")
    @api.depends("order_id.is_imported")
    def _compute_qty_without_receipt(self):
        for line in self:
            keeps = line.operation_type_id.receipt_policy == "none" or line.order_id.is_imported
            line.qty_without_receipt = (
                0.0
                if keeps or line.state not in ("approved", "processing", "done")
                else max(0.0, line.product_uom_qty - line.qty_received - line.qty_expected)
            )
