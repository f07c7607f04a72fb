from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_staff_receives = fields.Boolean(related="company_id.rma_staff_receives", readonly=False)
