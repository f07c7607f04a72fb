from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Show the settings of the return slip."""

    _inherit = "res.config.settings"

    rma_send_days = fields.Integer(related="company_id.rma_send_days", readonly=False)
