from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_reminder_days = fields.Integer(related="company_id.rma_reminder_days", readonly=False)
    rma_mail_send_template_id = fields.Many2one(related="company_id.rma_mail_send_template_id", readonly=False)
