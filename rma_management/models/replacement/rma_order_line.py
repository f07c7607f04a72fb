from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaOrderLine(models.Model):
    """Replacement: the same product by a delivery, another one by a new sales order."""

    _inherit = "rma.order.line"

    has_product = fields.Boolean(related="operation_type_id.has_product")
    replacement_product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
        help="If empty, the same product is sent. Another product is sold with a new sales order, and the "
        "returned one is credited.",
    )
    replacement_line_ids = fields.One2many(
        "sale.order.line",
        "rma_line_id",
        string="Replacement Order Lines",
        copy=False,
        help="Order lines of replacements.",
    )
    qty_replaced = fields.Float(
        string="Replaced",
        compute="_compute_qty_replaced",
        store=True,
        digits="Product Unit",
        help="Quantity replaced by deliveries and new orders.",
    )

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

    @api.constrains("replacement_product_id")
    def _check_replacement_product_id(self):
        for line in self:
            product = line.replacement_product_id
            if product and product.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%s cannot replace a returned product: it is not a physical product.", product.display_name
                    )
                )

    def _count_replacement_orders(self):
        """Return the quantity sold by replacement orders, unit for unit.

        :return: float, in the unit of measure of the line
        """
        sold = self.replacement_line_ids.filtered(lambda sale_line: sale_line.state != "cancel")
        return sum(sold.mapped("product_uom_qty"))

    def _is_exchange(self):
        """Return whether another product replaces the returned one: it is sold, and the returned one credited.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.replacement_product_id) and self.replacement_product_id != self.product_id

    def _get_replacement_moves(self):
        """Return the last known steps of the deliveries that replace this line, except canceled ones.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(
            lambda move: (
                move.rma_role == "replacement"
                and move.state != "cancel"
                # A step that is done replaces nothing by itself: the next step does, unless it was canceled.
                and (move._reaches_final_location() if move.state == "done" else not move.move_dest_ids)
            )
        )

    def _get_exchanges(self):
        """Return the decisions to replace this line by another product, carried out or not.

        :return: `rma.settlement` records, with rights to read them
        """
        self.ensure_one()
        # Users who work on the return may not have access to decisions.
        return self.sudo().settlement_ids.filtered(lambda decision: decision._is_exchange())

    def _get_qty_exchange_due(self):
        """Return how much is decided to be replaced by another product and not sold yet. What is still to credit for
        it is part of that.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return sum(decision._get_qty_open() for decision in self._get_exchanges())

    def _get_qty_exchange(self):
        """Return how much of the line another product replaces, or was decided to: the credit for it is part of that.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        decided = sum(decision.quantity - decision.qty_revoked for decision in self._get_exchanges())
        return max(self._count_replacement_orders(), decided)

    def _prepare_replacement_procurement_values(self, decision):
        """Prepare the additional values of the delivery of a replacement.

        :param decision: `rma.settlement` record
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
            "rma_settlement_id": decision.id,
            "rma_role": "replacement",
            "reference_ids": order._get_reference(),
            "warehouse_id": warehouse,
            "partner_id": order.partner_shipping_id.id,
            "date_planned": fields.Datetime.now(),
            "company_id": order.company_id,
            "location_final_id": order.partner_shipping_id.property_stock_customer,
            # Dropshipping creates a purchase order, which does not know the return.
            **({"route_ids": warehouse.delivery_route_id} if self._is_drop_shipped() else {}),
            # Only where the return lowered the delivered quantity may the replacement raise it again.
            **({"sale_line_id": self.sale_line_id.id, "to_refund": True} if self._is_refunded() else {}),
        }

    def _is_drop_shipped(self):
        """Return whether the product is dropshipped.

        :rtype: bool
        """
        self.ensure_one()
        routes = self.product_id.route_ids | self.product_id.categ_id.total_route_ids
        return any(rule.action == "buy" and rule.location_dest_id.usage == "customer" for rule in routes.rule_ids)
