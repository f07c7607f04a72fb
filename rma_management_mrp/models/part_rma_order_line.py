from odoo import api, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """A part of a kit that comes back by itself: its order line is that of the kit.

    The order delivers and bills kits. A part that comes back makes no kit less, so it leaves the delivered and the
    invoiced quantity alone: it is replaced, repaired or only taken back.
    """

    _inherit = "rma.order.line"

    def _is_sold_by(self, sale_line):
        return super()._is_sold_by(sale_line) or bool(
            # Returns staff may not see every order.
            sale_line and self.product_id in sale_line.sudo()._get_rma_components()
        )

    def _is_part(self):
        """Tell whether this is a part of the kit that the order line sold.

        :rtype: bool
        """
        self.ensure_one()
        # Returns staff may not see every order.
        sale_line = self.sale_line_id.sudo()
        return bool(sale_line and self.product_id) and sale_line.product_id != self.product_id

    @api.depends("sale_line_id", "product_uom_id")
    def _compute_price_unit(self):
        parts = self.filtered(lambda line: line._is_part())
        for line in parts:
            line.price_unit = line._get_part_price()
        return super(RmaOrderLine, self - parts)._compute_price_unit()

    def _get_part_price(self):
        """Share the price of the kit out among its parts, by their sales prices; by their costs where they have none.

        It is what approval looks at; it is not refunded.

        :return: float, per unit of the line, in the currency of the order
        """
        self.ensure_one()
        # Returns staff may not see every order, nor the costs of products.
        sale_line = self.sale_line_id.sudo()
        components = sale_line._get_rma_components()
        for price_field in ("lst_price", "standard_price"):
            whole = sum(product[price_field] * quantity for product, quantity in components.items())
            if whole:
                share = self.product_id.sudo()[price_field] / whole
                return self.product_id.uom_id._compute_price(
                    sale_line.price_reduce_taxexcl * share, self.product_uom_id
                )
        return 0.0

    def _get_approval_price(self):
        if self._is_part():
            return max(self.price_unit, self._get_part_price())
        return super()._get_approval_price()

    def _is_refunded(self):
        """A part that comes back makes no kit less, which is all that the order counts."""
        return not self._is_part() and super()._is_refunded()

    def _check_complete(self):
        super()._check_complete()
        for line in self:
            if line.operation_type_id.resolution not in line._get_part_resolutions() or line._is_exchange():
                line._check_not_credited_part()

    @api.model
    def _get_part_resolutions(self):
        """Ways in which a part of a kit can be settled: those that give no money.

        :return: list of values of `rma.operation.type.resolution`
        """
        return ["replace", "repair", "return_only"]

    def _settle_refund(self, quantities, charges=None):
        self._check_not_credited_part()
        return super()._settle_refund(quantities, charges=charges)

    def _check_not_credited_part(self):
        """Refuse to credit a part of a kit: no invoice says what it cost.

        :raise UserError: says what to do instead
        """
        for line in self:
            if line._is_part():
                raise UserError(
                    self.env._(
                        "%(part)s is a part of %(kit)s and was sold at no price of its own, so it cannot be refunded. "
                        "Replace it by the same product, repair it, or only take it back; return the whole kit to "
                        "refund that, or credit the invoice by hand.",
                        part=line.product_id.display_name,
                        kit=line.sale_line_id.sudo().product_id.display_name,
                    )
                )
