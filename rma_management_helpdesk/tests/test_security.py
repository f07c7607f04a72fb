from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HelpdeskCase

DOCUMENTS = ("account.move", "loyalty.card", "project.task", "repair.order", "stock.picking")
WINDOWS = ("refund", "return", "repair", "task")


@tagged("post_install", "-at_install")
class TestSecurity(HelpdeskCase):
    """Who reads and makes what, and what is left when the addon goes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def test_windows_are_for_agents(self):
        ticket = self._ticket(self.order)
        for window in WINDOWS:
            model = self.env[f"helpdesk.ticket.{window}"]
            with self.assertRaises(AccessError):
                model.with_user(self.outsider).create({"ticket_id": ticket.id})
            with self.assertRaises(AccessError):
                model.with_user(self.other_agent.copy({"login": window, "group_ids": []})).search([])

    def test_window_of_a_colleague_is_closed_to_others(self):
        ticket = self._ticket(self.order)
        window = self._open(ticket, "action_refund")
        with self.assertRaises(AccessError):
            window.with_user(self.other_agent).read(["reason"])

    def test_agent_makes_nothing_by_hand(self):
        for model in (*DOCUMENTS, "sale.order", "rma.order", "rma.order.line"):
            if model == "project.task":
                continue
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(self.agent).has_access(operation), (model, operation))

    def test_agent_reads_no_document_without_ticket(self):
        for model in ("account.move", "repair.order", "stock.picking", "rma.order", "rma.order.line"):
            self.assertFalse(self.env[model].with_user(self.agent).search([]), model)

    def test_other_groups_see_as_much_as_without_the_help_desk(self):
        plain = self.stock_user
        both = plain.copy({"login": "both"})
        both.group_ids |= self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        for model in ("stock.picking", "repair.order", "stock.lot"):
            self.assertEqual(
                self.env[model].with_user(plain).search_count([]), self.env[model].with_user(both).search_count([]), model
            )

    def test_links_of_documents_are_indexed(self):
        for model in DOCUMENTS:
            self.cr.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [self.env[model]._table])
            self.assertTrue(any("(ticket_id)" in definition for (definition,) in self.cr.fetchall()), model)

    def test_nothing_of_ours_is_required_of_others(self):
        """Uninstalling drops our columns only: no record of another addon hangs on them, and none is deleted."""
        ours = self.env["ir.model.fields"].search(
            [("modules", "=", "rma_management_helpdesk"), ("model", "not like", "helpdesk.ticket.r")]
        )
        for field in ours.filtered(lambda field: field.store and not field.model.startswith("helpdesk.ticket.task")):
            definition = self.env[field.model]._fields[field.name]
            if field.ttype == "many2one":
                self.assertNotEqual(field.on_delete, "cascade", f"{field.model}.{field.name}")
            if field.model != "helpdesk.ticket.team":
                self.assertFalse(definition.required, f"{field.model}.{field.name}")
