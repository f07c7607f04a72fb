from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    donate_customer_reference = fields.Char(
        string="Return Reference", help="What the customer calls the return that this credit note belongs to."
    )
