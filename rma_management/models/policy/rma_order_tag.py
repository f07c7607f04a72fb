from random import randint

from odoo import fields, models


class RmaOrderTag(models.Model):
    """Mark returns, by hand or by the return policy."""

    _name = "rma.order.tag"
    _description = "Return Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True, help="Name shown to staff.")
    color = fields.Integer(default=lambda self: randint(1, 11), help="Color of the tag in lists.")

    _name_uniq = models.UniqueIndex("(name)", "A tag with this name already exists.")
