from odoo import api, models


class RmaDispositionRestock(models.AbstractModel):
    _name = "rma.disposition.restock"
    _inherit = "rma.disposition"
    _description = "Put Back in Stock"

    _role = "restock"
    _counts_as = "qty_restocked"
    _has_location = True

    @api.model
    def _move(self, goods_list):
        return self._put_away(goods_list, lambda goods: goods["location"].warehouse_id.lot_stock_id)
