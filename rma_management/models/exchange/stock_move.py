from odoo import models
from odoo.exceptions import AccessError


class StockMove(models.Model):
    """What waits for a payment stays tied to the order that sells it."""

    _inherit = "stock.move"

    def write(self, vals):
        if not self.env.su and {"sale_line_id", "product_id", "location_dest_id", "location_final_id"} & set(vals):
            self._check_wait_kept(vals)
        leaving = self.browse()
        if not self.env.su and {"picking_id", "picking_type_id"} & set(vals):
            leaving = self._filter_leaving_unpaid()
        res = super().write(vals)
        leaving._check_still_leaves()
        return res

    def _filter_leaving_unpaid(self):
        """Return the moves to the customer whose replacement waits for its payment.

        :return: `stock.move` records
        """
        # Whoever ships need see neither the return nor the order.
        moves = self.sudo().filtered(
            lambda move: (
                move.state not in ("done", "cancel") and move.sale_line_id and move.location_dest_id.usage == "customer"
            )
        )
        waiting = moves.sale_line_id.order_id._filter_waiting_for_payment()
        return moves.filtered(lambda move: move.sale_line_id.order_id in waiting)

    def _check_still_leaves(self):
        """:raise AccessError: when moves that wait for a payment were sent elsewhere by their transfer"""
        if any(move.location_dest_id.usage != "customer" for move in self):
            self._refuse_to_untie()

    def _check_wait_kept(self, vals):
        """Refuse to untie moves from the replacement that waits for its payment, or to send them elsewhere.

        :param vals: values to be written
        :raise AccessError: says what to do instead
        """
        # Whoever ships need see neither the return nor the order.
        moves = self.sudo().filtered(lambda move: move.state not in ("done", "cancel") and move.sale_line_id)
        changed = moves.filtered(
            lambda move: any(
                move[name].id != vals[name]
                for name in ("sale_line_id", "product_id", "location_dest_id", "location_final_id")
                if name in vals
            )
        )
        if changed.sale_line_id.order_id._filter_waiting_for_payment():
            self._refuse_to_untie()

    def _refuse_to_untie(self):
        """:raise AccessError: says what to do instead"""
        raise AccessError(
            self.env._(
                "This delivery of a replacement waits for its payment. Ask a returns manager to release it instead."
            )
        )
