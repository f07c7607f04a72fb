from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_closing_rule = fields.Selection(
        [
            ("made", "When the credit note, or the replacement, is made"),
            ("done", "When the credit note is posted, and the replacement delivered"),
        ],
        string="Returns are Done",
        required=True,
        default="made",
        help="Repairs count when the unit is repaired and on its way back, in both cases.",
    )
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
