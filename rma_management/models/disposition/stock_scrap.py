from odoo import api, fields, models

from ..rma_sealed_mixin import carry


class StockScrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["rma.sealed.mixin", "stock.scrap"]

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_inspection_id = fields.Many2one(
        "rma.inspection", string="Inspection", index="btree_not_null", copy=False, check_company=True
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_line_id", "rma_inspection_id"}

    def _prepare_move_values(self):
        values = super()._prepare_move_values()
        values["rma_line_id"] = carry(self.rma_line_id.id)
        values["rma_role"] = self.rma_line_id and carry("scrap")
        values["rma_inspection_id"] = carry(self.rma_inspection_id.id)
        return values
