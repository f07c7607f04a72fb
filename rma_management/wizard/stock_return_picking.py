from odoo import models


class StockReturnPicking(models.TransientModel):
    """Return part of a delivery without emptying the receipts that other returns of it wait for."""

    _inherit = "stock.return.picking"

    def _create_return(self):
        # Odoo unreserves what follows the returned moves, so that goods on their way on can come back. Earlier returns
        # of the same moves follow them, too, but wait for other units.
        moves = self.product_return_moves.move_id
        earlier = moves.move_dest_ids.filtered(lambda move: move.origin_returned_move_id in moves)
        return super(StockReturnPicking, earlier._keep_reserved(self))._create_return().with_env(self.env)
