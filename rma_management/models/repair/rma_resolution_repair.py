from odoo import api, models


class RmaResolutionRepair(models.AbstractModel):
    """Repair: a repair order for what arrived, and a delivery back when it is done."""

    _name = "rma.resolution.repair"
    _inherit = "rma.resolution"
    _description = "Resolution: Repair"

    _takes_goods = True
    _needs_goods = True

    @api.model
    def _get_depends(self):
        return ["qty_repair_ordered", "qty_repaired"]

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return the quantity in repair orders."""
        if decision:
            return line._count_repairs(lambda repair: repair.state != "cancel" and repair.rma_settlement_id == decision)
        return line.qty_repair_ordered

    @api.model
    def _settle(self, quantities):
        """Create repair orders: one for each lot of a tracked product, otherwise one for the quantity."""
        self.env["repair.order"].create(
            [
                decision.line_id._prepare_repair_values(decision, goods)
                for decision, quantity in quantities.items()
                for goods in decision.line_id._get_goods(quantity)
            ]
        )
