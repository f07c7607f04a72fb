from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement", string="Return Decision", index="btree_not_null", copy=False, check_company=True
    )
    rma_id = fields.Many2one(related="rma_line_id.order_id", string="Return")

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
