from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestRepair(HelpdeskCase):
    """H6, H7: a repair from a ticket; the agent reads it without rights on repairs, and nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.part = cls._create_product("Screw", 2.0)

    def _repair_from(self, ticket, **values):
        wizard = self._open(ticket, "action_repair")
        wizard.write(values)
        wizard.action_create()
        return self._documents(ticket, "repair")

    def _do(self, repair):
        repair = repair.with_user(self.stock_user)
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()

    def _add_part(self, repair):
        repair.move_ids = [
            (0, 0, {"product_id": self.part.id, "product_uom_qty": 4, "repair_line_type": "add", "company_id": 1})
        ]

    def test_repair_is_filled_in_from_the_ticket(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket)
        self.assertRecordValues(
            repair,
            [
                {
                    "product_id": self.chair.id,
                    "partner_id": self.customer.id,
                    "ticket_sale_order_id": self.order.id,
                    "sale_order_id": False,
                    "under_warranty": False,
                    "product_qty": 1,
                    "state": "draft",
                }
            ],
        )
        self.assertIn("does not work", repair.internal_notes)
        self.assertEqual(ticket.repair_count, 1)

    def test_product_that_came_back_is_repaired_where_it_arrived(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        rma = self._return(self.order, (self.chair, 2, self.return_only))
        ticket._add_rma(rma)
        repair = self._repair_from(ticket)
        self.assertEqual(repair.picking_id, rma.sudo().picking_ids)
        self.assertEqual(repair.product_location_src_id, self.warehouse.rma_location_id)
        self.assertEqual(repair.product_qty, 2)

    def test_no_quotation_unless_asked_for(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        self._do(repair)
        self.assertFalse(repair.sale_order_id)

    def test_quotation_before_the_repair(self):
        self.team.repair_quotation = "before"
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket)
        self.assertFalse(repair.sale_order_id, "A quotation without any item says nothing.")
        self._add_part(repair.with_user(self.stock_user))
        quotation = repair.sale_order_id
        self.assertEqual((quotation.state, quotation.partner_id), ("draft", self.customer))
        self.assertRecordValues(quotation.order_line, [{"product_id": self.part.id, "product_uom_qty": 4}])
        self.assertIn(quotation.name, ticket.message_ids[0].body)
        self.assertEqual((ticket.quotation_count, ticket.action_view_quotations()["res_id"]), (1, quotation.id))
        self.assertEqual(quotation.with_user(self.agent).action_view_ticket()["res_id"], ticket.id)
        self._add_part(repair.with_user(self.stock_user))
        self.assertEqual(len(quotation.order_line), 2)

    def test_removed_parts_are_not_quoted(self):
        self.team.repair_quotation = "before"
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        values = {"product_id": self.part.id, "product_uom_qty": 1, "repair_line_type": "remove", "company_id": 1}
        repair.move_ids = [(0, 0, values)]
        self.assertFalse(repair.sale_order_id)
        repair.move_ids.repair_line_type = "add"
        self.assertEqual(repair.sale_order_id.order_line.product_id, self.part)

    # === One unit, one repair ===

    def _to_repair(self, ticket, quantity, **values):
        rma = self._return(self.order, (self.chair, quantity, self.repair, values))
        ticket._add_rma(rma)
        return rma

    def test_repair_of_a_ticket_is_that_of_its_return(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        rma = self._to_repair(ticket, 1)
        repair = self._repair_from(ticket)
        self.assertEqual((repair.rma_line_id, repair.rma_id), (rma.sudo().line_ids, rma))
        self.assertEqual(repair.product_location_src_id, self.warehouse.rma_location_id)
        rma.action_settle()
        self.assertEqual(rma.sudo().repair_ids, repair)
        self._do(repair)
        self.assertEqual(rma.sudo().line_ids.move_ids.filtered("rma_repair_id").rma_repair_id, repair)

    def test_return_repairs_the_rest(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        rma = self._to_repair(ticket, 3)
        first = self._repair_from(ticket, quantity=1)
        rma.action_settle()
        rest = rma.sudo().repair_ids - first
        self.assertEqual((first.product_qty, rest.product_qty), (1, 2))

    def test_more_than_the_return_has_left_is_not_repaired(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._to_repair(ticket, 2)
        wizard = self._open(ticket, "action_repair")
        self.assertEqual(wizard.quantity, 2)
        wizard.quantity = 3
        with self.assertRaisesRegex(UserError, "Only 2 Units"):
            wizard.action_create()

    def test_unit_in_repair_is_not_repaired_again(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        rma = self._to_repair(ticket, 1)
        window = self._open(ticket, "action_repair")
        rma.action_settle()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "already being repaired"):
            window.action_create()
        with self.assertRaisesRegex(UserError, "already being repaired"):
            self._repair_from(ticket)
        rma.sudo().repair_ids.action_repair_cancel()
        self.assertEqual(self._repair_from(ticket).filtered(lambda repair: repair.state == "draft").rma_id, rma)

    def test_repair_ordered_before_the_goods_arrive(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.repair)))
        ticket._add_rma(rma)
        repair = self._repair_from(ticket)
        self.assertEqual(repair.rma_id, rma)
        self._receive(rma)
        rma.invalidate_recordset()
        self.assertEqual(rma.sudo().repair_ids, repair)
        self.assertFalse(rma.line_ids.qty_to_settle)

    def test_return_takes_the_repair_that_its_ticket_ordered_first(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket)
        rma = self._to_repair(ticket, 2)
        rma.action_settle()
        self.assertEqual(repair.rma_line_id, rma.sudo().line_ids)
        self.assertEqual((repair.product_qty, repair.picking_id), (1, rma.sudo().picking_ids))
        self.assertEqual(repair.product_location_src_id, self.warehouse.rma_location_id)
        self.assertEqual(sum(rma.sudo().repair_ids.mapped("product_qty")), 2)
        self.assertEqual(rma.line_ids.qty_repair_ordered, 2)

    def test_repair_of_another_ticket_is_not_taken(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        rma = self._to_repair(self._ticket(self.order, product_id=self.chair.id), 1)
        rma.action_settle()
        self.assertFalse(repair.rma_line_id)
        self.assertEqual(len(rma.sudo().repair_ids), 1)

    def test_quotation_after_the_repair(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket, quotation="after")
        self._add_part(repair)
        self.assertFalse(repair.sale_order_id)
        self._do(repair)
        self.assertEqual(repair.sale_order_id.amount_untaxed, 8.0)
        self.assertIn(repair.sale_order_id.name, ticket.message_ids[0].body)

    def test_parts_are_free_under_warranty(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket, under_warranty=True, quotation="after")
        self._add_part(repair)
        self._do(repair)
        self.assertEqual(repair.sale_order_id.amount_untaxed, 0.0)

    def test_agent_opens_the_repair_by_both_doors(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket).with_user(self.agent)
        action = ticket.action_view_repairs()
        self.assertEqual((action["res_model"], action["res_id"]), ("repair.order", repair.id))
        self.assertIn(f'data-oe-model="repair.order" data-oe-id="{repair.id}"', ticket.message_ids[0].body)
        view = repair.get_view(False, "form")
        self.assertEqual(view["id"], self.env.ref("rma_management_helpdesk.repair_order_view_form_agent").id)
        names = [name for name in view["models"]["repair.order"] if name in repair._fields]
        self.assertEqual(repair.web_read({name: {} for name in names})[0]["name"], repair.name)

    def test_agent_reads_the_parts(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        self._add_part(repair)
        self.assertIn("4 Units Screw", repair.with_user(self.agent).ticket_items)

    def test_agent_reads_nothing_else_of_repairs(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        other = self.env["repair.order"].create({"product_id": self.chair.id, "partner_id": self.customer.id})
        self.assertEqual(self.env["repair.order"].with_user(self.agent).search([]), repair)
        for operation in (
            lambda: other.with_user(self.agent).read(["name"]),
            lambda: repair.with_user(self.agent).write({"internal_notes": "x"}),
            lambda: repair.with_user(self.agent).action_validate(),
            lambda: repair.with_user(self.agent).unlink(),
            lambda: self.env["repair.order"].with_user(self.agent).create({"product_id": self.chair.id}),
        ):
            with self.assertRaises(AccessError):
                operation()
        with self.assertRaises(AccessError):
            self.env["stock.move"].with_user(self.agent).search([])

    def test_agents_of_other_teams_and_outsiders_do_not_read_it(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        for user in (self.other_agent, self.own_agent, self.outsider):
            with self.assertRaises(AccessError):
                repair.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.env["repair.order"].with_user(self.outsider).search([])
        self.assertFalse(self.env["repair.order"].with_user(self.other_agent).search([]))
        self.assertFalse(self.env["repair.order"].with_user(self.own_agent).search([]))

    def test_who_made_it_keeps_it_when_the_ticket_goes_to_another_team(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket)
        ticket.sudo().write({"team_id": self.other_team.id, "user_id": self.other_agent.id})
        self.assertEqual(repair.with_user(self.agent).name, repair.name)
        self.assertEqual(repair.with_user(self.other_agent).name, repair.name)

    def test_unassigned_tickets_of_the_team_are_open_to_an_agent_of_own_tickets(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        repair = self._repair_from(ticket)
        ticket.sudo().user_id = False
        self.assertEqual(repair.with_user(self.own_agent).name, repair.name)

    def test_help_desk_manager_reads_what_tickets_led_to(self):
        repair = self._repair_from(self._ticket(self.order, product_id=self.chair.id))
        other = self.env["repair.order"].create({"product_id": self.chair.id})
        seen = self.env["repair.order"].with_user(self.desk_manager).search([])
        self.assertIn(repair, seen)
        self.assertNotIn(other, seen)

    def test_people_with_rights_on_repairs_lose_nothing(self):
        other = self.env["repair.order"].create({"product_id": self.chair.id})
        self.assertEqual(other.with_user(self.rich_agent).name, other.name)
        rma_and_desk = new_test_user(
            self.env, "desk_rma", "helpdesk_mgmt.group_helpdesk_user_team,rma_management.group_rma_user"
        )
        self.assertEqual(other.with_user(rma_and_desk).name, other.name)
        self.assertEqual(self.order.picking_ids.with_user(rma_and_desk).name, self.order.picking_ids.name)
        view = other.with_user(self.rich_agent).get_view(False, "form")
        self.assertNotEqual(view["id"], self.env.ref("rma_management_helpdesk.repair_order_view_form_agent").id)


@tagged("post_install", "-at_install")
class TestRepairWindow(HelpdeskCase):
    """H6: order, return, parts, services and notes are chosen in the window, by an agent with no other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.screw = cls._create_product("Screw", 2.0)
        cls.labor = cls._create_product("Labor", 30.0, type="service", is_storable=False, on_hand=0)
        cls.phone = cls._create_product("Phone", 500.0, tracking="serial")
        cls.serials = cls.env["stock.lot"].create([{"name": n, "product_id": cls.phone.id} for n in ("S1", "S2", "S3")])
        for serial in cls.serials:
            cls.env["stock.quant"]._update_available_quantity(cls.phone, cls.stock, 1, lot_id=serial)
        cls.phone_order = cls._sell_and_invoice((cls.phone, 2))
        cls.bea = cls.env["res.partner"].create({"name": "Bea"})
        cls.foreign = cls._sell_and_invoice((cls.chair, 1), partner_id=cls.bea.id)

    def _window(self, order=None, product=None, **values):
        ticket = self._ticket(order, product_id=(product or self.chair).id)
        window = self._open(ticket, "action_repair")
        window.write(values)
        return window

    def _made(self, window):
        window.action_create()
        return self._documents(window.ticket_id, "repair")

    def _add(self, window, **quantities):
        products = {"screw": self.screw, "labor": self.labor}
        with Form(window) as form:
            for name, quantity in quantities.items():
                with form.part_ids.new() as part:
                    part.product_id = products[name]
                    part.quantity = quantity

    def test_parts_and_services_are_on_the_repair_and_its_quotation(self):
        window = self._window(self.order)
        self._add(window, screw=4, labor=1.5)
        self.assertEqual(window.quotation, "before", "Services are billed by a quotation.")
        repair = self._made(window)
        quotation = repair.sale_order_id
        self.assertEqual(quotation.ticket_count, 1)
        self.assertRecordValues(
            quotation.order_line,
            [
                {"product_id": self.screw.id, "product_uom_qty": 4, "price_unit": 2},
                {"product_id": self.labor.id, "product_uom_qty": 1.5, "price_unit": 30},
            ],
        )
        self.assertRecordValues(repair.move_ids, [{"product_id": self.screw.id, "repair_line_type": "add"}])
        items = repair.with_user(self.agent).ticket_items
        self.assertIn("4 Units Screw", items)
        self.assertIn("Service: 1.5 Units Labor", items)
        repair.under_warranty = True
        self.assertEqual(quotation.amount_untaxed, 0)
        repair.under_warranty = False
        self.assertEqual(quotation.amount_untaxed, 53)

    def test_services_wait_for_the_quotation_after_the_repair(self):
        window = self._window(self.order, quotation="after", under_warranty=True)
        self._add(window, labor=2)
        repair = self._made(window)
        self.assertFalse(repair.sale_order_id)
        technician = repair.with_user(self.stock_user)
        technician.ticket_service_ids = [(0, 0, {"product_id": self.labor.id})]
        technician.action_validate()
        technician.action_repair_start()
        technician.action_repair_end()
        lines = repair.sale_order_id.order_line
        self.assertEqual((lines.product_id, sum(lines.mapped("product_uom_qty"))), (self.labor, 3))
        self.assertEqual(repair.sale_order_id.amount_untaxed, 0)
        self.assertEqual(technician.ticket_service_ids.mapped("is_quoted"), [True, True])
        with self.assertRaises(AccessError):
            technician.ticket_service_ids.write({"sale_line_id": self.order.order_line[0].id})
        with self.assertRaises(AccessError):
            repair.ticket_service_ids.with_user(self.agent).read(["quantity"])

    def test_services_are_put_on_no_order_of_somebody_else(self):
        repair = self._made(self._window(self.order, quotation="before"))
        lines = self.foreign.order_line
        technician = repair.with_user(self.stock_user)
        technician.write({"sale_order_id": self.foreign.id})
        technician.ticket_service_ids = [(0, 0, {"product_id": self.labor.id})]
        self.assertEqual(self.foreign.order_line, lines)
        self.assertFalse(technician.ticket_service_ids.is_quoted)

    def test_parts_that_make_no_sense_are_refused(self):
        for quantity in (0, -1, 1e300):
            window = self._window(self.order, part_ids=[(0, 0, {"product_id": self.screw.id, "quantity": quantity})])
            with self.assertRaisesRegex(UserError, "Enter a quantity of Screw"):
                window.action_create()
        window = self._window(self.order, part_ids=[(0, 0, {"product_id": self.labor.id})], quotation="none")
        with self.assertRaisesRegex(UserError, "billed by the quotation"):
            window.action_create()
        self.labor.service_tracking = "repair"
        window = self._window(self.order, part_ids=[(0, 0, {"product_id": self.labor.id})], quotation="before")
        with self.assertRaisesRegex(UserError, "no part or service"):
            window.action_create()

    def test_quantities_are_bounded(self):
        for values, sentence in (
            ({"quantity": 6}, f"Only 5 Units of Chair are left to repair in {self.order.name}"),
            ({"quantity": 1e300, "sale_order_id": False}, "at most 10,000 Units"),
            ({"quantity": 0}, "and its quantity"),
            ({"quantity": -1}, "and its quantity"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, sentence):
                self._window(self.order, **values).action_create()
        self.assertEqual(self._made(self._window(self.order, quantity=3)).ticket_sale_order_id, self.order)
        with self.assertRaisesRegex(UserError, "Only 2 Units"):
            self._window(self.order, quantity=3).action_create()

    def test_one_serial_number_is_one_unit_of_its_order(self):
        for values, sentence in (
            ({"quantity": 5, "lot_id": self.serials[0].id}, "is one unit"),
            ({"quantity": 5}, "is one unit"),
            ({"lot_id": self.serials[2].id}, f"{self.phone_order.name} did not deliver S3"),
            ({"lot_id": self.serials[0].id, "product_id": self.chair.id}, "is not a lot or serial number of Chair"),
            ({"sale_order_id": self.order.id}, f"{self.order.name} did not deliver Phone"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, sentence):
                self._window(self.phone_order, self.phone, **values).action_create()
        repair = self._made(self._window(self.phone_order, self.phone, lot_id=self.serials[0].id))
        self.assertEqual((repair.lot_id, repair.product_qty), (self.serials[0], 1))

    def test_unit_without_its_number_is_counted_as_well(self):
        few = self._sell_and_invoice((self.chair, 1))
        self._made(self._window(few))
        with self.assertRaisesRegex(UserError, "Only 0 Units"):
            self._window(few).action_create()
        self._made(self._window(self.phone_order, self.phone))
        self._made(self._window(self.phone_order, self.phone, lot_id=self.serials[0].id))
        with self.assertRaisesRegex(UserError, "Only 0 Units"):
            self._window(self.phone_order, self.phone, lot_id=self.serials[1].id).action_create()

    def test_service_that_is_a_discount_is_refused(self):
        self.labor.list_price = -500
        window = self._window(self.order, part_ids=[(0, 0, {"product_id": self.labor.id})], quotation="before")
        with self.assertRaisesRegex(UserError, "no part or service"):
            window.action_create()

    def test_order_is_one_of_the_customer(self):
        other = self._sell_and_invoice((self.chair, 1))
        self.assertEqual(self._made(self._window(self.order, sale_order_id=other.id)).ticket_sale_order_id, other)
        with self.assertRaises(AccessError):
            self._window(self.order, sale_order_id=self.foreign.id)
        window = self._window(self.order)
        window.sudo().sale_order_id = self.foreign
        with self.assertRaisesRegex(UserError, "of the ticket's customer"):
            window.action_create()

    def test_return_is_one_of_the_customer(self):
        rma = self._return(self.order, (self.chair, 2, self.repair))
        window = self._window(self.order)
        self.assertFalse(window.source_id, "It is a return of another matter, for the agent to choose.")
        sources = {
            source.sudo().rma_line_id.order_id or source.sudo().picking_id: source for source in window.source_ids
        }
        self.assertEqual(set(sources), {rma.sudo(), rma.sudo().picking_ids})
        found = window.source_ids.name_search(rma.name, [("id", "in", window.source_ids.ids)])
        self.assertEqual([source_id for source_id, _name in found], sources[rma.sudo()].ids)
        window.source_id = sources[rma.sudo()]
        self.assertEqual(window.quantity, 2)
        repair = self._made(window)
        self.assertEqual((repair.rma_id, repair.picking_id), (rma, rma.sudo().picking_ids))
        self.assertEqual(window.ticket_id.rma_ids, rma)
        bea_rma = self._return(self.foreign, (self.chair, 1, self.repair))
        window = self._window(self.order)
        for values in ({"rma_line_id": bea_rma.line_ids.id}, {"picking_id": bea_rma.sudo().picking_ids.id}):
            values = {"wizard_id": window.id, "product_id": self.chair.id, **values}
            with self.assertRaises(AccessError):
                window.source_ids.create(values)
            window.source_id = window.source_ids.sudo().create(values).with_user(self.agent)
            with self.assertRaisesRegex(UserError, "return of the ticket's customer"):
                window.action_create()

    def test_receipt_gives_product_and_limit(self):
        rma = self._return(self.order, (self.chair, 2, self.return_only))
        ticket = self._ticket(self.order)
        with Form(self._open(ticket, "action_repair")) as form:
            form.source_id = form.record.source_ids
            self.assertEqual((form.product_id, form.quantity), (self.chair, 2))
            form.quantity = 3
        with self.assertRaisesRegex(UserError, f"Only 2 Units of Chair .* {rma.sudo().picking_ids.name}"):
            form.record.action_create()
        form.record.product_id = self.screw
        form.record.source_id = form.record.source_ids
        with self.assertRaisesRegex(UserError, "Screw did not come back by"):
            form.record.action_create()

    def test_forms_of_repairs_open_for_all_who_read_them(self):
        """Technicians see the services; who has no rights in the warehouse meets no field that needs them."""
        repair = self._made(
            self._window(self.order, part_ids=[(0, 0, {"product_id": self.labor.id})], quotation="before")
        )
        rma_clerk = self._create_user("desk_clerk", "rma_management.group_rma_all")
        for user, sees in ((self.stock_user, True), (rma_clerk, False), (self.agent, False), (self.rich_agent, True)):
            record = repair.with_user(user)
            arch = etree.fromstring(record.get_view(False, "form")["arch"])
            fields = arch.xpath("//field[not(ancestor::field)]/@name")
            self.assertEqual("ticket_service_ids" in fields, sees, user.name)
            self.assertTrue(record.web_read({name: {} for name in fields}))
        for user in (self.agent, self.rich_agent):
            arch = repair.with_user(user).get_view(False, "form")["arch"]
            self.assertEqual(arch.count('name="action_view_ticket"'), 1)
        self.assertNotIn("action_view_ticket", repair.with_user(self.stock_user).get_view(False, "form")["arch"])

    def test_context_of_the_caller_changes_nothing(self):
        window = self._window(self.order).with_context(default_state="done", default_user_id=self.rma_manager.id)
        self.assertRecordValues(self._made(window), [{"state": "draft", "user_id": False}])
