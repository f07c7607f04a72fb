from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_approval_group_id = fields.Many2one(related="company_id.rma_approval_group_id", readonly=False)
    rma_approval_amount = fields.Monetary(related="company_id.rma_approval_amount", readonly=False)
    rma_second_approval_amount = fields.Monetary(related="company_id.rma_second_approval_amount", readonly=False)
    rma_second_approval_group_id = fields.Many2one(related="company_id.rma_second_approval_group_id", readonly=False)
    rma_self_approval = fields.Boolean(related="company_id.rma_self_approval", readonly=False)
    rma_auto_approval_amount = fields.Monetary(related="company_id.rma_auto_approval_amount", readonly=False)
    rma_limit_days = fields.Integer(related="company_id.rma_limit_days", readonly=False)
