from odoo import Command
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestRoute(RmaCase):
    """R2, P12: goods that took another way than out of the stock come back all the same."""

    def _drop_ship(self, order):
        """Deliver an order from the vendor straight to the customer, as a drop shipping route does."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        order.picking_ids.action_cancel()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": supplier.id,
                "location_dest_id": self.customer.property_stock_customer.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.product_uom_qty,
                            "location_id": supplier.id,
                            "location_dest_id": self.customer.property_stock_customer.id,
                            "sale_line_id": line.id,
                        }
                    )
                    for line in order.order_line
                ],
            }
        )
        picking.action_confirm()
        self._validate(picking)

    def test_drop_shipped_goods_come_to_the_warehouse_of_the_order(self):
        order = self._sell((self.chair, 3))
        self._drop_ship(order)
        self._invoice(order)
        self.assertEqual(order.order_line.qty_returnable, 3)
        before = self._on_hand(self.chair, self.stock)
        rma = self._return(order, (self.chair, 2, self.refund))
        self.assertEqual(rma.picking_ids.picking_type_id, self.warehouse.rma_type_id)
        rma.action_settle()
        self.assertEqual((rma.state, rma.amount_refunded), ("done", 92.0))
        self.assertEqual(self._on_hand(self.chair, self.stock), before + 2)
        self.assertEqual((order.order_line.qty_delivered, order.order_line.qty_returnable), (1, 1))

    def _sell_by_drop_shipping(self, quantity):
        """Sell a sofa that the vendor sends straight to the customer, by Odoo's own drop shipping."""
        route = self.env.ref("stock_dropshipping.route_drop_shipping", raise_if_not_found=False)
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        self.vendor = self.env["res.partner"].create({"name": "Sofa Factory"})
        self.sofa = self._create_product(
            "Sofa",
            300.0,
            on_hand=0,
            route_ids=[Command.set(route.ids)],
            seller_ids=[Command.create({"partner_id": self.vendor.id, "price": 100.0})],
        )
        order = self._sell((self.sofa, quantity))
        purchase = self.env["purchase.order"].search([("partner_id", "=", self.vendor.id)])
        purchase.button_confirm()
        self.assertEqual(purchase.picking_ids.picking_type_id.code, "dropship")
        self._validate(purchase.picking_ids)
        self._invoice(order)
        return order

    def test_goods_of_a_real_drop_shipping_come_to_our_returns_location(self):
        order = self._sell_by_drop_shipping(3)
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_returnable), (3, 3))
        rma = self._approve(self._ask(order, (self.sofa, 2, self.refund)))
        self.assertEqual(rma.picking_ids.location_dest_id, self.warehouse.rma_location_id)
        self.assertEqual(rma.picking_ids.picking_type_id, self.warehouse.rma_type_id)
        self.assertEqual(rma.line_ids.move_ids.mapped("rma_role"), ["receipt"])
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.state, rma.amount_refunded), ("done", 690.0))
        self.assertEqual(self._on_hand(self.sofa, self.stock), 2)
        self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_returnable), (1, 1, 1))
        self.assertEqual(order.invoice_status, "invoiced")

    def test_drop_shipped_goods_go_on_to_the_vendor_when_the_inspection_says_so(self):
        order = self._sell_by_drop_shipping(3)
        rma = self._return(order, (self.sofa, 2, self.refund))
        self.env["rma.inspection"].with_user(self.rma_all).create(
            {
                "line_id": rma.line_ids.id,
                "quantity": 2,
                "grade_id": self.env["rma.grade"].search([], limit=1).id,
                "disposition": "vendor",
                "refund_percent": 100,
            }
        )
        rma.action_settle()
        sent = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "vendor").picking_id
        self.assertEqual((sent.partner_id, sent.move_ids.product_uom_qty), (self.vendor, 2))
        self._validate(sent)
        self.assertEqual((rma.state, rma.amount_refunded), ("done", 690.0))
        self.assertEqual((self._on_hand(self.sofa, self.stock), order.order_line.qty_delivered), (0, 1))

    def test_replacement_of_drop_shipped_goods_leaves_our_warehouse_once(self):
        order = self._sell_by_drop_shipping(1)
        rma = self._return(order, (self.sofa, 1, self.replace))
        rma.action_settle()
        rma.action_settle()
        sent = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "replacement").picking_id
        self.assertEqual((sent.picking_type_id, sent.move_ids.product_uom_qty), (self.warehouse.out_type_id, 1))
        self.assertEqual(self.env["purchase.order"].search_count([("partner_id", "=", self.vendor.id)]), 1)
        self.assertEqual((rma.line_ids.qty_replaced, rma.state), (1, "done"))

    def test_archived_product_comes_back(self):
        order = self._sell_and_invoice((self.chair, 2))
        self.chair.action_archive()
        rma = self._return(order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual((rma.state, rma.amount_refunded), ("done", 46.0))

    def test_archived_product_is_replaced(self):
        order = self._sell_and_invoice((self.chair, 2))
        rma = self._return(order, (self.chair, 1, self.replace))
        self.chair.action_archive()
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_replaced, 1)

    def test_parts_of_an_order_from_two_warehouses(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.env["stock.quant"]._update_available_quantity(self.chair, other.lot_stock_id, 10)
        here = self._sell_and_invoice((self.chair, 1))
        there = self._sell_and_invoice((self.chair, 1), warehouse_id=other.id)
        rma = self._ask(here, (self.chair, 1, self.refund))
        rma.line_ids = [
            Command.create(
                {
                    "product_id": self.chair.id,
                    "sale_line_id": there.order_line.id,
                    "product_uom_qty": 1,
                    "reason_id": self.reason.id,
                    "operation_type_id": self.refund.id,
                }
            )
        ]
        self._approve(rma)
        self.assertEqual(
            set(rma.picking_ids.mapped("location_dest_id")), {self.warehouse.rma_location_id, other.rma_location_id}
        )
        self._receive(rma)
        rma.action_settle()
        self.assertEqual((rma.state, len(rma.sudo().refund_ids)), ("done", 2))
        self.assertEqual(self._on_hand(self.chair, other.lot_stock_id), 10)

    def test_goods_are_sent_to_the_address_of_their_warehouse(self):
        company_address, depot = self.env["res.partner"].create([{"name": "Head office"}, {"name": "Depot"}])
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund)))
        self.company.rma_return_address_id = False
        self.assertEqual(rma._get_return_address(), self.warehouse.partner_id)
        self.company.rma_return_address_id = company_address
        self.assertEqual(rma._get_return_address(), company_address)
        self.warehouse.rma_return_address_id = depot
        self.assertEqual(rma._get_return_address(), depot)
