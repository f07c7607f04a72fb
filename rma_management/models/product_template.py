from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_months = fields.Integer(
        string="Warranty (Months)", help="Counted from the delivery. Zero: no term, the return operation decides."
    )

    _warranty_positive = models.Constraint("CHECK(warranty_months >= 0)", "A warranty cannot be shorter than zero.")
