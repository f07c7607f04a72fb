from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_present = fields.Boolean(string="Present", help="Given along with an order, and not taken back.")
