from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestDisposition(RmaCase):
    """P12, X10: what came back is put in stock, scrapped, repaired or waits, as it was decided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returns = cls.warehouse.rma_location_id

    def test_refunded_goods_are_put_back_in_stock(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_restocked, 2)
        self.assertEqual((self._on_hand(self.chair, self.stock), self._on_hand(self.chair, self.returns)), (97, 0))

    def test_settling_again_restocks_nothing_more(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.action_settle()
        rma.action_settle()
        self.assertEqual(self._on_hand(self.chair, self.stock), 97)

    def test_nothing_is_restocked_before_it_is_settled(self):
        self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self.assertEqual((self._on_hand(self.chair, self.stock), self._on_hand(self.chair, self.returns)), (95, 2))

    def test_operation_that_waits_leaves_the_goods(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.replace))
        rma.action_settle()
        self.assertEqual(self._on_hand(self.chair, self.returns), 2)

    def test_operation_that_scraps_scraps(self):
        self.refund.disposition = "scrap"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.action_settle()
        scrap = rma.sudo().scrap_ids
        self.assertRecordValues(scrap, [{"state": "done", "scrap_qty": 2, "location_id": self.returns.id}])
        self.assertEqual((rma.line_ids.qty_scrapped, self._on_hand(self.chair, self.returns)), (2, 0))

    def test_chosen_location_really_has_the_goods(self):
        shelf = self.env["stock.location"].create({"name": "Second-hand", "location_id": self.stock.id})
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_restock": 2, "restock_location_id": shelf.id}))
        self.assertEqual(self._on_hand(self.chair, shelf), 2)

    def test_nothing_is_put_back_in_stock_elsewhere(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        foreign = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).lot_stock_id
        for place in (self.env.ref("stock.stock_location_customers"), self.env.ref("stock.stock_location_suppliers")):
            rma = self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
            for location in (place, foreign):
                with self.assertRaisesRegex(UserError, "not a stock location of the company"), self.env.cr.savepoint():
                    self._process(rma, (self.chair, {"qty_restock": 1, "restock_location_id": location.id}))
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.env["rma.inspection"].with_user(self.rma_all).create(
                        {"line_id": rma.line_ids.id, "disposition": "restock", "location_id": location.id}
                    )

    def test_chosen_location_may_be_of_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_restock": 2, "restock_location_id": other.lot_stock_id.id}))
        self.assertEqual(self._on_hand(self.chair, other.lot_stock_id), 2)

    def test_what_is_not_restocked_waits(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.refund))
        self._process(rma, (self.chair, {"qty_restock": 3}))
        self.assertEqual(self._on_hand(self.chair, self.returns), 2)
        rma.action_settle()
        self.assertEqual(self._on_hand(self.chair, self.returns), 2)
        self.assertEqual(rma.state, "done")

    def test_more_than_came_cannot_be_restocked(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, "only 2 Units are in the returns location"):
            self._process(rma, (self.chair, {"qty_restock": 2, "qty_scrap": 1}))

    def test_negative_quantity_cannot_be_restocked(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            self._process(rma, (self.chair, {"qty_restock": -2}))

    def _mixed(self, product, operation, **named):
        """Of 5 that came back 3 go to stock, 1 is repaired and 1 scrapped; 4 are refunded."""
        order = self._sell_and_invoice((product, 5))
        rma = self._return(order, (product, 5, operation, named))
        self._process(rma, (product, {"qty_restock": 3, "qty_scrap": 1, "qty_repair": 1, "qty_refund": 4}))
        return rma

    def _assert_mixed(self, rma):
        line = rma.line_ids
        self.assertEqual(
            (line.qty_restocked, line.qty_scrapped, line.qty_repair_ordered, line.qty_refunded), (3, 1, 1, 4)
        )
        self.assertEqual(self._on_hand(line.product_id, self.returns), 1)

    def test_one_line_ends_in_three_ways(self):
        self._assert_mixed(self._mixed(self.chair, self.refund))

    def test_planned_repair_ends_in_three_ways(self):
        self._assert_mixed(self._mixed(self.chair, self.repair))

    def test_one_lot_ends_in_three_ways(self):
        glue = self._create_product("Glue", 5.0, tracking="lot")
        lot = self.env["stock.lot"].create({"name": "A", "product_id": glue.id})
        self.env["stock.quant"]._update_available_quantity(glue, self.stock, 5, lot_id=lot)
        self._assert_mixed(self._mixed(glue, self.refund))

    def test_serial_numbers_end_in_three_ways(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": f"S{i}", "product_id": phone.id} for i in range(5)])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        rma = self._mixed(phone, self.refund)
        self._assert_mixed(rma)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", phone.id), ("location_id.usage", "!=", "customer")]
        )
        self.assertEqual(sorted(quants.filtered(lambda quant: quant.quantity).mapped("quantity")), [1, 1, 1, 1, 1])
        self.assertEqual(
            quants.filtered(lambda quant: quant.location_id == self.returns and quant.quantity).lot_id,
            rma.sudo().repair_ids.lot_id,
        )

    def test_mixed_outcome_closes_when_the_repaired_is_back(self):
        rma = self._mixed(self.chair, self.refund)
        repair = rma.sudo().repair_ids
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(rma.state, "processing")
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.state == "assigned"))
        self.assertEqual(rma.state, "done")

    def test_repair_that_restocks_by_its_operation_keeps_what_is_repaired(self):
        self.repair.disposition = "restock"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.repair))
        self._process(rma)
        self.assertEqual((rma.line_ids.qty_restocked, rma.line_ids.qty_repair_ordered), (0, 5))

    def test_what_is_not_repaired_after_all_waits(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.repair))
        self._process(rma, (self.chair, {"qty_repair": 1}))
        self.assertEqual((rma.line_ids.qty_kept_here, rma.line_ids.qty_to_dispose), (4, 0))

    def test_goods_that_follow_the_refund_are_restocked(self):
        self.refund.receipt_policy = "after"
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (2, "approved"))
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_restocked, rma.state), (2, "done"))

    def test_goods_received_elsewhere_are_restocked_from_there(self):
        corner = self.env["stock.location"].create({"name": "Corner", "location_id": self.returns.id})
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        rma.sudo().picking_ids.move_line_ids.location_dest_id = corner
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((self._on_hand(self.chair, corner), self._on_hand(self.chair, self.stock)), (0, 97))

    def test_settling_needs_no_rights_in_the_warehouse(self):
        self.assertFalse(self.rma_all.has_group("stock.group_stock_user"))
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.with_user(self.rma_all).action_settle()
        self.assertEqual(rma.line_ids.qty_restocked, 2)

    def test_order_line_in_dozens_is_restocked_in_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell_and_invoice((self.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
        rma = self._return(order, (self.chair, 1, self.refund, {"product_uom_id": dozen.id}))
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_restocked, self._on_hand(self.chair, self.stock)), (1, 88))

    def test_each_return_has_its_own_transfer(self):
        order = self._sell_and_invoice((self.chair, 5), (self.table, 5))
        rmas = self._return(order, (self.chair, 1, self.refund), (self.table, 1, self.refund))
        rmas |= self._return(order, (self.chair, 1, self.refund))
        rmas.action_settle()
        restocks = rmas.sudo().picking_ids.filtered(lambda picking: picking.location_dest_id == self.stock)
        self.assertEqual(
            [len(restocks.filtered(lambda picking, rma=rma: picking.rma_id == rma)) for rma in rmas], [1, 1]
        )

    def test_named_lots_are_the_ones_restocked(self):
        glue = self._create_product("Glue", 5.0, tracking="lot")
        lots = self.env["stock.lot"].create([{"name": name, "product_id": glue.id} for name in ("A", "B")])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(glue, self.stock, 2, lot_id=lot)
        order = self._sell_and_invoice((glue, 4))
        rma = self._return(order, (glue, 2, self.refund, {"lot_ids": [Command.set(lots[1].ids)]}))
        rma.action_settle()
        self.assertEqual(
            self.env["stock.quant"]._get_available_quantity(glue, self.stock, lot_id=lots[1], strict=True), 2
        )
