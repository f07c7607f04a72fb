from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    rma_id = fields.Many2one(
        "rma.order", string="Return", index="btree_not_null", copy=False, readonly=True, check_company=True
    )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.rma_id:
            backorder.rma_id = self.rma_id
        return backorder

    def action_view_rma(self):
        """Open the return of this document.

        :return: window action
        """
        return self.rma_id._get_records_action()
