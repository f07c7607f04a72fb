from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_bonus_account_id = fields.Many2one(related="company_id.rma_bonus_account_id", readonly=False)
