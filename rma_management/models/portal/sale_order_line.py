from odoo import models


class SaleOrderLine(models.Model):
    """What customers may send back of an order, and what for."""

    _inherit = "sale.order.line"

    def _filter_return_items(self):
        """Pick the lines that a customer thinks of as things: no headings, notes, shipping or down payments.

        :return: `sale.order.line` records
        """
        return self.filtered(
            lambda line: (
                line.product_id and not line.display_type and not line.is_downpayment and not line._is_delivery()
            )
        )

    def _get_return_refusal(self, quantity=0.0):
        """Tell a customer why this cannot be sent back.

        :param quantity: how much of it, in the unit of measure that it is returned in
        :return: sentence, empty where it can
        """
        self.ensure_one()
        if self.product_id.type != "consu":
            return self.env._("This is a service: there is nothing to send back.")
        if self.returnable_uom_id.compare(self.qty_returnable, 0) <= 0:
            return (
                self.env._("It came back already, or is part of a return that is open.")
                if self.rma_line_ids or self.move_ids.returned_move_ids
                else self.env._("It has not been delivered yet.")
            )
        if self.returnable_uom_id.compare(quantity, self.qty_returnable) > 0:
            return self.env._(
                "Only %(quantity)g %(unit)s of %(product)s can be sent back.",
                quantity=self.qty_returnable,
                unit=self.returnable_uom_id.name,
                product=self.product_id.name,
            )
        return ""

    def _get_replacement_products(self):
        """Give the products that a customer may ask for instead: the other variants of the same one.

        :return: `product.product` records
        """
        self.ensure_one()
        return self.product_id.product_tmpl_id.product_variant_ids.filtered(
            lambda product: product.sale_ok and product.type == "consu" and product != self.product_id
        )
