from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("rma_line_ids.qty_store_credit")
    def _compute_qty_to_invoice(self):
        return super()._compute_qty_to_invoice()
