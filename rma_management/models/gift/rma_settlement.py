from odoo import api, models
from odoo.exceptions import ValidationError


class RmaSettlement(models.Model):
    """Decide nothing about gifts that pays the buyer back, or costs anybody something."""

    _inherit = "rma.settlement"

    @api.constrains("order_id", "resolution", "product_id")
    def _check_gift(self):
        for decision in self.filtered("order_id.is_gift"):
            line = decision.line_id
            resolution = self.env.get(f"rma.resolution.{decision.resolution}")
            if decision.resolution == "shipping" or (resolution is not None and not resolution._suits_gifts):
                raise ValidationError(
                    self.env._(
                        "%s is a gift: the buyer's payment is not refunded. Give its receiver something else, or "
                        "nothing.",
                        decision.order_id.name,
                    )
                )
            if decision._is_exchange() and not line._filter_same_price(decision.product_id, decision.quantity):
                raise ValidationError(line._get_price_refusal(decision.product_id))

    def _prepare_replacement_order_values(self, quantities):
        """Sell what replaces a gift to the buyer: the credit that pays for it is theirs, and so are the prices."""
        values = super()._prepare_replacement_order_values(quantities)
        if self.order_id.is_gift:
            original = self.order_id._get_original_order()
            values.update(partner_id=original.partner_id.id, partner_shipping_id=original.partner_shipping_id.id)
        return values
