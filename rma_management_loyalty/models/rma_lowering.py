from odoo import api, models


class RmaLowering(models.AbstractModel):
    _inherit = "rma.lowering"

    @api.model
    def _is_lowered(self, discount, sale_line):
        """Return whether a reward applies to the line; card payments apply to all lines."""
        reward = discount.reward_id
        if not reward or sale_line.order_id != discount.order_id:
            return super()._is_lowered(discount, sale_line)
        if reward.program_id.is_payment_program:
            return True
        if reward.discount_applicability == "order":
            return not sale_line.is_delivery
        if reward.discount_applicability == "cheapest":
            return sale_line in (discount.order_id._cheapest_line(reward) or ())
        return bool(
            not sale_line.is_delivery and sale_line.product_id.filtered_domain(reward._get_discount_product_domain())
        )
