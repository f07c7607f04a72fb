from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("rma_line_ids.qty_store_credit")
    def _compute_qty_to_invoice(self):
        return super()._compute_qty_to_invoice()

    def _is_tender(self):
        return super()._is_tender() or self.reward_id.program_id.is_payment_program
