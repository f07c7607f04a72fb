from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RmaCase


@tagged("post_install", "-at_install")
class TestSecurity(RmaCase):
    """Least rights: who sees and does what, and who does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.employee = new_test_user(cls.env, "rma_employee", "base.group_user")

    def test_nobody_has_rights_on_returns_by_default(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        for model in ("rma.order", "rma.order.line", "rma.return.reason", "rma.operation.type", "rma.process"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.employee).search([])
        with self.assertRaises(AccessError):
            rma.with_user(self.employee).read(["name"])

    def test_returns_groups_are_implied_by_no_other_group(self):
        groups = self.env["res.groups"]
        ours = groups.browse()
        for name in ("user", "all", "manager"):
            ours |= self.env.ref(f"rma_management.group_rma_{name}")
        implying = groups.search([("implied_ids", "in", ours.ids)])
        self.assertFalse(implying - ours)

    def test_returns_user_sees_own_and_unassigned_returns_only(self):
        own = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user)
        free = self._ask(self.order, (self.chair, 1, self.refund))
        free.user_id = False
        other = self._ask(self.order, (self.chair, 1, self.refund))
        seen = self.env["rma.order"].with_user(self.rma_user).search([("id", "in", (own | free | other).ids)])
        self.assertEqual(seen, own | free)
        with self.assertRaises(AccessError):
            other.with_user(self.rma_user).line_ids.read(["product_id"])
        with self.assertRaises(AccessError):
            other.with_user(self.rma_user).action_request()

    def test_returns_user_carries_a_return_from_request_to_end(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund), user=self.rma_user)
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        rma.action_settle()
        self.assertEqual(rma.state, "done")

    def test_returns_user_gets_no_rights_in_accounting(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        rma.action_settle()
        refund = rma.sudo().refund_ids.with_user(self.rma_all)
        for operation in (
            lambda: refund.read(["name"]),
            lambda: refund.write({"ref": "x"}),
            lambda: self.env["account.move"].with_user(self.rma_all).search([]),
        ):
            with self.assertRaises(AccessError):
                operation()
        self.assertEqual(rma.amount_refunded, 46.0, "what was given back is theirs to see")

    def test_returns_user_opens_the_form_without_other_rights(self):
        """Every field that the form reads is readable."""
        rma = self._return(self.order, (self.chair, 1, self.refund))
        view = (
            self.env["rma.order"]
            .with_user(self.rma_all)
            .get_view(self.env.ref("rma_management.rma_order_view_form").id, "form")
        )
        names = [name for name in view["models"]["rma.order"] if name in rma._fields]
        values = rma.web_read({name: {} for name in names})
        self.assertEqual(values[0]["name"], rma.name)

    def test_returns_of_another_company_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        partner = self.env["res.partner"].create({"name": "Of the second"})
        rma = self.env["rma.order"].create({"partner_id": partner.id, "company_id": company.id})
        self.assertFalse(self.env["rma.order"].with_user(self.rma_all).search([("id", "=", rma.id)]))

    def test_documents_of_another_company_cannot_be_mixed_in(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        with self.assertRaises(UserError):
            self.env["rma.order"].create(
                {"partner_id": self.customer.id, "company_id": company.id, "sale_order_id": self.order.id}
            )

    def test_configuration_is_the_managers(self):
        self.reason.with_user(self.rma_manager).name = "Renamed"
        with self.assertRaises(AccessError):
            self.reason.with_user(self.rma_all).name = "Renamed again"
        with self.assertRaises(AccessError):
            self.refund.with_user(self.rma_all).post_credit_note = True

    def test_warehouse_worker_receives_without_rights_on_returns(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        self._receive(rma)
        self.assertEqual(rma.state, "processing")

    def test_every_document_link_is_indexed(self):
        """One of them is read for every stock move that anybody validates."""
        self.cr.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        definitions = [definition for (definition,) in self.cr.fetchall()]
        for table, column in (
            ("stock_move", "rma_line_id"),
            ("stock_picking", "rma_id"),
            ("account_move", "rma_id"),
            ("account_move_line", "rma_line_id"),
            ("sale_order_line", "rma_line_id"),
            ("repair_order", "rma_line_id"),
            ("stock_scrap", "rma_line_id"),
            ("rma_order_line", "order_id"),
            ("rma_order_line", "sale_line_id"),
            ("rma_order_line", "move_id"),
        ):
            self.assertTrue(
                any(f" {table}" in d.replace(".", " ") and f"({column})" in d for d in definitions), f"{table}.{column}"
            )

    def test_every_warehouse_has_returns_location_and_operation_type(self):
        new = self.env["stock.warehouse"].create({"name": "New", "code": "NEWW"})
        for warehouse in self.env["stock.warehouse"].with_context(active_test=False).search([]) | new:
            self.assertEqual(warehouse.rma_location_id.usage, "internal", warehouse.name)
            self.assertEqual(warehouse.rma_type_id.code, "incoming", warehouse.name)
            self.assertEqual(warehouse.rma_type_id.default_location_dest_id, warehouse.rma_location_id)
