from odoo import models


class RmaOrderLine(models.Model):
    """Kits come back whole, by their parts."""

    _inherit = "rma.order.line"

    def _get_components(self):
        """Count a kit that was sold elsewhere by its components too."""
        components = super()._get_components()
        if self.sale_line_id or not self.product_id.is_kits:
            return components
        # Returns staff need no rights in manufacturing.
        product = self.sudo().product_id
        boms = self.env["mrp.bom"].sudo()
        kit = boms._bom_find(product, company_id=self.company_id.id, bom_type="phantom")[product]
        unit = self.product_uom_id._compute_quantity(1, product.uom_id, round=False)
        components = {}
        for bom_line, quantity in (kit._get_rma_parts(product) if kit else {}).items():
            components[bom_line.product_id] = components.get(bom_line.product_id, 0.0) + quantity * unit
        return components or super()._get_components()

    def _get_receipt_parts(self, origins):
        """Take each line of a kit's bill of materials back by itself: Odoo counts the kits that are left by them."""
        # Returns staff may not see every order.
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
