from collections import defaultdict

from odoo import models


class RmaOrderLine(models.Model):
    """Compute what a replacement by another product would cost, and what crediting items would give."""

    _inherit = "rma.order.line"

    def _get_replacement_prices(self, wanted, total="total_included"):
        """Return the prices of replacements by the pricelists of the original orders.

        :param wanted: {line: (`product.product` records, quantity in the unit of measure of the line)}
        :param total: "total_excluded" for prices before taxes
        :return: {(line, product): float in the currency of the return}; 0 for the returned product itself
        """
        prices = {}
        by_pricelist = defaultdict(list)
        for line, (products, quantity) in wanted.items():
            # Returns staff may not have access to every order.
            pricelist = line.order_id.sudo()._get_original_order().pricelist_id
            by_pricelist[pricelist, quantity, line.product_uom_id, line.order_id.currency_id].append((line, products))
        for (pricelist, quantity, unit, currency), asked in by_pricelist.items():
            # They may not have access to prices and taxes, either.
            products = self.env["product.product"].sudo().union(*(products for _line, products in asked))
            products = products.filtered(lambda product, unit=unit: product.uom_id._has_common_reference(unit))
            listed = pricelist._get_products_price(products, quantity, currency=currency, uom=unit)
            for line, replacements in asked:
                for product in replacements:
                    price = listed.get(product.id, 0.0) if product != line.product_id else 0.0
                    prices[line, product] = line._get_taxed_price(product.sudo(), price, quantity)[total]
        return prices

    def _get_taxed_price(self, product, price, quantity):
        """Return the price of a replacement with the taxes of the customer.

        :param product: `product.product` with rights to read its taxes
        :param price: float, of a unit
        :param quantity: float
        :return: {"total_included", "total_excluded": float, …}
        """
        self.ensure_one()
        order = self.order_id
        taxes = product.taxes_id._filter_taxes_by_company(order.company_id)
        # Returns staff may not have access to every order and its taxes.
        position = order.sudo()._get_original_order().fiscal_position_id
        return position.map_tax(taxes).compute_all(
            price, currency=order.currency_id, quantity=quantity, product=product, partner=order.partner_id
        )

    def _allocate_whole(self, quantities=None):
        """Return the allocations of these items as if all of each were credited. Nothing is booked.

        :param quantities: {line: quantity in its unit} where that is not all of it
        :return: {line: (list of allocations, quantity that was never invoiced in the unit of the line)}
        """
        # Whoever reads the sum needs no access to decisions and invoices.
        lines = self.sudo()
        decisions = self.env["rma.settlement"].sudo()
        asked = {line: (quantities or {}).get(line, line.product_uom_qty) for line in lines}
        planned = {
            decisions.new(
                {
                    "order_id": line.order_id,
                    "line_id": line,
                    "resolution": line.operation_type_id.resolution or "refund",
                    "quantity": asked[line],
                    "product_id": line.replacement_product_id.id,
                }
            ): asked[line]
            for line in lines
        }
        allocations, uninvoiced = lines._get_allocations(planned)
        credited = {line: ([], 0.0) for line in lines}
        for decision, quantity in uninvoiced.items():
            credited[decision.line_id] = ([], quantity)
        for allocation in allocations:
            credited[allocation["line"]][0].append(allocation)
        return credited
