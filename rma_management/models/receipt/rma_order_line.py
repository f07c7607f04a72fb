from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """The return receipts: how the goods come in."""

    _inherit = "rma.order.line"

    qty_received = fields.Float(string="Received", compute="_compute_qty_received", store=True, digits="Product Unit")
    qty_undone = fields.Float(
        string="Sent Back by Hand",
        compute="_compute_qty_received",
        store=True,
        digits="Product Unit",
        help="Went to the customer again by the return of a receipt, outside of this return.",
    )
    qty_expected = fields.Float(string="Expected", compute="_compute_qty_received", store=True, digits="Product Unit")
    qty_without_receipt = fields.Float(compute="_compute_qty_without_receipt", help="Neither received nor expected.")

    def _get_open_receipts(self):
        """Give the receipts that goods are still expected by.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel") and move.rma_role == "receipt")

    def _get_receipts(self):
        """Give the receipts by which goods have arrived.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.state == "done" and move.rma_role == "receipt")

    def _create_receipts_on_approval(self):
        """Make the receipts of operations that do not leave that to people.

        :return: `stock.picking` records
        """
        return self.filtered(lambda line: line.operation_type_id.receipt_creation == "auto")._create_receipts()

    def _create_receipts(self):
        """Make one return transfer for each return, warehouse and place the goods come from; all in one batch.

        :return: `stock.picking` records
        :raise UserError: when a delivery has less left than a line asks
        """
        # Returns staff need no rights in the warehouse: quantities were checked and locked before.
        lines = self.sudo().filtered(lambda line: line.qty_without_receipt)
        if not lines:
            return self.env["stock.picking"]
        deliveries = lines.sale_line_id._get_rma_deliveries()
        left = lines.move_id.union(*deliveries.values())._get_qty_returnable()
        lots = {}
        pickings = {}
        for line in lines:
            origins = line.move_id or deliveries[line.sale_line_id]
            for origin, product, quantity, move_lots in line._allocate_receipt(origins, left):
                values = line._prepare_receipt_move_values(origin, product, quantity)
                key = (line.order_id, values["warehouse_id"], values["location_id"])
                pickings.setdefault(key, []).append((values, origin, move_lots))
        # Returns staff need no rights in the warehouse to have receipts made.
        records = (
            self.env["stock.picking"]
            .sudo()
            .create(
                [
                    self._prepare_receipt_picking_values(order, moves)
                    for (order, _warehouse, _location), moves in pickings.items()
                ]
            )
        )
        # The moves, not the transfers: those would look for what to reorder at the place where customers are.
        records.move_ids._action_confirm(merge=False)
        # Moves that follow a delivery wait for it, done or not, until they are told to look.
        records.move_ids._action_assign()
        for picking, moves in zip(records, pickings.values(), strict=True):
            for move, (_values, _origin, move_lots) in zip(picking.move_ids.sorted("id"), moves, strict=False):
                if move_lots:
                    lots[move] = move_lots
        for move, move_lots in lots.items():
            move._set_rma_receipt_lots(move_lots)
        return records

    def _allocate_receipt(self, origins, left):
        """Choose the deliveries that this line comes back from.

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
                        "%(return)s: the deliveries of %(product)s have not that much left to return. Reset the "
                        "return to draft and lower the quantity.",
                        **{"return": self.order_id.name, "product": product.display_name},
                    )
                )
        return allocation

    def _get_receipt_parts(self, origins):
        """Tell what comes back for one unit of this line, and by which deliveries each part left.

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
        warehouse = (
            origin.picking_type_id.warehouse_id
            or origin.warehouse_id
            or self.sale_line_id.order_id.warehouse_id
            or self.env["stock.warehouse"].search([("company_id", "=", order.company_id.id)], limit=1)
        )
        uom = self.product_uom_id if product == self.product_id else product.uom_id
        uom_qty = product.uom_id._compute_quantity(quantity, uom)
        if product.uom_id.compare(uom._compute_quantity(uom_qty, product.uom_id, round=False), quantity):
            # 5 of the 12 that make a dozen cannot be told in dozens.
            uom, uom_qty = product.uom_id, quantity
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
            # Without it a kit cannot tell its parts from products sold by themselves.
            values["bom_line_id"] = origin.bom_line_id.id
        return values

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
        :param moves: list of values of `stock.move`, all of one operation type, from one place to one other
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
        # Read for all lines at once: records that were filtered are no longer read together.
        self.move_ids.returned_move_ids.mapped("state")
        for line in self:
            receipts = line._get_receipts()
            # Sent back to the customer by hand, outside of this return.
            undone = receipts.returned_move_ids.filtered(lambda move: move.state == "done" and not move.rma_role)
            line.qty_undone = line._count(undone)
            line.qty_received = line._count(receipts) - line.qty_undone
            line.qty_expected = line._count(line._get_open_receipts())

    @api.depends("product_uom_qty", "qty_received", "qty_expected", "operation_type_id.receipt_policy", "state")
    def _compute_qty_without_receipt(self):
        for line in self:
            keeps = line.operation_type_id.receipt_policy == "none"
            line.qty_without_receipt = (
                0.0
                if keeps or line.state not in ("approved", "processing", "done")
                else max(0.0, line.product_uom_qty - line.qty_received - line.qty_expected)
            )
