from odoo import models


class SaleOrderLine(models.Model):
    """Determine what customers may return of an order, and exchange it for."""

    _inherit = "sale.order.line"

    def _filter_return_items(self):
        """Return the lines with returnable items: no sections, notes, shipping or down payments.

        :return: `sale.order.line` records
        """
        return self.filtered(
            lambda line: (
                line.product_id and not line.display_type and not line.is_downpayment and not line._is_delivery()
            )
        )

    def _get_replacement_products(self):
        """Return the products that a customer may choose instead: the other variants.

        :return: `product.product` records
        """
        self.ensure_one()
        return self.product_id.product_tmpl_id.product_variant_ids.filtered(
            lambda product: product.sale_ok and product.type == "consu" and product != self.product_id
        )
