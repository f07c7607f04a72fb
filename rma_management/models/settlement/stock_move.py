from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _set_rma_to_refund(self, to_refund):
        """Set whether return moves lower the delivered quantity of the sales order line.

        The outcome of a return may change after the goods arrived; `to_refund` is not among the fields that make
        Odoo count deliveries again, so it is told.

        :param to_refund: bool
        """
        moves = self.filtered(lambda move: move.to_refund != to_refund and move.state != "cancel")
        if moves:
            moves.write({"to_refund": to_refund})
            moves.modified(["quantity"])
