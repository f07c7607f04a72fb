from odoo import api, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Return kits whole, by their parts, or a single part, whose order line is that of the kit.

    The order delivers and bills kits. A single part does not reduce the number of kits, so it leaves the delivered and
    invoiced quantity alone: it is replaced, repaired or only taken back.
    """

    _inherit = "rma.order.line"

    def _get_components(self):
        """Return the components of a kit, also when sold elsewhere."""
        components = super()._get_components()
        if self.sale_line_id or not self.product_id.is_kits:
            return components
        # Returns staff need no access to Manufacturing.
        product = self.sudo().product_id
        boms = self.env["mrp.bom"].sudo()
        kit = boms._bom_find(product, company_id=self.company_id.id, bom_type="phantom")[product]
        unit = self.product_uom_id._compute_quantity(1, product.uom_id, round=False)
        components = {}
        for bom_line, quantity in (kit._get_rma_parts(product) if kit else {}).items():
            components[bom_line.product_id] = components.get(bom_line.product_id, 0.0) + quantity * unit
        return components or super()._get_components()

    def _get_receipt_parts(self, origins):
        """Return each line of a kit's bill of materials separately, as Odoo counts the remaining kits by them."""
        # Returns staff may not have access to every order.
        sale_line = self.sale_line_id.sudo()
        parts = sale_line._get_rma_parts() if sale_line.product_id == self.product_id else {}
        delivered = origins.bom_line_id
        if not parts or any(bom_line not in delivered for bom_line in parts):
            return super()._get_receipt_parts(origins)
        unit = self.product_uom_id._compute_quantity(1, sale_line.product_uom_id, round=False)
        return [
            (
                bom_line.product_id,
                quantity * unit,
                origins.filtered(lambda move, bom_line=bom_line: move.bom_line_id == bom_line),
            )
            for bom_line, quantity in parts.items()
        ]

    # === Parts ===

    def _is_sold_by(self, sale_line):
        return super()._is_sold_by(sale_line) or bool(
            # Returns staff may not have access to every order.
            sale_line and self.product_id in sale_line.sudo()._get_rma_components()
        )

    def _is_part(self):
        """Return whether this is a part of the kit that the order line sold.

        :rtype: bool
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        sale_line = self.sale_line_id.sudo()
        return bool(sale_line and self.product_id) and sale_line.product_id != self.product_id

    @api.depends("sale_line_id", "product_uom_id")
    def _compute_price_unit(self):
        parts = self.filtered(lambda line: line._is_part())
        for line in parts:
            line.price_unit = line._get_part_price()
        return super(RmaOrderLine, self - parts)._compute_price_unit()

    def _get_part_price(self):
        """Return the part's share of the kit price, by sales prices, or by costs if there are none.

        It is used for approval; it is not refunded.

        :return: float, per unit of the line, in the currency of the order
        """
        self.ensure_one()
        # Returns staff may not have access to every order, or to product costs.
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
        """Return False for parts: they do not reduce the number of kits, which is what the order counts."""
        return not self._is_part() and super()._is_refunded()

    def _check_complete(self):
        super()._check_complete()
        for line in self:
            if line.operation_type_id._get_resolution()._credits or line._is_exchange():
                line._check_not_credited_part()

    def _check_not_credited_part(self):
        """Refuse to credit a part of a kit, because no invoice states its price.

        :raise UserError: says what to do instead
        """
        for line in self:
            if line._is_part():
                raise UserError(
                    self.env._(
                        "%(part)s was sold as part of %(kit)s without a price of its own, so it cannot be refunded. "
                        "Replace it with the same product, repair it, or only take it back. To give a refund, return "
                        "the whole kit or credit the invoice manually.",
                        part=line.product_id.display_name,
                        kit=line.sale_line_id.sudo().product_id.display_name,
                    )
                )
