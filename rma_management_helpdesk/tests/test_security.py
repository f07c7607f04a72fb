from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCase

DOCUMENTS = ("account.move", "loyalty.card", "project.task", "repair.order", "stock.picking")
BUTTONS = {
    "refund": "action_refund",
    "return": "action_return",
    "repair": "action_repair",
    "task": "action_plan_task",
}


@tagged("post_install", "-at_install")
class TestSecurity(HelpdeskCase):
    """Who reads and makes what, and what is left when the addon goes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def test_windows_are_for_agents(self):
        ticket = self._ticket(self.order)
        for window in BUTTONS:
            model = self.env[f"helpdesk.ticket.{window}"]
            with self.assertRaises(AccessError):
                model.with_user(self.outsider).create({"ticket_id": ticket.id})
            with self.assertRaises(AccessError):
                model.with_user(self.other_agent.copy({"login": window, "group_ids": []})).search([])

    def test_window_of_a_colleague_is_closed_to_others(self):
        ticket = self._ticket(self.order)
        for button in BUTTONS.values():
            window = self._open(ticket, button)
            with self.assertRaises(AccessError):
                window.with_user(self.own_agent).read(["ticket_id"])

    def test_windows_show_nothing_where_the_service_is_not_offered(self):
        ticket = self._ticket(self.order)
        windows = {window: self._open(ticket, button) for window, button in BUTTONS.items()}
        plain = self._ticket(self.order, team_id=self.other_team.id)
        for window, opened in windows.items():
            with self.assertRaisesRegex(UserError, "does not offer"):
                self.env[f"helpdesk.ticket.{window}"].with_user(self.agent).create({"ticket_id": plain.id})
            with self.assertRaisesRegex(UserError, "does not offer"):
                opened.ticket_id = plain

    def test_agent_makes_nothing_by_hand(self):
        for model in (*DOCUMENTS, "sale.order", "rma.order", "rma.order.line"):
            if model == "project.task":
                continue
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(self.agent).has_access(operation), (model, operation))

    def test_nobody_links_a_document_to_a_ticket_by_hand(self):
        ticket = self._ticket(self.order)
        clerk = self._create_user("desk_clerk", "stock.group_stock_user,account.group_account_invoice")
        for documents in self.order.picking_ids, self.order.invoice_ids:
            document = documents[:1].with_user(clerk)
            with self.subTest(document._name), self.assertRaisesRegex(AccessError, "cannot be set by hand"):
                document.write({"ticket_id": ticket.id})

    def test_backorder_keeps_the_ticket(self):
        delivery = self._sell((self.chair, 2)).picking_ids
        delivery.ticket_id = self._ticket(self.order)
        self._validate(delivery.with_user(self.stock_user), {self.chair: 1})
        self.assertEqual(delivery.backorder_ids.ticket_id, delivery.ticket_id)

    def test_agent_reads_no_document_without_ticket(self):
        for model in ("account.move", "repair.order", "stock.picking", "rma.order", "rma.order.line"):
            self.assertFalse(self.env[model].with_user(self.agent).search([]), model)

    def test_agent_reads_the_programs_of_coupons_only(self):
        defaults = self.env["loyalty.program"]._program_type_default_values()
        wallet = self.env["loyalty.program"].create(
            {**defaults["ewallet"], "name": "Secret Wallet", "program_type": "ewallet"}
        )
        programs = self.env["loyalty.program"].with_user(self.agent)
        self.assertEqual(programs.search([("id", "in", (self.program | wallet).ids)]), self.program)
        with self.assertRaises(AccessError):
            wallet.with_user(self.agent).read(["name"])
        card = self.env["loyalty.card"].create({"program_id": wallet.id, "partner_id": self.customer.id})
        # A card that was given for a ticket of theirs leads to its program.
        self.cr.execute("UPDATE loyalty_card SET ticket_id = %s WHERE id = %s", [self._ticket(self.order).id, card.id])
        card.invalidate_recordset()
        self.assertEqual(wallet.with_user(self.agent).name, "Secret Wallet")

    def test_other_groups_see_as_much_as_without_the_help_desk(self):
        plain = self.stock_user
        both = plain.copy({"login": "both"})
        both.group_ids |= self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        for model in ("stock.picking", "repair.order", "stock.lot"):
            self.assertEqual(
                self.env[model].with_user(plain).search_count([]),
                self.env[model].with_user(both).search_count([]),
                model,
            )

    def test_links_of_documents_are_indexed(self):
        for model in DOCUMENTS:
            self.cr.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [self.env[model]._table])
            self.assertTrue(any("(ticket_id)" in definition for (definition,) in self.cr.fetchall()), model)

    def test_nothing_of_ours_is_required_of_others(self):
        """Uninstalling drops our columns only: no record of another addon hangs on them, and none is deleted."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "rma_management_helpdesk"), ("model", "=", "ir.model.fields")]
        )
        fields = self.env["ir.model.fields"].browse(data.mapped("res_id"))
        on_others = fields.filtered(
            lambda field: (
                field.store and not self.env[field.model]._transient and field.model not in self._get_own_models()
            )
        )
        self.assertIn("ticket_id", on_others.mapped("name"))
        for field in on_others:
            if field.ttype == "many2one":
                self.assertEqual(field.on_delete, "set null", f"{field.model}.{field.name}")
            if field.model != "helpdesk.ticket.team":
                self.assertFalse(self.env[field.model]._fields[field.name].required, f"{field.model}.{field.name}")

    def _get_own_models(self):
        return [name for name, model in self.registry.items() if model._original_module == "rma_management_helpdesk"]
