from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_photo_days = fields.Integer(related="company_id.rma_photo_days", readonly=False)
