from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return super()._get_custom_move_fields() + ["rma_line_id", "rma_settlement_id"]

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        """Carry the return line along the steps of a replacement's delivery. Goods that came in have arrived."""
        values = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        if move_to_copy.rma_line_id and move_to_copy.location_final_id.usage == "customer":
            values["rma_line_id"] = move_to_copy.rma_line_id.id
            values["rma_settlement_id"] = move_to_copy.rma_settlement_id.id
        return values
