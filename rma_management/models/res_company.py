from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_closing_rule = fields.Selection(
        [
            ("made", "When the credit note or the replacement is created"),
            ("done", "When the credit note is posted and the replacement is delivered"),
        ],
        string="Returns are Done",
        required=True,
        default="made",
        help="In both cases, a repair counts once the product is repaired and on its way back.",
    )
    rma_return_address_id = fields.Many2one(
        "res.partner",
        string="Return Address",
        help="Where customers send goods back. If empty, the address of the warehouse is used.",
    )
    rma_return_instructions = fields.Html(
        string="Return Instructions",
        translate=True,
        help="Printed at the end of the return slip.",
    )
