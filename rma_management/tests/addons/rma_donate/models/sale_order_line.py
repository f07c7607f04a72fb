from odoo import models


class SaleOrderLine(models.Model):
    """What was a present is not taken back."""

    _inherit = "sale.order.line"

    def _get_policy_refusal(self, quantity=0.0, product=None, **details):
        refusal = super()._get_policy_refusal(quantity, product=product, **details)
        product = product or self.product_id
        if not refusal and product.is_present:
            refusal = self.env._("%s was a present. Please keep it.", product.display_name)
        return refusal
