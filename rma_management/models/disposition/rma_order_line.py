from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Where the goods go from the returns location: back in stock, or to scrap."""

    _inherit = "rma.order.line"

    qty_restocked = fields.Float(string="Restocked", compute="_compute_qty_disposed", store=True, digits="Product Unit")
    qty_scrapped = fields.Float(string="Scrapped", compute="_compute_qty_disposed", store=True, digits="Product Unit")
    qty_to_dispose = fields.Float(compute="_compute_qty_to_dispose", help="Waits in the returns location.")
    scrap_ids = fields.One2many("stock.scrap", "rma_line_id", string="Scraps", copy=False)
    decided_wait_qty = fields.Float(
        digits="Product Unit", copy=False, readonly=True, help="This quantity stays in the returns location."
    )

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_qty_disposed(self):
        for line in self:
            scrapped = line.move_ids.filtered(lambda m: m.state == "done" and m.location_dest_usage == "inventory")
            line.qty_restocked = line._count(line._get_restock_moves())
            line.qty_scrapped = line._count(scrapped)

    @api.depends(
        "qty_received",
        "qty_restocked",
        "qty_refurbished",
        "qty_scrapped",
        "qty_sent_off",
        "qty_repair_ordered",
        "decided_wait_qty",
        "decided_repair_qty",
        "inspection_ids.quantity",
        "inspection_ids.disposition",
    )
    def _compute_qty_to_dispose(self):
        for line in self:
            gone = line.qty_restocked + line.qty_refurbished + line.qty_scrapped + line.qty_sent_off
            repair = max(line.qty_repair_ordered, line._get_qty_planned("repair"))
            stays = line.decided_wait_qty + line._get_qty_waiting()
            line.qty_to_dispose = line._round(max(0.0, line.qty_received - gone - repair - stays))

    def _get_restock_moves(self):
        """Give the moves that put goods back in stock.

        :return: done `stock.move` records
        """
        return self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "internal"
                and move.location_dest_id.usage == "internal"
                and move.location_final_id.usage != "customer"
                and move.rma_inspection_id.disposition != "refurbish"
            )
        )

    def _get_default_restock_location(self):
        """Propose where the goods go: the stock of the warehouse that received them.

        :return: `stock.location` record
        """
        self.ensure_one()
        # Returns staff may not see the transfers of the warehouse.
        return self.sudo()._get_receipts().location_dest_id.warehouse_id[:1].lot_stock_id

    def _dispose(self):
        """Move on what waits in the returns location, by the disposition of each line's operation."""
        for disposition, lines in self.grouped(lambda line: line.operation_type_id.disposition).items():
            quantities = {line: line.qty_to_dispose for line in lines if line.qty_to_dispose}
            if quantities and disposition == "restock":
                lines._restock(quantities)
            elif quantities and disposition == "scrap":
                lines._scrap(quantities)

    def _restock(self, quantities, locations=None):
        """Put goods back in stock, in one transfer for each return and location.

        :param quantities: {line: quantity in its unit of measure}
        :param locations: {line: `stock.location`}; the stock of the warehouse that received them where it has none
        :return: done `stock.picking` records
        """
        # Returns staff need no rights in the warehouse to decide where returned goods go.
        lines = {line.sudo(): quantity for line, quantity in quantities.items() if quantity > 0}
        return self._restock_goods(
            [
                (line, goods, (locations or {}).get(line), self.env["rma.inspection"])
                for line, quantity in lines.items()
                for goods in line._get_goods(quantity)
            ]
        )

    @api.model
    def _restock_goods(self, moved):
        """Put chosen goods back in stock, in one transfer for each return and location.

        :param moved: list of (line, one of `_get_goods`, `stock.location` or none for the stock, `rma.inspection`)
        :return: done `stock.picking` records
        """
        groups = defaultdict(list)
        for line, goods, location, result in moved:
            warehouse = goods["location"].warehouse_id
            location = location or warehouse.lot_stock_id
            line._check_restock_location(location)
            values = line._prepare_restock_move_values(goods, location)
            values["rma_inspection_id"] = result.id
            groups[line.order_id, warehouse, goods["location"], location].append(values)
        # Returns staff need no rights in the warehouse to have goods put away.
        pickings = (
            self.env["stock.picking"]
            .sudo()
            .create(
                [
                    {
                        "picking_type_id": warehouse.int_type_id.id,
                        "location_id": source.id,
                        "location_dest_id": location.id,
                        "company_id": order.company_id.id,
                        "origin": order.name,
                        "user_id": False,
                        "rma_id": order.id,
                        "move_ids": [Command.create(values) for values in moves],
                    }
                    for (order, warehouse, source, location), moves in groups.items()
                ]
            )
        )
        pickings.move_ids._action_confirm(merge=False)
        pickings.move_ids._action_done()
        return pickings

    def _check_restock_location(self, location):
        """Keep what is put back in stock in the company: anywhere else it would be gone without a document.

        :param location: `stock.location` where the goods go
        :raise UserError: when it is no stock of the company
        """
        self.ensure_one()
        # Returns staff need no rights in the warehouse.
        place = location.sudo()
        if place.usage != "internal" or (place.company_id and place.company_id != self.company_id):
            raise UserError(
                self.env._("%s is no stock of the company. Choose an internal location.", place.display_name)
            )

    def _scrap(self, quantities):
        """Scrap goods from the returns location.

        :param quantities: {line: quantity in its unit of measure}
        :return: done `stock.scrap` records
        """
        # Returns staff need no rights in the warehouse to decide where returned goods go.
        lines = {line.sudo(): quantity for line, quantity in quantities.items() if quantity > 0}
        return self._scrap_goods(
            [
                (line, goods, self.env["rma.inspection"])
                for line, quantity in lines.items()
                for goods in line._get_goods(quantity)
            ]
        )

    @api.model
    def _scrap_goods(self, scrapped, location=None):
        """Scrap chosen goods.

        :param scrapped: list of (line, one of `_get_goods`, `rma.inspection`)
        :param location: function that tells the `stock.location` of goods; the scrap location of the company otherwise
        :return: done `stock.scrap` records
        """
        values = []
        scrap_locations = {}
        for line, goods, result in scrapped:
            company = line.company_id
            if not location and company not in scrap_locations:
                scrap_locations[company] = (
                    self.env["stock.location"]
                    .sudo()
                    .search([("usage", "=", "inventory"), ("company_id", "in", (company.id, False))], limit=1)
                )
            target = location(goods) if location else scrap_locations[company]
            values.append({**line._prepare_scrap_values(goods, target), "rma_inspection_id": result.id})
        # Nor to have goods scrapped.
        scraps = self.env["stock.scrap"].sudo().create(values)
        scraps.do_scrap()
        return scraps

    def _get_goods(self, quantity, wanted_lot=None):
        """Choose goods of this line that wait in the returns location.

        :param quantity: float, in the unit of measure of the line
        :param wanted_lot: `stock.lot` to take them from, where it matters
        :return: list of {"product", "quantity", "location", "lot", "package", "owner"}, the quantity in the unit of
            the product
        """
        self.ensure_one()
        here = self._get_goods_here()
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
        return goods

    def _get_goods_here(self):
        """Count what waits where: what arrived, less what was moved on, sent back by hand or is repaired.

        :return: {(product, location, lot, package, owner): quantity in the unit of the product}
        """
        self.ensure_one()
        here = defaultdict(float)
        receipts = self._get_receipts()
        gone = self.move_ids | receipts.returned_move_ids.filtered(lambda move: not move.rma_line_id)
        # What is repaired left for the repair, whether it went back to the customer by now or not.
        gone = gone.filtered(
            lambda move: (
                # What an inspection sends off is spoken for before it leaves.
                (move.state == "done" or (move.state != "cancel" and move.rma_inspection_id))
                and not move._is_rma_receipt()
                and not move.rma_repair_id
            )
        )
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

    def _prepare_restock_move_values(self, goods, location):
        """Prepare the move that puts goods back in stock.

        :param goods: one of `_get_goods`
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

    def _prepare_scrap_values(self, goods, scrap_location):
        """Prepare a scrap order.

        :param goods: one of `_get_goods`
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
        }
