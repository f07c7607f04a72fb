from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_withdrawal_ok = fields.Boolean(related="company_id.rma_withdrawal_ok", readonly=False)
    rma_withdrawal_days = fields.Integer(related="company_id.rma_withdrawal_days", readonly=False)
    rma_withdrawal_told = fields.Boolean(related="company_id.rma_withdrawal_told", readonly=False)
    rma_withdrawal_auto = fields.Boolean(related="company_id.rma_withdrawal_auto", readonly=False)
    rma_withdrawal_alarm_days = fields.Integer(related="company_id.rma_withdrawal_alarm_days", readonly=False)
