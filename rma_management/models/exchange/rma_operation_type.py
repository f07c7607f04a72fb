from odoo import fields, models


class RmaOperationType(models.Model):
    """How an exchange for another product is settled."""

    _inherit = "rma.operation.type"

    exchange_delivery = fields.Selection(
        [("wait", "When the difference is paid"), ("ship", "At once, on account")],
        string="Ship Another Product",
        required=True,
        default="wait",
        help="When a dearer product that replaces the returned one may leave the warehouse.",
    )
