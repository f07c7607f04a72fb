from odoo import models
from odoo.exceptions import UserError


class KeptMoves(frozenset):
    """IDs of moves that stay reserved. No request can contain them."""

    __slots__ = ()


class StockMove(models.Model):
    """Continue the return when its goods are received."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        receipts = self.filtered(lambda move: move.rma_line_id and move.rma_role == "receipt")
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        if receipts:
            receipts.exists()._check_arrived()
            receipts.exists()._check_not_over_returned()
            # What was credited before it arrived lowers the order now, and the rest follows by itself where the
            # operation says so; warehouse staff need no rights in sales or accounting for it.
            lines = receipts.exists().rma_line_id.sudo()
            lines._lower_ordered_quantities()
            lines._warn_of_foreign_lots()
            lines._settle_automatically()
        return moves

    def _check_arrived(self):
        """Refuse receipts whose goods go anywhere but into a warehouse: they would count as received.

        :raise UserError: names the product, the return and the location
        """
        for move in self.filtered(lambda move: move.state == "done"):
            for location in move.location_dest_id | move.move_line_ids.location_dest_id:
                if not self._is_arrival(location):
                    # Whoever receives may have no access to returns.
                    order = move.sudo().rma_line_id.order_id
                    raise UserError(
                        self.env._(
                            "%(product)s of %(return)s would not arrive in a warehouse, but at %(location)s. Receive "
                            "it in an internal location, and move it from there.",
                            **{
                                "product": move.product_id.display_name,
                                "return": order.name,
                                "location": location.display_name,
                            },
                        )
                    )

    def _is_arrival(self, location):
        """Return whether returned goods that reach a location have arrived. Override it if they arrive elsewhere, for
        example at the vendor.

        :param location: `stock.location` record
        :rtype: bool
        """
        return location.usage in ("internal", "transit")

    def _keep_reserved(self, records):
        """Return records with an environment in which these moves are not unreserved.

        :param records: records of any model
        """
        return records.with_context(rma_kept_moves=KeptMoves(self.ids))

    def _do_unreserve(self):
        kept = self.env.context.get("rma_kept_moves")
        moves = self.filtered(lambda move: move.id not in kept) if isinstance(kept, KeptMoves) else self
        return super(StockMove, moves)._do_unreserve()

    def _set_rma_receipt_lots(self, lots):
        """Reserve the lots named by the customer instead of the first ones delivered.

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
