from odoo import models
from odoo.tools import float_round


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_rma_components(self):
        """Return the components of a kit, which are what is delivered and returned."""
        parts = self._get_rma_parts()
        if not parts:
            return super()._get_rma_components()
        components = {}
        for bom_line, quantity in parts.items():
            components[bom_line.product_id] = components.get(bom_line.product_id, 0.0) + quantity
        return components

    def _round_qty_returnable(self, quantity, components):
        """Round down to whole kits: parts are returned separately."""
        if self.product_id not in components:
            unit = self.product_id.uom_id
            whole = float_round(
                self.product_uom_id._compute_quantity(quantity, unit, round=False),
                precision_rounding=1.0,
                rounding_method="DOWN",
            )
            quantity = unit._compute_quantity(whole, self.product_uom_id, round=False)
        return super()._round_qty_returnable(quantity, components)

    def _get_rma_parts(self):
        """Return the parts of one unit of this line, if it is a kit.

        :return: {`mrp.bom.line`: quantity in the unit of measure of its product}, empty if it is not a kit
        """
        self.ensure_one()
        # Users who sell or take back need no access to Manufacturing.
        line = self.sudo()
        kit = line._get_rma_kit()
        if not kit:
            return {}
        unit = line.product_uom_id._compute_quantity(1, line.product_id.uom_id, round=False)
        parts = kit._get_rma_parts(line.product_id, line.product_no_variant_attribute_value_ids)
        return {bom_line: quantity * unit for bom_line, quantity in parts.items()}

    def _get_rma_kit(self):
        """Return the bill of materials this line was delivered with.

        :return: `mrp.bom` record, empty if it is not a kit
        """
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        if self.product_id in moves.product_id:
            # Use the kit as delivered, whatever changed since.
            return self.env["mrp.bom"]
        kits = moves.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.type == "phantom"
                and (bom.product_id or self.product_id) == self.product_id
                and bom.product_tmpl_id == self.product_id.product_tmpl_id
            )
        )
        # A kit of nothing but kits has moves of those only.
        return (
            kits[:1]
            or kits._bom_find(self.product_id, company_id=self.company_id.id, bom_type="phantom")[self.product_id]
        )
