from odoo import api, models


class RmaDispositionScrap(models.AbstractModel):
    _name = "rma.disposition.scrap"
    _inherit = "rma.disposition"
    _description = "Scrap"

    _role = "scrap"
    _counts_as = "qty_scrapped"

    @api.model
    def _move(self, goods_list):
        companies = {goods["line"].company_id for goods in goods_list}
        locations = self.env["stock.location"]
        locations = {
            company: locations.search([("usage", "=", "inventory"), ("company_id", "in", (company.id, False))], limit=1)
            for company in companies
        }
        return self._scrap(goods_list, lambda goods: locations[goods["line"].company_id])
