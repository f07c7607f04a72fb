from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL


class StockMove(models.Model):
    _inherit = "stock.move"

    # Not copied: a return of the return, or a duplicate, made by hand is not a document of this RMA.
    rma_line_id = fields.Many2one(
        "rma.order.line", string="Return Line", index="btree_not_null", copy=False, check_company=True
    )
    rma_repair_id = fields.Many2one(
        "repair.order", string="Sends Back Repair", index="btree_not_null", copy=False, check_company=True
    )

    rma_inspection_id = fields.Many2one(
        "rma.inspection", string="Inspection", index="btree_not_null", copy=False, check_company=True
    )

    def _get_qty_returnable(self):
        """Tell what customers can still send back of deliveries: delivered minus what returns took or will take.

        :return: {move: quantity in the unit of measure of its product}
        """
        returned = defaultdict(float)
        for origin, uom, state, quantity, demand in self.env["stock.move"]._read_group(
            [("origin_returned_move_id", "in", self.ids), ("state", "!=", "cancel")],
            ["origin_returned_move_id", "product_uom", "state"],
            ["quantity:sum", "product_uom_qty:sum"],
        ):
            returned[origin] += uom._compute_quantity(
                quantity if state == "done" else demand, origin.product_id.uom_id, round=False
            )
        return {
            move: move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id, round=False)
            - returned[move]
            for move in self
        }

    def _lock_as_return_origin(self):
        """Keep two transactions from returning the same delivered units at once.

        Odoo's transactions see the database as it was when they began, so a lock alone would let the second one
        go on with old quantities once the first has ended. The rows are therefore written too: the database then
        refuses the second transaction, and Odoo runs it again with what is true by now.

        :raise UserError: when another transaction holds one of the moves right now
        """
        origins = self.sorted("id")
        if not origins:
            return
        try:
            origins.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody else is just now asking for a return of the same delivery. Wait a moment and try again."
                )
            ) from None
        self.env.cr.execute(SQL("UPDATE stock_move SET write_date = write_date WHERE id IN %s", tuple(origins.ids)))

    def _is_rma_receipt(self):
        """Tell whether this move brings returned goods in.

        :rtype: bool
        """
        self.ensure_one()
        return self.location_id.usage == "customer"

    def _action_done(self, cancel_backorder=False):
        receipts = self.filtered(lambda move: move.rma_line_id and move._is_rma_receipt())
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        if receipts:
            receipts.exists()._check_not_over_returned()
            # What was credited before it arrived lowers the order now, and the rest follows by itself where the
            # operation says so; warehouse staff need no rights in sales or accounting for it.
            lines = receipts.exists().rma_line_id.sudo()
            lines._lower_ordered_quantities()
            lines._warn_of_foreign_lots()
            lines._settle_automatically()
        return moves

    def _check_not_over_returned(self):
        """Refuse more than was delivered.

        :raise UserError: names the product, what was delivered and what came back
        """
        # Warehouse staff validate receipts of deliveries that they may not see.
        for origin, left in self.origin_returned_move_id.sudo()._get_qty_returnable().items():
            if origin.product_id.uom_id.compare(left, 0) < 0:
                uom = origin.product_id.uom_id
                delivered = origin.product_uom._compute_quantity(origin.quantity, uom)
                raise UserError(
                    self.env._(
                        "%(product)s: %(returned)s %(unit)s would be returned, but only %(delivered)s were delivered. "
                        "Lower the received quantity, and book what is too much by a receipt of its own.",
                        product=origin.product_id.display_name,
                        returned=uom.round(delivered - left),
                        delivered=uom.round(delivered),
                        unit=uom.name,
                    )
                )

    def _prepare_move_split_vals(self, qty):
        values = super()._prepare_move_split_vals(qty)
        values["rma_line_id"] = self.rma_line_id.id
        values["rma_repair_id"] = self.rma_repair_id.id
        values["rma_inspection_id"] = self.rma_inspection_id.id
        return values

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + ["rma_line_id", "rma_repair_id", "rma_inspection_id"]

    def _get_new_picking_values(self):
        values = super()._get_new_picking_values()
        rma = self.rma_line_id.order_id
        if len(rma) == 1:
            values["rma_id"] = rma.id
        return values

    def _set_rma_to_refund(self, to_refund):
        """Make return moves count, or not, against the delivered quantity of the sales order line.

        The outcome of a return may change after the goods arrived; `to_refund` is not among the fields that make
        Odoo count deliveries again, so it is told.

        :param to_refund: bool
        """
        moves = self.filtered(lambda move: move.to_refund != to_refund and move.state != "cancel")
        if moves:
            moves.write({"to_refund": to_refund})
            moves.modified(["quantity"])

    def _get_lots_returnable(self):
        """Tell which lots of deliveries customers can still send back.

        :return: {lot: quantity in the unit of measure of its product}
        """
        left = defaultdict(float)
        for line in self.move_line_ids:
            left[line.lot_id] += line.quantity_product_uom
        for line in self.returned_move_ids.filtered(lambda move: move.state != "cancel").move_line_ids:
            left[line.lot_id] -= line.quantity_product_uom
        return left

    def _set_rma_receipt_lots(self, lots):
        """Expect the lots that the customer named, not the first ones that were delivered.

        :param lots: `stock.lot` records
        """
        self.ensure_one()
        origin = self.origin_returned_move_id
        self.move_line_ids.unlink()
        delivered = origin._get_lots_returnable()
        left = self.product_qty
        values = []
        for position, lot in enumerate(lots):
            if self.product_id.tracking == "serial":
                share = 1.0
            elif origin:
                share = min(left, delivered[lot])
            else:
                share = self.product_id.uom_id.round(left / (len(lots) - position))
            left -= share
            source = origin.move_line_ids.filtered(lambda line, lot=lot: line.lot_id == lot)[:1]
            values.append(
                {
                    **self._prepare_move_line_vals(quantity=share),
                    "lot_id": lot.id,
                    "owner_id": source.owner_id.id,
                }
            )
        self.env["stock.move.line"].create(values)
