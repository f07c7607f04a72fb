from odoo import api, models


class RmaDispositionMissing(models.AbstractModel):
    """Goods received on paper but missing from the parcel: they move to the inventory loss location.

    Its moves are scrap like those of scrapped goods; their inspection tells which they are.
    """

    _name = "rma.disposition.missing"
    _inherit = "rma.disposition"
    _description = "Not in the Parcel"

    _role = "scrap"
    _counts_as = "qty_scrapped"
    _needs_inspection = True

    @api.model
    def _move(self, goods_list):
        return self._scrap(
            goods_list,
            lambda goods: goods["product"].with_company(goods["line"].company_id).property_stock_inventory,
        )
