from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_accountant_id = fields.Many2one(related="company_id.rma_accountant_id", readonly=False)
