from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_mail_exchange_template_id = fields.Many2one(related="company_id.rma_mail_exchange_template_id", readonly=False)
