from odoo import api, models
from odoo.tools import format_date


class RmaResolutionRepair(models.AbstractModel):
    _inherit = "rma.resolution.repair"

    @api.model
    def _describe_offer(self, offer):
        line = offer["line"]
        if not line._is_under_warranty():
            return [self.env._("Not covered by a warranty: we send you a quotation before we repair it.")]
        if line.warranty_date:
            return [self.env._("Free of charge: under warranty until %s.", format_date(self.env, line.warranty_date))]
        return [self.env._("Free of charge.")]
