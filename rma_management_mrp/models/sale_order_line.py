from odoo import models
from odoo.tools import float_round


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_rma_components(self):
        """Count a kit by its components, that are what is delivered and comes back."""
        parts = self._get_rma_parts()
        if not parts:
            return super()._get_rma_components()
        components = {}
        for bom_line, quantity in parts.items():
            components[bom_line.product_id] = components.get(bom_line.product_id, 0.0) + quantity
        return components

    def _round_qty_returnable(self, quantity, components):
        """Ask for whole kits: half of a pair of wheels comes back as a wheel."""
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
        """Tell what leaves the warehouse for one unit of this line, where it is a kit.

        :return: {`mrp.bom.line`: quantity in the unit of measure of its product}, empty where it is no kit
        """
        self.ensure_one()
        # Who sells or takes back need no rights in manufacturing.
        line = self.sudo()
        kit = line._get_rma_kit()
        if not kit:
            return {}
        unit = line.product_uom_id._compute_quantity(1, line.product_id.uom_id, round=False)
        parts = kit._get_rma_parts(line.product_id, line.product_no_variant_attribute_value_ids)
        return {bom_line: quantity * unit for bom_line, quantity in parts.items()}

    def _get_rma_kit(self):
        """Find the bill of materials that this line was delivered by.

        :return: `mrp.bom` record, empty where it is no kit
        """
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        if self.product_id in moves.product_id:
            # Delivered as it is, whatever it became since.
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
