from odoo import api, models


class RmaDispositionRefurbish(models.AbstractModel):
    _name = "rma.disposition.refurbish"
    _inherit = "rma.disposition"
    _description = "Refurbish"

    _role = "refurbish"
    _counts_as = "qty_refurbished"
    _has_location = True

    @api.model
    def _move(self, goods_list):
        return self._put_away(goods_list, lambda goods: goods["location"].warehouse_id._get_rma_refurbish_location())
