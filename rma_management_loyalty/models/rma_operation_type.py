from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaOperationType(models.Model):
    _inherit = "rma.operation.type"

    store_credit_program_id = fields.Many2one(
        "loyalty.program",
        ondelete="restrict",
        domain="[('program_type', 'in', ('ewallet', 'gift_card'))]",
        help="The eWallet or gift card program that receives the credit. If empty, the first eWallet in the currency "
        "of the invoice is used, or created if there is none.",
    )

    exchange_rest = fields.Selection(
        [("refund", "Paid back"), ("store_credit", "Store credit")],
        string="Rest of an Exchange",
        required=True,
        default="refund",
        help="What the customer gets if the replacement is cheaper.",
    )

    @api.constrains("store_credit_program_id")
    def _check_store_credit_program_id(self):
        for operation in self:
            program = operation.store_credit_program_id
            if program and not program.is_payment_program:
                raise ValidationError(
                    self.env._(
                        "%s cannot hold store credit. Choose a program of the type eWallet or Gift Card.",
                        program.display_name,
                    )
                )
