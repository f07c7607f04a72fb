from odoo import models

# Odoo rounds each component of an explosion up. Of many kits at once that does not show in the share of one.
MANY_KITS = 1000


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    def _get_rma_parts(self, product, never_attribute_values=None):
        """Return the parts of one unit of a kit, including the parts of nested kits.

        :param product: `product.product` that this kit is
        :param never_attribute_values: `product.template.attribute.value` records chosen, that make no variant
        :return: {`mrp.bom.line`: quantity in the unit of measure of its product}
        """
        self.ensure_one()
        unit = product.uom_id._compute_quantity(1, self.product_uom_id, round=False) / self.product_qty
        _boms, lines = self.explode(product, unit * MANY_KITS, never_attribute_values=never_attribute_values)
        parts = {}
        for line, data in lines:
            # Services leave no warehouse, and a quantity of zero makes a component optional.
            if line.product_id.type == "consu" and data["qty"]:
                quantity = line.product_uom_id._compute_quantity(data["qty"], line.product_id.uom_id, round=False)
                parts[line] = parts.get(line, 0.0) + quantity / MANY_KITS
        return parts
