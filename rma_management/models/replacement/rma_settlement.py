import uuid

from odoo import Command, models
from odoo.exceptions import UserError


class RmaSettlement(models.Model):
    """Decisions to replace: the documents that carry them out."""

    _inherit = "rma.settlement"

    def _run_replacement_procurements(self, quantities):
        """Deliver the same products, using the routes of the warehouse.

        :param quantities: {decision: quantity in the unit of measure of its line}
        """
        if not self:
            return
        rule = self.env["stock.rule"]
        rule.run(
            [
                rule.Procurement(
                    decision.line_id.product_id,
                    quantities[decision],
                    decision.product_uom_id,
                    decision.order_id.partner_shipping_id.property_stock_customer,
                    decision.line_id.product_id.display_name,
                    decision.order_id.name,
                    decision.company_id,
                    decision.line_id._prepare_replacement_procurement_values(decision),
                )
                for decision in self
            ]
        )
        for carrier, decisions in self.grouped("carrier_id").items():
            if carrier:
                pickings = decisions.move_ids.picking_id.filtered(lambda picking: picking.state != "done")
                pickings.carrier_id = carrier

    def _create_replacement_orders(self, quantities):
        """Create and invoice the sales orders of other products that replace returned ones, one for each return.

        :param quantities: {decision: quantity in the unit of measure of its line}
        :return: confirmed `sale.order` records
        """
        groups = self.grouped("order_id")
        orders = self.env["sale.order"].create(
            [decisions._prepare_replacement_order_values(quantities) for decisions in groups.values()]
        )
        for decisions, order in zip(groups.values(), orders, strict=True):
            # An order has one shipping method, whatever the other items of the return say.
            shipped = decisions.filtered("carrier_id")[:1]
            if shipped.carrier_price:
                order.set_delivery_line(shipped.carrier_id, shipped.carrier_price)
            elif shipped:
                order.carrier_id = shipped.carrier_id
        self._set_exchange_terms()
        orders.action_confirm()
        orders._invoice_replacements()
        return orders

    def _prepare_replacement_order_values(self, quantities):
        """Prepare the order that sells the replacements of one return, priced by the pricelist of the original order.

        :param quantities: {decision: quantity in the unit of measure of its line}
        :return: values of `sale.order`
        """
        order = self.order_id
        original = order._get_original_order() or self.line_id.sale_line_id.order_id[:1]
        values = {
            "partner_id": order.partner_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "company_id": order.company_id.id,
            "origin": order.name,
            # Set now, so that the customer's page that links to it does not need to write.
            "access_token": str(uuid.uuid4()),
            "user_id": original.user_id.id,
            "team_id": original.team_id.id,
            "order_line": [
                Command.create(decision._prepare_replacement_order_line_values(quantities[decision]))
                for decision in self
            ],
        }
        if original:
            values.update(
                partner_invoice_id=original.partner_invoice_id.id,
                pricelist_id=original.pricelist_id.id,
                currency_id=original.currency_id.id,
                warehouse_id=original.warehouse_id.id,
            )
        return values

    def _prepare_replacement_order_line_values(self, quantity):
        """Prepare the order line that sells a replacement, unit for unit.

        :param quantity: float, in the unit of measure of the returned product
        :return: values of `sale.order.line`
        :raise UserError: when the replacement is not counted like the returned product
        """
        self.ensure_one()
        line = self.line_id
        if not self.product_id.uom_id._has_common_reference(line.product_uom_id):
            raise UserError(
                self.env._(
                    "%(replacement)s cannot be measured in %(unit)s like %(product)s. Create a separate sales order "
                    "for it, and refund the returned product.",
                    replacement=self.product_id.display_name,
                    unit=line.product_uom_id.name,
                    product=line.product_id.display_name,
                )
            )
        return {
            "product_id": self.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "product_uom_qty": quantity,
            "rma_line_id": line.id,
            "rma_settlement_id": self.id,
        }
