from odoo import fields, models


class RmaSettlement(models.Model):
    """Decisions to give store credit: the program that the credit goes to."""

    _inherit = "rma.settlement"

    store_credit_program_id = fields.Many2one(
        "loyalty.program", readonly=True, ondelete="restrict", help="Program of the store credit."
    )

    exchange_rest_program_id = fields.Many2one(
        "loyalty.program",
        string="Rest as Store Credit",
        readonly=True,
        ondelete="restrict",
        help="Where the rest of the credit goes if the replacement is cheaper.",
    )

    def _get_refund_way(self):
        if self.store_credit_program_id:
            return self.store_credit_program_id
        if not self.id and self.resolution == "store_credit":
            # The program is chosen when the decision is recorded: the screen only asks whether it is money.
            return self.resolution
        if self.exchange_rest_program_id and self._is_exchange():
            return ("rest", self.exchange_rest_program_id)
        return super()._get_refund_way()
