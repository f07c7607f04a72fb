from odoo import fields, models


class RmaPolicies(models.TransientModel):
    _inherit = "rma.policies"

    rma_tender_order = fields.Selection(related="company_id.rma_tender_order", readonly=False, required=True)
