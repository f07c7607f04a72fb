from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_policy_date = fields.Selection(related="company_id.rma_policy_date", readonly=False, required=True)
