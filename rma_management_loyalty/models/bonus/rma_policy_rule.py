from odoo import api, models


class RmaPolicyRule(models.Model):
    _inherit = "rma.policy.rule"

    @api.model
    def _get_public_names(self):
        return [*super()._get_public_names(), "bonus_percent"]
