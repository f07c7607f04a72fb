import uuid

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Replacement: the same product by a delivery, another one by a new sales order."""

    _inherit = "rma.order.line"

    decided_replace_qty = fields.Float(digits="Product Unit", copy=False, readonly=True)
    replacement_line_ids = fields.One2many(
        "sale.order.line", "rma_line_id", string="Replacement Order Lines", copy=False
    )
    qty_replaced = fields.Float(string="Replaced", compute="_compute_qty_replaced", store=True, digits="Product Unit")

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "move_ids.rma_role",
        "replacement_line_ids.product_uom_qty",
        "replacement_line_ids.state",
    )
    def _compute_qty_replaced(self):
        for line in self:
            line.qty_replaced = line._count(line._get_replacement_moves()) + line._count_replacement_orders()

    def _count_replacement_orders(self):
        """Count what replacement orders sell, unit for unit.

        :return: float, in the unit of measure of the line
        """
        sold = self.replacement_line_ids.filtered(lambda sale_line: sale_line.state != "cancel")
        return sum(sold.mapped("product_uom_qty"))

    def _is_exchange(self):
        """Tell whether another product replaces the returned one: it is sold, and the returned one credited.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.replacement_product_id) and self.replacement_product_id != self.product_id

    def _get_replacement_moves(self):
        """Give the last known steps of the deliveries that replace this line; cancelled ones replace nothing.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(
            lambda move: (
                move.rma_role == "replacement"
                and move.state != "cancel"
                # A step that is done replaces nothing by itself: the next step does, unless it was cancelled.
                and (move._reaches_final_location() if move.state == "done" else not move.move_dest_ids)
            )
        )

    def _due_replace(self):
        """Tell what is still to replace.

        :return: float, in the unit of measure of the line
        """
        return max(0.0, self._get_qty_planned("replace") - self.qty_replaced)

    def _settled_replace(self):
        """Tell what was replaced.

        :return: float, in the unit of measure of the line
        """
        return self.qty_replaced

    def _get_qty_exchange(self):
        """Tell how much of the line another product replaces, or was decided to: the credit for it is part of that.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        exchanged = self._count_replacement_orders()
        if not self._is_exchange():
            return exchanged
        same_product = self.qty_replaced - exchanged
        return max(exchanged, self.decided_replace_qty - same_product)

    def _decide_exchanges(self):
        """Write down how much is exchanged, before it is credited: an exchange whose order is cancelled stays one."""
        for line in self.filtered(lambda line: line._is_exchange()):
            due = line._due_replace()
            if due:
                # Decisions are written by the engine only; whoever settles was checked before.
                line.sudo().decided_replace_qty = line.qty_replaced + due

    def _settle_replace(self, quantities, shipping=None):
        """Replace products.

        :param quantities: {line: quantity in its unit of measure}
        :param shipping: {return: (`delivery.carrier`, price that the customer pays in the currency of the order)}
        :raise UserError: when Odoo finds no way to deliver a product, or the customer is to pay for shipping that no
            order bills
        """
        shipping = shipping or {}
        exchanged = self.filtered(lambda line: line._is_exchange())
        same = self - exchanged
        for order, (_carrier, price) in shipping.items():
            if price and order not in exchanged.order_id:
                raise UserError(
                    self.env._(
                        "%s: only an exchange for another product has an order that bills the shipping. Untick that "
                        "the customer pays for it.",
                        order.name,
                    )
                )
        # Returns staff need no rights in sales and the warehouse to have a replacement made.
        exchanged.sudo()._create_replacement_orders(quantities, shipping)
        same.sudo()._run_replacement_procurements(quantities)
        for order, (carrier, _price) in shipping.items():
            moves = same.filtered(lambda line, order=order: line.order_id == order).sudo()._get_replacement_moves()
            moves.picking_id.filtered(lambda picking: picking.state != "done").carrier_id = carrier

    def _run_replacement_procurements(self, quantities):
        """Have the same products delivered, by the routes of the warehouse.

        :param quantities: {line: quantity in its unit of measure}
        """
        if not self:
            return
        rule = self.env["stock.rule"]
        rule.run(
            [
                rule.Procurement(
                    line.product_id,
                    quantities[line],
                    line.product_uom_id,
                    line.order_id.partner_shipping_id.property_stock_customer,
                    line.product_id.display_name,
                    line.order_id.name,
                    line.company_id,
                    line._prepare_replacement_procurement_values(),
                )
                for line in self
            ]
        )

    def _prepare_replacement_procurement_values(self):
        """Prepare what the delivery of a replacement carries besides product and quantity.

        :return: values for `stock.rule.run`
        """
        self.ensure_one()
        order = self.order_id
        warehouse = (
            self._get_receipts()[:1].warehouse_id
            or self.sale_line_id.order_id.warehouse_id
            or self.env["stock.warehouse"].search([("company_id", "=", order.company_id.id)], limit=1)
        )
        return {
            "rma_line_id": self.id,
            "rma_role": "replacement",
            "reference_ids": order._get_reference(),
            "warehouse_id": warehouse,
            "partner_id": order.partner_shipping_id.id,
            "date_planned": fields.Datetime.now(),
            "company_id": order.company_id,
            "location_final_id": order.partner_shipping_id.property_stock_customer,
            # A vendor who ships to the customer is ordered from by a purchase, that knows nothing of the return.
            **({"route_ids": warehouse.delivery_route_id} if self._is_drop_shipped() else {}),
            # Only where the return lowered the delivered quantity may the replacement raise it again.
            **({"sale_line_id": self.sale_line_id.id, "to_refund": True} if self._is_refunded() else {}),
        }

    def _is_drop_shipped(self):
        """Tell whether the product is bought for, and shipped to, the customer by its vendor.

        :rtype: bool
        """
        self.ensure_one()
        routes = self.product_id.route_ids | self.product_id.categ_id.total_route_ids
        return any(rule.action == "buy" and rule.location_dest_id.usage == "customer" for rule in routes.rule_ids)

    def _create_replacement_orders(self, quantities, shipping=None):
        """Sell other products in place of returned ones: one order for each return.

        :param quantities: {line: quantity in its unit of measure}
        :param shipping: {return: (`delivery.carrier`, price that the customer pays)}
        :return: confirmed `sale.order` records
        """
        if not self:
            return self.env["sale.order"]
        orders = self.env["sale.order"].create(
            [lines._prepare_replacement_order_values(quantities) for lines in self.grouped("order_id").values()]
        )
        for rma, order in zip(self.order_id, orders, strict=True):
            carrier, price = (shipping or {}).get(rma, (None, 0.0))
            if carrier and price:
                order.set_delivery_line(carrier, price)
            elif carrier:
                order.carrier_id = carrier
        orders.action_confirm()
        return orders

    def _prepare_replacement_order_values(self, quantities):
        """Prepare the order that sells the replacements of one return, priced by the pricelist of the original order.

        :param quantities: {line: quantity in its unit of measure}
        :return: values of `sale.order`
        """
        order = self.order_id
        original = order.sale_order_id or self.sale_line_id.order_id[:1]
        values = {
            "partner_id": order.partner_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "company_id": order.company_id.id,
            "origin": order.name,
            # Given at once, so that the customer's page, which links it, is only read.
            "access_token": str(uuid.uuid4()),
            "user_id": original.user_id.id,
            "team_id": original.team_id.id,
            "order_line": [
                Command.create(line._prepare_replacement_order_line_values(quantities[line])) for line in self
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
        product = self.replacement_product_id
        if not product.uom_id._has_common_reference(self.product_uom_id):
            raise UserError(
                self.env._(
                    "%(replacement)s is not counted in %(unit)s like %(product)s. Sell it by an order of its own, and "
                    "refund the returned product.",
                    replacement=product.display_name,
                    unit=self.product_uom_id.name,
                    product=self.product_id.display_name,
                )
            )
        return {
            "product_id": product.id,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "rma_line_id": self.id,
        }
