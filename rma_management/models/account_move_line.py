from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Return Line", index="btree_not_null", copy=False, check_company=True
    )
