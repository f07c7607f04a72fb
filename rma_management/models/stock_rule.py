from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return super()._get_custom_move_fields() + ["rma_line_id", "rma_settlement_id", "rma_role"]

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        """Copy the return line along the steps of a replacement delivery, but not beyond a receipt or put-away."""
        values = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        if move_to_copy.rma_role == "replacement":
            values["rma_line_id"] = move_to_copy.rma_line_id.id
            values["rma_settlement_id"] = move_to_copy.rma_settlement_id.id
            values["rma_role"] = move_to_copy.rma_role
        return values
