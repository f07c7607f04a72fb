from odoo import api, models


class RmaResolutionRefund(models.AbstractModel):
    _inherit = "rma.resolution.refund"

    @api.model
    def _credit(self, quantities, orders):
        self.env["rma.settlement"].union(*quantities).line_id._check_not_credited_part()
        return super()._credit(quantities, orders)
