from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["rma.sealed.mixin", "sale.order.line"]

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

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_line_id", "rma_settlement_id"}
