from collections import defaultdict

from odoo import Command, api, fields, models


class RmaOrderLine(models.Model):
    """Repair: a repair order for what arrived, and a delivery back when it is done."""

    _inherit = "rma.order.line"

    repair_ids = fields.One2many(
        "repair.order", "rma_line_id", string="Repairs", copy=False, help="Repairs of this item."
    )
    qty_repair_ordered = fields.Float(
        string="Sent to Repair",
        compute="_compute_qty_repair_ordered",
        store=True,
        digits="Product Unit",
        help="Quantity on repair orders.",
    )
    qty_repaired = fields.Float(
        string="Repaired",
        compute="_compute_qty_repaired",
        store=True,
        digits="Product Unit",
        help="Repaired and on its way back to the customer.",
    )
    qty_away = fields.Float(compute="_compute_qty_away", help="Sent to repair and not on its way back yet.")

    @api.depends("repair_ids.state", "repair_ids.product_qty")
    def _compute_qty_repair_ordered(self):
        for line in self:
            line.qty_repair_ordered = line._count_repairs(lambda repair: repair.state != "cancel")

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.rma_role")
    def _compute_qty_repaired(self):
        for line in self:
            line.qty_repaired = line._count(line._get_repaired_moves().filtered(lambda move: move.state == "done"))

    def _count_repairs(self, condition):
        """Return the quantity of repair orders in the unit of measure of the line; for kits, only whole ones.

        :param condition: function of a `repair.order`
        :rtype: float
        """
        repaired = defaultdict(float)
        for repair in self.repair_ids.filtered(condition):
            product = repair.product_id
            repaired[product] += repair.product_uom._compute_quantity(repair.product_qty, product.uom_id, round=False)
        return self._count_products(repaired)

    def _get_repaired_moves(self):
        """Return the deliveries that take repaired products back to the customer.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.rma_role == "repaired" and move.state != "cancel")

    def _prepare_repair_values(self, decision, goods):
        """Prepare a repair order.

        :param decision: `rma.settlement` record
        :param goods: one of `_get_goods`
        :return: values of `repair.order`
        """
        self.ensure_one()
        location = goods["location"]
        warehouse = location.warehouse_id
        return {
            "product_id": goods["product"].id,
            "product_qty": goods["quantity"],
            "product_uom": goods["product"].uom_id.id,
            "lot_id": goods["lot"].id,
            "partner_id": self.order_id.partner_id.id,
            "picking_id": self._get_receipts().picking_id[:1].id,
            "picking_type_id": warehouse.repair_type_id.id,
            "product_location_src_id": location.id,
            "product_location_dest_id": location.id,
            "under_warranty": self._is_under_warranty(),
            "internal_notes": self.comment,
            "company_id": self.company_id.id,
            "rma_line_id": self.id,
            "rma_settlement_id": decision.id,
        }

    def _send_repaired_back(self):
        """Create the missing deliveries that take repaired products back to the customer.

        :return: `stock.picking` records
        """
        values = []
        # Users who end the repair need no access to Inventory.
        for order, lines in self.sudo().grouped("order_id").items():
            moves = [move for line in lines for move in line._prepare_repaired_moves_values()]
            if moves:
                values.append(self._prepare_picking_values(order, moves))
        pickings = self.env["stock.picking"].sudo()._create_rma_transfers(values)
        pickings.action_confirm()
        return pickings

    def _prepare_repaired_moves_values(self):
        """Prepare a move back for each done repair that has none.

        :return: list of values of `stock.move`
        """
        self.ensure_one()
        receipts = self._get_receipts()
        values = []
        for repair in self._get_repairs_to_send_back():
            came_by = receipts.filtered(lambda move, repair=repair: not repair.lot_id or repair.lot_id in move.lot_ids)
            values.append(self._prepare_repaired_move_values(repair, came_by[:1]))
        return values

    def _get_repairs_to_send_back(self):
        """Return the done repairs whose delivery back is missing or was canceled.

        :return: `repair.order` records
        """
        done = self.repair_ids.filtered(lambda repair: repair.state == "done")
        return done - self._get_repaired_moves().rma_repair_id

    def _prepare_repaired_move_values(self, repair, receipt):
        """Prepare the move that takes a repaired product back.

        :param repair: done `repair.order`
        :param receipt: `stock.move` by which the product came
        :return: values of `stock.move`
        """
        self.ensure_one()
        refunded = self._is_refunded()
        source = repair.product_location_dest_id
        destination = self.order_id.partner_shipping_id.property_stock_customer
        return {
            "product_id": repair.product_id.id,
            "product_uom_qty": repair.product_qty,
            "product_uom": repair.product_uom.id,
            "company_id": self.company_id.id,
            "date": fields.Datetime.now(),
            "location_id": source.id,
            "location_dest_id": destination.id,
            "picking_type_id": repair.picking_type_id.warehouse_id.out_type_id.id,
            "warehouse_id": repair.picking_type_id.warehouse_id.id,
            "partner_id": self.order_id.partner_shipping_id.id,
            "procure_method": "make_to_stock",
            "origin": self.order_id.name,
            "origin_returned_move_id": receipt.id,
            "sale_line_id": refunded and self.sale_line_id.id,
            "to_refund": refunded,
            "rma_line_id": self.id,
            "rma_settlement_id": repair.rma_settlement_id.id,
            "rma_role": "repaired",
            "rma_repair_id": repair.id,
            # The repaired unit itself goes back, not another one in the same location.
            "move_line_ids": [Command.create(self._prepare_repaired_move_line_values(repair, source, destination))],
        }

    def _prepare_repaired_move_line_values(self, repair, source, destination):
        """Prepare the unit that a repaired product goes back with.

        :param repair: done `repair.order`
        :param source: `stock.location` it leaves
        :param destination: `stock.location` of the customer
        :return: values of `stock.move.line`
        """
        self.ensure_one()
        return {
            "product_id": repair.product_id.id,
            "product_uom_id": repair.product_uom.id,
            "quantity": repair.product_qty,
            "lot_id": repair.lot_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }

    @api.depends("qty_repair_ordered", "qty_repaired")
    def _compute_qty_away(self):
        for line in self:
            line.qty_away = line._round(max(0.0, line.qty_repair_ordered - line.qty_repaired))
