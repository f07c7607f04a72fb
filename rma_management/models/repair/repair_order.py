from odoo import api, fields, models


class RepairOrder(models.Model):
    _name = "repair.order"
    _inherit = ["rma.sealed.mixin", "repair.order"]

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement", string="Return Decision", index="btree_not_null", copy=False, check_company=True
    )
    rma_id = fields.Many2one(related="rma_line_id.order_id", string="Return")

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_line_id", "rma_settlement_id"}

    def action_repair_done(self):
        result = super().action_repair_done()
        # Technicians may have no access to returns; the delivery back is part of ending the repair.
        self.sudo().filtered(lambda repair: repair.state == "done").rma_line_id._send_repaired_back()
        return result

    def action_view_rma(self):
        """Open the return of this document.

        :return: window action
        """
        return self.rma_id._get_records_action()
