from odoo.tests import HttpCase, new_test_user, tagged

from ..common import RmaCase


class DayCase(RmaCase, HttpCase):
    """X14: a return of an order with shipping, as each person does their own part of it with no other rights."""

    allow_inherited_tests_method = True

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


@tagged("post_install", "-at_install")
class TestDayTours(DayCase):
    """At a desk."""

    browser_size = "1400x900"


@tagged("post_install", "-at_install")
class TestDayToursOnPhone(DayCase):
    """With a phone in the hand."""

    browser_size = "390x844"
    touch_enabled = True
