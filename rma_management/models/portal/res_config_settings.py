from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_link_days = fields.Integer(related="company_id.rma_link_days", readonly=False)
