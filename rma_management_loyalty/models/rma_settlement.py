from odoo import fields, models


class RmaSettlement(models.Model):
    """Decisions to give store credit: the program that the credit goes to."""

    _inherit = "rma.settlement"

    store_credit_program_id = fields.Many2one(
        "loyalty.program", readonly=True, ondelete="restrict", help="Program of the store credit."
    )

    def _get_refund_way(self):
        return self.store_credit_program_id or super()._get_refund_way()
