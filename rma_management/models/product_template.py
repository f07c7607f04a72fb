from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_months = fields.Integer(
        string="Warranty (Months)",
        help="Counted from the delivery. If zero, the product has no warranty term and the resolution decides.",
    )

    _warranty_positive = models.Constraint("CHECK(warranty_months >= 0)", "The warranty cannot be negative.")
