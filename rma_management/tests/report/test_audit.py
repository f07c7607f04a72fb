from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestAudit(RmaCase):
    """An auditor sees who decided what of a return, and when, and changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(cls.env, "rma_auditor", "rma_management.group_rma_auditor")
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _settle(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund), user=self.rma_user)
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        self._receive(rma)
        self.env["rma.inspection"].with_user(self.rma_all).create(
            {"line_id": rma.line_ids.id, "quantity": 2.0, "remark": "Scratched"}
        )
        self._process(rma)
        self.env.flush_all()
        return rma

    def _rows(self, rma, event, user=None):
        return (
            self.env["rma.audit"]
            .with_user(user or self.auditor)
            .search([("order_id", "=", rma.id), ("event", "=", event)], order="id")
        )

    def test_each_step_has_who_and_when_and_how_much(self):
        rma = self._settle()
        for event, user, amount in (
            ("asked", self.rma_user, 80.0),
            ("approved", self.rma_manager, 80.0),
            ("inspected", self.rma_all, 0.0),
            ("decided", self.rma_all, 0.0),
            ("credited", self.rma_all, 92.0),
        ):
            row = self._rows(rma, event)[:1]
            with self.subTest(event):
                self.assertEqual((row.user_id, row.amount), (user, amount))
                self.assertEqual(row.amount_company, amount)
                self.assertTrue(row.date)
        self.assertEqual(self._rows(rma, "inspected").note, "Scratched")
        self.assertEqual(self._rows(rma, "decided").mapped("resolution"), ["refund"])
        self.assertEqual(self._rows(rma, "decided").quantity, 2.0)
        self.assertFalse(self._rows(rma, "paid"))

    def test_what_was_paid_is_told_with_who_paid_it(self):
        rma = self._settle()
        credit = rma.sudo().refund_ids
        if credit.state == "draft":
            credit.action_post()
        # The invoice is unpaid, and the credit note was set off against it.
        credit.line_ids.remove_move_reconcile()
        payer = new_test_user(self.env, "rma_payer", "account.group_account_invoice,base.group_partner_manager")
        register = self.env["account.payment.register"].with_user(payer)
        register = register.with_context(active_model="account.move", active_ids=credit.ids).create({})
        register.action_create_payments()
        self.env.flush_all()
        row = self._rows(rma, "paid")
        self.assertEqual((row.user_id, row.amount, row.amount_company), (payer, 92.0, 92.0))

    def test_overridden_refusal_is_told_with_its_reason(self):
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        with patch.object(self.registry["sale.order.line"], "_get_policy_refusal", lambda *args, **details: "No."):
            rma.line_ids.with_user(self.rma_manager).action_override_refusal("Good customer")
            self.env.flush_all()
        row = self._rows(rma, "overridden")
        self.assertEqual((row.user_id, row.note), (self.rma_manager, "Good customer"))

    def test_managers_and_auditors_see_it_and_nobody_else(self):
        rma = self._settle()
        self.assertTrue(self._rows(rma, "approved", self.rma_manager))
        for user in (self.rma_user, self.rma_all, self.stock_user):
            with self.assertRaises(AccessError):
                self._rows(rma, "approved", user)
        for operation in ("create", "write", "unlink"):
            for user in (self.auditor, self.rma_manager):
                self.assertFalse(self.env["rma.audit"].with_user(user).has_access(operation))

    def test_another_company_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        partner = self.env["res.partner"].create({"name": "Of the second"})
        rma = self.env["rma.order"].create({"partner_id": partner.id, "company_id": company.id})
        rma.was_requested = True
        self.env.flush_all()
        self.assertFalse(self._rows(rma, "asked"))
        self.assertFalse(self._rows(rma, "asked", self.rma_manager))
        self.assertTrue(self._rows(rma, "asked", self.env.user).sudo())

    def test_list_is_exported_and_summed(self):
        rma = self._settle()
        rows = self._rows(rma, "credited")
        names = ["date", "event", "user_id", "name", "amount", "partner_id", "product_id", "note"]
        self.assertEqual(rows.export_data(names)["datas"][0][4], 92.0)
        groups = (
            self.env["rma.audit"]
            .with_user(self.auditor)
            .formatted_read_group([("order_id", "=", rma.id)], ["user_id", "event"], ["amount_company:sum"])
        )
        self.assertIn(92.0, [group["amount_company:sum"] for group in groups])

    def test_auditor_finds_the_menu_and_none_of_the_others(self):
        menus = self.env["ir.ui.menu"].with_user(self.auditor).load_menus(False)
        names = {menu["xmlid"] for menu in menus.values() if str(menu.get("xmlid")).startswith("rma_management.")}
        self.assertIn("rma_management.rma_audit_menu", names)
        self.assertNotIn("rma_management.rma_order_menu", names)
        self.assertNotIn("rma_management.rma_dashboard_menu", names)
        self.assertNotIn("rma_management.rma_configuration_menu", names)
