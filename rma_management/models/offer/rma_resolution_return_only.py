from odoo import api, models


class RmaResolutionReturnOnly(models.AbstractModel):
    _inherit = "rma.resolution.return_only"

    @api.model
    def _describe_offer(self, offer):
        return [self.env._("You send it back. Nothing is refunded.")]
