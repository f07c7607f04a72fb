from odoo import api, models
from odoo.exceptions import UserError


class RmaResolutionReplace(models.AbstractModel):
    """Replacement: the same product by a delivery, another one by a sales order and a credit for the returned one."""

    _name = "rma.resolution.replace"
    _inherit = "rma.resolution"
    _description = "Resolution: Replacement"

    _has_product = True
    _suits_gifts = True

    @api.model
    def _get_depends(self):
        return ["qty_replaced"]

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return what deliveries and replacement orders replace."""
        if decision:
            sold = decision.replacement_line_ids.filtered(lambda sale_line: sale_line.state != "cancel")
            moves = line._get_replacement_moves() & decision.move_ids
            return line._count(moves) + sum(sold.mapped("product_uom_qty"))
        return line.qty_replaced

    @api.model
    def _prepare_decisions_values(self, quantities):
        return [
            {
                **values,
                "product_id": (line.replacement_product_id or line.product_id).id,
                "exchange_delivery": line.operation_type_id.exchange_delivery,
            }
            for line, values in zip(quantities, super()._prepare_decisions_values(quantities), strict=True)
        ]

    @api.model
    def _settle(self, quantities):
        """Replace products.

        :raise UserError: when Odoo finds no way to deliver a product, or the customer is to pay for shipping that no
            order bills
        """
        exchanged = {decision: qty for decision, qty in quantities.items() if decision._is_exchange()}
        same = {decision: qty for decision, qty in quantities.items() if decision not in exchanged}
        exchanges = self.env["rma.settlement"].union(*exchanged)
        for decision in same:
            if decision.carrier_price and decision.order_id not in exchanges.order_id:
                raise UserError(
                    self.env._(
                        "%s: shipping can only be billed when the item is exchanged for another product. Clear "
                        "“Customer Pays Shipping”.",
                        decision.order_id.name,
                    )
                )
        exchanges._create_replacement_orders(exchanged)
        self.env["rma.settlement"].union(*same)._run_replacement_procurements(same)
