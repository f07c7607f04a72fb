from collections import defaultdict

from odoo import models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL
from psycopg2.errors import LockNotAvailable

# How long a request waits for another one of the same delivery: most have ended by then, and give the answer.
PATIENCE = "5s"


class StockMove(models.Model):
    """Compute and lock what customers can still return of a delivery, so that no two users request it at once."""

    _inherit = "stock.move"

    def _get_qty_returnable(self):
        """Return what can still be returned of deliveries: delivered minus returned or reserved.

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
        """Prevent two transactions from returning the same delivered units at once.

        Odoo's transactions see the database as it was when they began, so a lock alone would let the second one
        go on with old quantities once the first has ended. The rows are therefore written too: the database then
        refuses the second transaction, and Odoo runs it again with what is true by now.

        :raise UserError: when another transaction does not let go of one of the moves
        """
        origins = self.sorted("id")
        if not origins:
            return
        try:
            origins.lock_for_update(allow_referencing=True)
        except LockError:
            origins._wait_for_other_return()
        self.env.cr.execute(SQL("UPDATE stock_move SET write_date = write_date WHERE id IN %s", tuple(origins.ids)))

    def _wait_for_other_return(self):
        """Lock moves that another transaction holds as soon as it ends.

        :raise UserError: when it does not end soon
        """
        [(before,)] = self.env.execute_query(SQL("SELECT current_setting('lock_timeout')"))
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", PATIENCE))
                self.env.cr.execute(
                    SQL("SELECT id FROM stock_move WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", tuple(self.ids))
                )
                self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", before))
        except LockNotAvailable:
            raise UserError(
                self.env._("Someone else is requesting a return of the same delivery. Wait a moment and try again.")
            ) from None

    def _check_not_over_returned(self):
        """Refuse more than was delivered.

        :raise UserError: names the product, what was delivered and what came back
        """
        # Warehouse staff validate receipts of deliveries that they may not have access to.
        for origin, left in self.origin_returned_move_id.sudo()._get_qty_returnable().items():
            if origin.product_id.uom_id.compare(left, 0) < 0:
                uom = origin.product_id.uom_id
                delivered = origin.product_uom._compute_quantity(origin.quantity, uom)
                raise UserError(
                    self.env._(
                        "%(product)s: %(returned)s %(unit)s would be returned, but only %(delivered)s %(unit)s were "
                        "delivered. Lower the received quantity, and record the excess in a separate receipt.",
                        product=origin.product_id.display_name,
                        returned=uom._format_rma_quantity(uom.round(delivered - left)),
                        delivered=uom._format_rma_quantity(uom.round(delivered)),
                        unit=uom.name,
                    )
                )

    def _get_lots_returnable(self):
        """Return the lots of deliveries that can still be returned.

        :return: {lot: quantity in the unit of measure of its product}
        """
        left = defaultdict(float)
        for line in self.move_line_ids:
            left[line.lot_id] += line.quantity_product_uom
        for line in self.returned_move_ids.filtered(lambda move: move.state != "cancel").move_line_ids:
            left[line.lot_id] -= line.quantity_product_uom
        return left
