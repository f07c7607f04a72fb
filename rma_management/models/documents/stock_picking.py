from odoo import api, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["rma.sealed.mixin", "stock.picking"]

    rma_id = fields.Many2one(
        "rma.order", string="Return", index="btree_not_null", copy=False, readonly=True, check_company=True
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_id"}

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.rma_id:
            # Whoever ships may not set the return of a transfer.
            backorder.sudo().rma_id = self.rma_id
        return backorder

    def action_view_rma(self):
        """Open the return of this document.

        :return: window action
        """
        return self.rma_id._get_records_action()
