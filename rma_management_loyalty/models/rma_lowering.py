from odoo import api, models


class RmaLowering(models.AbstractModel):
    _inherit = "rma.lowering"

    @api.model
    def _get_shares(self, lowering, lines):
        """A card pays what the discounts leave: it does not pay a free product, nor the discounted part of another."""
        shares = super()._get_shares(lowering, lines)
        if not self._is_payment(lowering):
            return shares
        worth = {line: line.price_total for line in shares}
        for discount in lines.filtered(lambda line: line._is_lowering() and not self._is_payment(line)):
            for line, share in super()._get_shares(discount, lines).items():
                if line in worth:
                    worth[line] += share * discount.price_total
        worth = {line: max(0.0, amount) for line, amount in worth.items()}
        whole = sum(worth.values())
        return {line: amount / whole for line, amount in worth.items()} if whole else shares

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
