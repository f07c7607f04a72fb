from odoo import models


class StockPicking(models.Model):
    """A parcel from the receiver of a gift, or to them: its slip holds their address."""

    _inherit = "stock.picking"

    def _is_of_gift(self):
        """Return whether this moves goods of a returned gift, or what replaces it.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever ships need not see the return.
        moves = self.sudo().move_ids
        return any((moves.rma_line_id | moves.sale_line_id.rma_line_id).order_id.mapped("is_gift"))
