from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    rma_line_id = fields.Many2one(
        "rma.order.line",
        string="Replaces Return",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The returned product that this line replaces.",
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement", string="Return Decision", index="btree_not_null", copy=False, check_company=True
    )
    rma_line_ids = fields.One2many("rma.order.line", "sale_line_id", string="Returned Products")
