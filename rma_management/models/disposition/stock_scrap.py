from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_inspection_id = fields.Many2one(
        "rma.inspection", string="Inspection", index="btree_not_null", copy=False, check_company=True
    )

    def _prepare_move_values(self):
        values = super()._prepare_move_values()
        values["rma_line_id"] = self.rma_line_id.id
        values["rma_role"] = self.rma_line_id and "scrap"
        values["rma_inspection_id"] = self.rma_inspection_id.id
        return values
