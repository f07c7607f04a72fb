from odoo import api, fields, models


class ProductTemplate(models.Model):
    """Count the returns of a product."""

    _inherit = "product.template"

    rma_count = fields.Integer(string="Returns", compute="_compute_rma_count", groups="rma_management.group_rma_user")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_rma_count(self):
        products = self.with_context(active_test=False).product_variant_ids
        pairs = self.env["rma.order.line"]._read_group([("product_id", "in", products.ids)], ["product_id", "order_id"])
        orders = {}
        for product, order in pairs:
            orders.setdefault(product.product_tmpl_id, set()).add(order)
        for template in self:
            template.rma_count = len(orders.get(template, ()))

    def action_view_rma(self):
        """Open the returns of these products.

        :return: window action
        """
        return self.with_context(active_test=False).product_variant_ids.action_view_rma()
