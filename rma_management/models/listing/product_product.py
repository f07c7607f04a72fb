from odoo import api, fields, models


class ProductProduct(models.Model):
    """Count the returns of a variant."""

    _inherit = "product.product"

    rma_count = fields.Integer(string="Returns", compute="_compute_rma_count", groups="rma_management.group_rma_user")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_rma_count(self):
        counts = dict(
            self.env["rma.order.line"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["order_id:count_distinct"]
            )
        )
        for product in self:
            product.rma_count = counts.get(product, 0)

    def action_view_rma(self):
        """Open the returns of these products.

        :return: window action
        """
        return self.env["rma.order"]._get_list_action([("line_ids.product_id", "in", self.ids)])
