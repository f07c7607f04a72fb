from odoo import api, models


class RmaResolutionRepair(models.AbstractModel):
    _inherit = "rma.resolution.repair"

    @api.model
    def _settle(self, quantities):
        """Take the repairs that tickets ordered already: one unit is repaired once."""
        left = {}
        for decision, quantity in quantities.items():
            quantity -= decision.line_id._take_ticket_repairs(decision, quantity)
            if decision.line_id.product_uom_id.compare(quantity, 0) > 0:
                left[decision] = quantity
        if left:
            super()._settle(left)
