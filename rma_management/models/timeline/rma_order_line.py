from odoo import models


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    def _describe_whereabouts(self):
        """Return where the units of this item are, for the customer.

        :return: list of sentences
        """
        self.ensure_one()
        if self.state == "requested":
            return [self._describe_units(self.product_uom_qty, self.env._("return under review"))]
        if self.state == "done":
            return [self._describe_units(self.qty_received or self.product_uom_qty, self.env._("returned"))]
        expects = self.qty_expected or self.qty_without_receipt
        under_way = max(0.0, self.product_uom_qty - self.qty_received) if expects else 0.0
        parts = [(self.qty_received, self.env._("arrived with us")), (under_way, self.env._("to be sent back"))]
        return [
            self._describe_units(quantity, words)
            for quantity, words in parts
            if self.product_uom_id.compare(quantity, 0) > 0
        ]

    def _describe_units(self, quantity, words):
        """Return a quantity of this item with what is said of it.

        :rtype: str
        """
        unit = self.product_uom_id
        # Of a kit a part may come back.
        name = self.product_id.name if self.product_id != self.sale_line_id.product_id else unit.name
        return self.env._(
            "%(quantity)s %(name)s: %(words)s", quantity=unit._format_rma_quantity(quantity), name=name, words=words
        )
