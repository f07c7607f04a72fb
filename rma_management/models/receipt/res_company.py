from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_staff_receives = fields.Boolean(
        string="Returns Users Receive",
        help="Users who work on a return may receive its goods without rights in Inventory.",
    )
