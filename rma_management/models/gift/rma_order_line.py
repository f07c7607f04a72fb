from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class RmaOrderLine(models.Model):
    """An item of a gift: settled by what gives its receiver something and the buyer nothing, at the same price."""

    _inherit = "rma.order.line"

    @api.depends("order_id.is_gift")
    def _compute_allowed_operation_type_ids(self):
        super()._compute_allowed_operation_type_ids()
        for line in self.filtered("order_id.is_gift"):
            line.allowed_operation_type_ids = line.allowed_operation_type_ids._get_for_gifts()

    def _allows_operation(self):
        if not self.order_id.is_gift:
            return super()._allows_operation()
        return self.operation_type_id in self.reason_id._get_allowed_operation_types()._get_for_gifts()

    @api.constrains("order_id", "sale_line_id", "operation_type_id", "replacement_product_id")
    def _check_gift(self):
        for line in self.filtered("order_id.is_gift"):
            refusal = not line.order_id.date_anonymized and line._get_gift_refusal()
            if refusal:
                raise ValidationError(refusal)

    def _get_gift_refusal(self):
        """Return why this cannot be an item of the return of a gift.

        :return: sentence, empty if it can
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        if self.sudo().sale_line_id.order_id != self.order_id.sudo().sale_order_id:
            return self.env._(
                "%s is not part of the gift. Create a separate return for it.", self.product_id.display_name
            )
        if self.operation_type_id and not self.operation_type_id._suits_gifts():
            return self.env._(
                "“%(operation)s” is not for gifts: the buyer's payment is not refunded to somebody else. Choose one "
                "of these: %(allowed)s.",
                operation=self.operation_type_id.name,
                allowed=", ".join(self.allowed_operation_type_ids.mapped("name")),
            )
        if self.has_product and self._is_exchange() and not self._filter_same_price(self.replacement_product_id):
            return self._get_price_refusal(self.replacement_product_id)
        return ""

    def _get_price_refusal(self, product):
        """Return that a product does not cost what the gift cost.

        :param product: `product.product` record
        :return: sentence
        """
        return self.env._(
            "%(other)s cannot replace %(product)s: gifts are exchanged at the same price only.",
            other=product.display_name,
            product=self.product_id.display_name,
        )

    def _filter_same_price(self, products, quantity=None):
        """Return the products whose price is exactly what is credited for this item: nobody has to pay, and nothing is
        left.

        :param products: `product.product` records
        :param quantity: float in the unit of this item, all of it by default
        :return: `product.product` records
        """
        self.ensure_one()
        order = self.order_id
        quantity = quantity or self.product_uom_qty
        allocations = products and self._allocate_whole({self: quantity})[self][0]
        if not allocations:
            return products.browse()
        try:
            total = order._get_refund_amounts(allocations, fee=order._get_default_fee(allocations))["total"]
        except UserError:
            # The shop has no product for its fees yet: it can tell no amount.
            return products.browse()
        prices = self._get_replacement_prices({self: (products, quantity)})
        return products.filtered(
            lambda product: (
                (self, product) in prices
                and order.currency_id.is_zero(order._get_exchange_difference(prices[self, product], total))
            )
        )

    def _allows_auto_approval(self, rule=None):
        """Have a person look at gifts that the buyer has not paid: the receiver would get something for nothing."""
        allowed = super()._allows_auto_approval(rule)
        return allowed and not (self.order_id.is_gift and self.order_id._get_amount_owed() > 0)
