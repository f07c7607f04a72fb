from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_return_address_id = fields.Many2one(related="company_id.rma_return_address_id", readonly=False)
    rma_return_instructions = fields.Html(related="company_id.rma_return_instructions", readonly=False)
    rma_fee_product_id = fields.Many2one(related="company_id.rma_fee_product_id", readonly=False)
    rma_adjustment_product_id = fields.Many2one(related="company_id.rma_adjustment_product_id", readonly=False)
    rma_closing_rule = fields.Selection(related="company_id.rma_closing_rule", readonly=False, required=True)
