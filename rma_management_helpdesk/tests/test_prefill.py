from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestPrefill(HelpdeskCase):
    """Customer, order, product and lot of a ticket are filled in from each other, and found again by each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("stock.group_production_lot")
        cls.phone = cls._create_product("Phone", 500.0, tracking="serial")
        cls.serial = cls.env["stock.lot"].create({"name": "SERIAL-7", "product_id": cls.phone.id})
        cls.env["stock.quant"]._update_available_quantity(cls.phone, cls.stock, 1, lot_id=cls.serial)
        cls.phone_order = cls._sell_and_invoice((cls.phone, 1))
        cls.chair_order = cls._sell_and_invoice((cls.chair, 2))

    def _form(self):
        return Form(self.env["helpdesk.ticket"].with_user(self.agent), view="helpdesk_mgmt.ticket_view_form")

    def test_serial_number_tells_product_order_and_customer(self):
        with self._form() as form:
            form.name = form.description = "Broken"
            form.team_id = self.team
            form.lot_id = self.serial
            self.assertEqual(form.product_id, self.phone)
            self.assertEqual(form.sale_order_id.id, self.phone_order.id)
            self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.record.sale_order_id, self.phone_order)

    def test_order_tells_customer_and_its_only_product(self):
        ticket = self._ticket(partner_id=self.customer.id)
        with Form(ticket, view="helpdesk_mgmt.ticket_view_form") as form:
            form.sale_order_id = self.chair_order.with_user(self.agent)
            self.assertEqual(form.product_id, self.chair)

    def test_customer_and_product_tell_the_order(self):
        with self._form() as form:
            form.name = form.description = "Broken"
            form.team_id = self.team
            form.partner_id = self.customer
            self.assertFalse(form.sale_order_id, "there are two")
            form.product_id = self.chair
            self.assertEqual(form.sale_order_id.id, self.chair_order.id)

    def test_another_customer_clears_the_order(self):
        ticket = self._ticket(self.chair_order)
        other = self.env["res.partner"].create({"name": "Bea"})
        with Form(ticket, view="helpdesk_mgmt.ticket_view_form") as form:
            form.partner_id = other
            self.assertFalse(form.sale_order_id)

    def test_order_that_the_agent_may_not_see_tells_nothing(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell((self.table, 1), partner_id=bea.id)
        ticket = self.env["helpdesk.ticket"].with_user(self.agent).new({"sale_order_id": foreign.id})
        ticket._onchange_sale_order_id()
        self.assertFalse(ticket.partner_id or ticket.product_id)

    def test_order_of_another_customer_is_refused(self):
        other = self.env["res.partner"].create({"name": "Bea"})
        with self.assertRaisesRegex(ValidationError, "does not belong to Bea"):
            self._ticket(self.chair_order, partner_id=other.id)

    def test_tickets_are_found_by_order_product_and_lot(self):
        ticket = self._ticket(self.phone_order, product_id=self.phone.id, lot_id=self.serial.id)
        search = ticket.search
        self.assertIn(ticket, search([("sale_order_id", "ilike", self.phone_order.name)]))
        self.assertIn(ticket, search([("product_id", "ilike", "Phone")]))
        self.assertIn(ticket, search([("lot_id", "ilike", "SERIAL-7")]))

    def test_agent_chooses_among_the_orders_of_customers_with_own_tickets_only(self):
        self._ticket()
        other = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell((self.chair, 1), partner_id=other.id)
        orders = self.env["sale.order"].with_user(self.agent).search([])
        self.assertIn(self.chair_order, orders)
        self.assertNotIn(foreign, orders)
