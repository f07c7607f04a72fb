from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_store_credit_account_id = fields.Many2one(related="company_id.rma_store_credit_account_id", readonly=False)
    rma_tender_order = fields.Selection(related="company_id.rma_tender_order", readonly=False, required=True)
