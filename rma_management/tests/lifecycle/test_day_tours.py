from odoo.tests import HttpCase, new_test_user, tagged

from ..common import RmaCase


class PeopleCase(RmaCase, HttpCase):
    """A delivered and invoiced order with shipping, and one person for each job with no other rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_staff_receives": True, "rma_approval_amount": 0})
        cls.reason.write({"operation_type_id": cls.refund.id, "sequence": 0})
        for login, groups in (
            ("day_clerk", "rma_management.group_rma_user"),
            ("day_manager", "rma_management.group_rma_manager"),
            # Odoo itself shows no transfer, of whatever order, to who may not read the postal codes of carriers.
            ("day_warehouse", "stock.group_stock_user,base.group_partner_manager"),
            ("day_accountant", "account.group_account_invoice"),
            ("day_sales", "sales_team.group_sale_salesman"),
        ):
            user = new_test_user(cls.env, login, groups, email=f"{login}@example.com")
            setattr(cls, login, user)
        parcel = cls._create_product("Parcel", 10.0, on_hand=0, type="service", is_storable=False)
        cls.order = cls._sell((cls.chair, 5), name="DAY-0001", user_id=cls.day_sales.id)
        if "delivery.carrier" in cls.env:
            carrier = cls.env["delivery.carrier"].create({"name": "Parcel", "product_id": parcel.id, "fixed_price": 10})
            cls.order.set_delivery_line(carrier, 10.0)
        cls._deliver(cls.order)
        cls._invoice(cls.order)

    def _tour(self, path, name, login):
        self.start_tour(path, name, login=login, timeout=120)

    def _request(self, operation=None):
        rma = self._ask(self.order, (self.chair, 2, operation or self.refund), user=self.day_clerk)
        rma.with_user(self.day_clerk).action_request()
        return rma


class DayTests:
    """X14: a return as each person does their own part of it."""

    allow_inherited_tests_method = True

    def test_clerk_requests_manager_approves_clerk_settles(self):
        path = "/odoo/action-rma_management.rma_create_from_order_action"
        self._tour(path, "rma_day_clerk_requests", "day_clerk")
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual((rma.state, rma.line_ids.product_uom_qty, rma.user_id), ("requested", 2, self.day_clerk))
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_manager_approves", "day_manager")
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_settles", "day_clerk")
        self.assertEqual(rma.state, "done")
        self.assertEqual(rma.line_ids.qty_refunded, 2)

    def test_warehouse_receives(self):
        rma = self._approve(self._request())
        receipt = rma.sudo().picking_ids
        self._tour(f"/odoo/stock.picking/{receipt.id}", "rma_day_warehouse", "day_warehouse")
        self.assertEqual((rma.state, rma.line_ids.qty_received), ("processing", 2))

    def test_accountant_posts(self):
        drafts = self.refund.copy({"name": "Refund as a draft", "post_credit_note": False})
        rma = self._approve(self._request(drafts))
        self._receive(rma)
        rma.with_user(self.day_clerk).action_settle()
        note = rma.sudo().refund_ids
        path = f"/odoo/action-account.action_move_out_refund_type/{note.id}"
        self._tour(path, "rma_day_accountant", "day_accountant")
        self.assertEqual(note.state, "posted")
        self.assertEqual(rma.amount_refunded, note.amount_total)

    def test_salesperson_reads_the_order(self):
        rma = self._approve(self._request())
        self._receive(rma)
        rma.with_user(self.day_clerk).action_settle()
        self._tour(f"/odoo/sales/{self.order.id}", "rma_day_salesperson", "day_sales")

    def test_seller_returns_from_the_order(self):
        seller = new_test_user(
            self.env,
            "day_seller",
            "sales_team.group_sale_salesman,rma_management.group_rma_user",
            email="y@example.com",
        )
        self.order.user_id = seller
        self._tour(f"/odoo/sales/{self.order.id}", "rma_day_seller_requests", "day_seller")
        rma = self.order.order_line.rma_line_ids.order_id
        self.assertEqual((rma.state, rma.line_ids.product_uom_qty, rma.user_id), ("requested", 5, seller))

    def test_manager_rejects(self):
        rma = self._request()
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_manager_rejects", "day_manager")
        self.assertEqual((rma.state, rma.reject_reason), ("rejected", "The chair was used."))

    def test_clerk_writes_to_the_customer(self):
        rma = self._request()
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_writes", "day_clerk")
        self.assertIn("your chair is here", rma.message_ids.filtered(lambda m: not m.is_internal)[:1].body)


class OutcomeTests:
    """X14: each kind of settlement, by the people whose job it is."""

    allow_inherited_tests_method = True

    def _received(self, operation):
        rma = self._approve(self._request(operation))
        self._receive(rma)
        return rma

    def test_replacement(self):
        rma = self._received(self.replace)
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_replaces", "day_clerk")
        delivery = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "replacement").picking_id
        self._tour(f"/odoo/stock.picking/{delivery.id}", "rma_day_warehouse", "day_warehouse")
        self.assertEqual((rma.state, rma.line_ids.qty_replaced), ("done", 2))

    def test_exchange_for_another_product(self):
        # The first of the list that a phone opens.
        self.table.write({"name": "Round table", "is_favorite": True})
        rma = self._received(self.replace)
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_exchanges", "day_clerk")
        self.assertEqual(rma.sudo().replacement_sale_order_ids.order_line.product_id, self.table)

    def test_repair(self):
        rma = self._received(self.repair)
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_repairs", "day_clerk")
        repair = rma.sudo().repair_ids
        self._tour(f"/odoo/repair.order/{repair.id}", "rma_day_technician_repairs", "day_warehouse")
        self.assertEqual(repair.state, "done")
        delivery = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "repaired").picking_id
        self._tour(f"/odoo/stock.picking/{delivery.id}", "rma_day_warehouse", "day_warehouse")
        self.assertEqual((rma.state, rma.line_ids.qty_repaired), ("done", 2))

    def test_inspection(self):
        rma = self._received(self.refund)
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_inspects", "day_clerk")
        self.assertEqual(rma.state, "done")
        self.assertEqual((rma.line_ids.qty_refurbished, rma.line_ids.qty_restocked), (1, 1))

    def test_serial_number(self):
        phone = self._create_product("Phone", 100.0, tracking="serial")
        lot = self.env["stock.lot"].create({"name": "DAY-SN-1", "product_id": phone.id})
        self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=lot)
        order = self._sell_and_invoice((phone, 1))
        rma = self._ask(order, (phone, 1, self.refund), user=self.day_clerk)
        rma.line_ids.lot_ids = lot
        rma.with_user(self.day_clerk).action_request()
        self._approve(rma)
        self._tour(f"/odoo/returns/{rma.id}", "rma_day_clerk_receives_serials", "day_clerk")
        self.assertEqual((rma.state, rma.line_ids.qty_received), ("processing", 1))
        self.assertEqual(rma.sudo().line_ids.move_ids.lot_ids, lot)


@tagged("post_install", "-at_install")
class TestDayTours(DayTests, PeopleCase):
    """At a desk."""

    browser_size = "1400x900"


@tagged("post_install", "-at_install")
class TestDayToursOnPhone(DayTests, PeopleCase):
    """With a phone in the hand."""

    browser_size = "390x844"
    touch_enabled = True


@tagged("post_install", "-at_install")
class TestOutcomeTours(OutcomeTests, PeopleCase):
    """At a desk."""

    browser_size = "1400x900"


@tagged("post_install", "-at_install")
class TestOutcomeToursOnPhone(OutcomeTests, PeopleCase):
    """With a phone in the hand."""

    browser_size = "390x844"
    touch_enabled = True
