from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Where the goods go from the returns location."""

    _inherit = "rma.order.line"

    qty_restocked = fields.Float(
        string="Restocked",
        compute="_compute_qty_disposed",
        store=True,
        digits="Product Unit",
        help="Quantity moved to stock.",
    )
    qty_refurbished = fields.Float(
        string="Refurbished",
        compute="_compute_qty_disposed",
        store=True,
        digits="Product Unit",
        help="Moved to the refurbishing location.",
    )
    qty_scrapped = fields.Float(
        string="Scrapped", compute="_compute_qty_disposed", store=True, digits="Product Unit", help="Quantity scrapped."
    )
    qty_sent_off = fields.Float(
        string="Sent Off",
        compute="_compute_qty_disposed",
        store=True,
        digits="Product Unit",
        help="Sent back to the vendor or the customer, in transit or delivered.",
    )
    qty_to_dispose = fields.Float(compute="_compute_qty_to_dispose", help="In the returns location.")
    qty_in_returns = fields.Float(
        string="In Returns Location",
        compute="_compute_qty_in_returns",
        store=True,
        digits="Product Unit",
        help="Received, and neither restocked, refurbished, scrapped, sent off, nor in repair.",
    )
    scrap_ids = fields.One2many(
        "stock.scrap", "rma_line_id", string="Scraps", copy=False, help="Scrap orders of this item."
    )

    _in_returns_index = models.Index("(order_id) WHERE qty_in_returns > 0")

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.product_uom_qty", "move_ids.rma_role")
    def _compute_qty_disposed(self):
        """Count what each disposition moved on, or reserved to be moved by others."""
        roles_by_counter = self.env["rma.disposition"]._get_roles_by_counter()
        for line in self:
            moves = line.move_ids.filtered(lambda move: move.rma_role and move.state != "cancel")
            for counter, roles in roles_by_counter.items():
                line[counter] = line._count(moves.filtered(lambda move, roles=roles: move.rma_role in roles))

    @api.depends(
        lambda self: [
            *self.env["rma.disposition"]._get_roles_by_counter(),
            "qty_received",
            "qty_repair_ordered",
            "qty_kept_here",
            "settlement_ids.quantity",
            "settlement_ids.qty_revoked",
            "inspection_ids.quantity",
            "inspection_ids.disposition",
        ]
    )
    def _compute_qty_to_dispose(self):
        counters = list(self.env["rma.disposition"]._get_roles_by_counter())
        for line in self:
            gone = sum(line[counter] for counter in counters)
            repair = max(line.qty_repair_ordered, line._get_qty_planned("repair"))
            stays = line.qty_kept_here + line._get_qty_waiting()
            line.qty_to_dispose = line._round(max(0.0, line.qty_received - gone - repair - stays))

    @api.depends(
        lambda self: [
            *self.env["rma.disposition"]._get_roles_by_counter(),
            "qty_received",
            "qty_repair_ordered",
            "qty_kept_here",
            "is_taken_over",
        ]
    )
    def _compute_qty_in_returns(self):
        """Count what is still there, whether it waits for a decision or was left by one."""
        counters = list(self.env["rma.disposition"]._get_roles_by_counter())
        for line in self:
            gone = sum(line[counter] for counter in counters) + line.qty_repair_ordered
            if line.is_taken_over:
                # Where that addon left it, people moved it on without a word to the return.
                gone += line.qty_kept_here
            line.qty_in_returns = line._round(max(0.0, line.qty_received - gone))

    def _get_default_restock_location(self):
        """Return the default location of restocked goods: the stock of the warehouse that received them.

        :return: `stock.location` record
        """
        self.ensure_one()
        # Returns staff may not have access to transfers.
        return self.sudo()._get_receipts().location_dest_id.warehouse_id[:1].lot_stock_id

    def _get_sent_back_moves(self):
        """Return the deliveries that take goods back to the customer as they came.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(lambda move: move.rma_role == "sent_back" and move.state != "cancel")

    def _has_other_disposition(self):
        """Return whether the operation takes the goods elsewhere than to stock or to scrap.

        :rtype: bool
        """
        self.ensure_one()
        disposition = self._get_planned_disposition()
        return disposition not in ("restock", "scrap") and bool(self.env["rma.disposition"]._get(disposition)._role)

    def _dispose(self):
        """Move on what waits in the returns location, by the disposition of each line's operation."""
        self.env["rma.disposition"]._carry_out(
            [
                {"line": line, "disposition": line._get_planned_disposition(), "quantity": line.qty_to_dispose}
                for line in self
                if line.operation_type_id
            ]
        )

    def _check_restock_location(self, location):
        """Refuse restock locations outside the company, where goods would disappear without a document.

        :param location: `stock.location` where the goods go
        :raise UserError: when it is not a stock location of the company
        """
        self.ensure_one()
        # Returns staff need no access to Inventory.
        place = location.sudo()
        if place.usage != "internal" or (place.company_id and place.company_id != self.company_id):
            raise UserError(
                self.env._(
                    "%s is not a stock location of the company. Choose an internal location.", place.display_name
                )
            )

    def _get_goods(self, quantity, wanted_lot=None, here=None):
        """Return goods of this line in the returns location.

        :param quantity: float, in the unit of measure of the line
        :param wanted_lot: `stock.lot` to take them from, where it matters
        :param here: what `_get_goods_here` counts, lowered by what is chosen, so that nothing is chosen twice
        :return: list of {"product", "quantity", "location", "lot", "package", "owner"}, the quantity in the unit of
            the product
        """
        self.ensure_one()
        here = self._get_goods_here() if here is None else here
        goods = []
        for product, per_unit in self._get_components().items():
            wanted = quantity * per_unit
            for place, available in here.items():
                fits = place[0] == product and (not wanted_lot or place[2] == wanted_lot)
                taken = min(wanted, available) if fits else 0.0
                if product.uom_id.compare(taken, 0) > 0:
                    _product, location, lot, package, owner = place
                    goods.append(
                        {
                            "product": product,
                            "quantity": taken,
                            "location": location,
                            "lot": lot,
                            "package": package,
                            "owner": owner,
                        }
                    )
                    wanted -= taken
                    here[place] -= taken
        return goods

    def _get_goods_here(self):
        """Return the goods still in the returns location: received, less moved on, sent back or in repair.

        :return: {(product, location, lot, package, owner): quantity in the unit of the product}
        """
        self.ensure_one()
        here = defaultdict(float)
        receipts = self._get_receipts()
        roles = self.env["rma.disposition"]._get_roles()
        gone = self.move_ids.filtered(
            # What is sent off is spoken for before it leaves. A replacement takes goods away only where it was picked
            # here. What is repaired left for the repair, whether it went back to the customer by now or not.
            lambda move: (
                (move.rma_role in roles and move.state != "cancel")
                or (move.rma_role == "replacement" and move.state == "done")
            )
        )
        gone |= receipts.returned_move_ids.filtered(lambda move: move.state == "done" and not move.rma_role)
        for line in receipts.move_line_ids:
            place = (line.product_id, line.location_dest_id, line.lot_id, line.result_package_id, line.owner_id)
            here[place] += line.quantity_product_uom
        for line in gone.move_line_ids:
            place = (line.product_id, line.location_id, line.lot_id, line.package_id, line.owner_id)
            here[place] -= line.quantity_product_uom
        for repair in self.repair_ids.filtered(lambda repair: repair.state != "cancel"):
            wanted = repair.product_uom._compute_quantity(repair.product_qty, repair.product_id.uom_id, round=False)
            for place, available in here.items():
                if place[:3] == (repair.product_id, repair.product_location_src_id, repair.lot_id):
                    taken = max(0.0, min(wanted, available))
                    here[place] -= taken
                    wanted -= taken
        return here

    def _prepare_disposition_move_values(self, goods, location):
        """Prepare the move that takes goods to where their disposition says. Override it to carry a field of your own.

        :param goods: one of the goods of `rma.disposition._move`
        :param location: `stock.location` where they go
        :return: values of `stock.move`
        """
        self.ensure_one()
        product = goods["product"]
        return {
            "product_id": product.id,
            "product_uom_qty": goods["quantity"],
            "product_uom": product.uom_id.id,
            "company_id": self.company_id.id,
            "location_id": goods["location"].id,
            "location_dest_id": location.id,
            "origin": self.order_id.name,
            "rma_line_id": self.id,
            "rma_role": goods["role"],
            "rma_inspection_id": goods["inspection"].id,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": goods["quantity"],
                        "lot_id": goods["lot"].id,
                        "package_id": goods["package"].id,
                        "owner_id": goods["owner"].id,
                        "location_id": goods["location"].id,
                        "location_dest_id": location.id,
                        "company_id": self.company_id.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _prepare_send_off_move_values(self, goods, partner, destination):
        """Prepare the move that takes goods away to a partner.

        :param goods: one of the goods of `rma.disposition._move`
        :param partner: `res.partner` who gets them
        :param destination: `stock.location`
        :return: values of `stock.move`
        """
        self.ensure_one()
        to_customer = goods["role"] == "sent_back"
        refunded = to_customer and self._is_refunded()
        values = self._prepare_disposition_move_values(goods, destination)
        warehouse = goods["location"].warehouse_id
        receipt = self._get_receipts().filtered(lambda move: move.product_id == goods["product"])
        values.update(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "warehouse_id": warehouse.id,
                "partner_id": partner.id,
                "procure_method": "make_to_stock",
                "picked": False,
                "origin_returned_move_id": to_customer and receipt[:1].id,
                "sale_line_id": refunded and self.sale_line_id.id,
                "to_refund": refunded,
            }
        )
        for _command, _id, line_values in values["move_line_ids"]:
            line_values["picked"] = False
        return values

    def _prepare_scrap_values(self, goods, scrap_location):
        """Prepare a scrap order.

        :param goods: one of the goods of `rma.disposition._move`
        :param scrap_location: `stock.location` where scrap goes
        :return: values of `stock.scrap`
        """
        self.ensure_one()
        return {
            "product_id": goods["product"].id,
            "product_uom_id": goods["product"].uom_id.id,
            "scrap_qty": goods["quantity"],
            "lot_id": goods["lot"].id,
            "package_id": goods["package"].id,
            "owner_id": goods["owner"].id,
            "location_id": goods["location"].id,
            "scrap_location_id": scrap_location.id,
            "company_id": self.company_id.id,
            "origin": self.order_id.name,
            "rma_line_id": self.id,
            "rma_inspection_id": goods["inspection"].id,
        }
