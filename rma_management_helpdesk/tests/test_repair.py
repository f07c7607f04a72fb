from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

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
