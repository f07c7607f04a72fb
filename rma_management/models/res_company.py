from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_return_address_id = fields.Many2one(
        "res.partner",
        string="Return Address",
        help="Where customers send goods back. Empty: the address of the warehouse.",
    )
    rma_return_instructions = fields.Html(
        string="Return Instructions",
        translate=True,
        help="Printed at the end of the return slip.",
    )
