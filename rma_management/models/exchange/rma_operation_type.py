from odoo import fields, models


class RmaOperationType(models.Model):
    """How an exchange for another product is settled."""

    _inherit = "rma.operation.type"

    exchange_delivery = fields.Selection(
        [("wait", "When the difference is paid"), ("ship", "Immediately, on account")],
        string="Ship Another Product",
        required=True,
        default="wait",
        help="When a more expensive replacement may leave the warehouse.",
    )
