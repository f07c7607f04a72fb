from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestPolicies(RmaCase):
    """Returns managers change what concerns returns, without the rights of an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.policies = cls.env["rma.policies"].with_user(cls.rma_manager)

    def test_manager_changes_policies_on_the_form(self):
        self.assertFalse(self.rma_manager.has_group("base.group_system"))
        with Form(self.policies) as form:
            self.assertEqual(form.rma_approval_days, self.company.rma_approval_days)
            form.rma_approval_days = 9
            form.rma_staff_receives = True
            form.rma_approval_amount = 120
            form.rma_closing_rule = "done"
            form.rma_responsible_id = self.rma_user
            form.rma_notify_user_ids.add(self.rma_all)
        company = self.company
        self.assertEqual((company.rma_approval_days, company.rma_approval_amount), (9, 120))
        self.assertEqual((company.rma_staff_receives, company.rma_closing_rule), (True, "done"))
        self.assertEqual((company.rma_responsible_id, company.rma_notify_user_ids), (self.rma_user, self.rma_all))

    def test_form_saves_what_nobody_changed(self):
        names = [name for name in self.policies._fields if self.policies._is_policy(name)]
        before = self.company.read(names)
        Form(self.policies).save()
        self.assertEqual(self.company.read(names), before)

    def test_templates_and_products_are_those_of_returns(self):
        template = self.env["mail.template"].create(
            {"name": "Ours", "model_id": self.env["ir.model"]._get_id("rma.order")}
        )
        foreign = self.env["mail.template"].create(
            {"name": "Theirs", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        self.policies.create({"rma_mail_done_template_id": template.id, "rma_mail_cancel_template_id": False})
        self.assertEqual(self.company.rma_mail_done_template_id, template)
        self.assertFalse(self.company.rma_mail_cancel_template_id)
        for values in (
            {"rma_mail_done_template_id": foreign.id},
            {"rma_fee_product_id": self.chair.id},
            {"rma_responsible_id": self.stock_user.id},
            {"rma_notify_user_ids": [Command.link(self.stock_user.id)]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.policies.create(values)

    def test_commands_mean_what_they_mean_elsewhere(self):
        self.company.rma_notify_user_ids = self.rma_all
        window = self.policies.create({})
        self.assertEqual(self.company.rma_notify_user_ids, self.rma_all)
        window.write({"rma_notify_user_ids": [Command.link(self.rma_user.id)]})
        self.assertEqual(self.company.rma_notify_user_ids, self.rma_all | self.rma_user)
        window.write({"rma_notify_user_ids": [Command.unlink(self.rma_all.id)]})
        self.assertEqual(self.company.rma_notify_user_ids, self.rma_user)
        window.write({"rma_notify_user_ids": False})
        self.assertEqual(self.company.rma_notify_user_ids, self.rma_user)
        window.write({"rma_notify_user_ids": [Command.clear()]})
        self.assertFalse(self.company.rma_notify_user_ids)

    def test_values_that_make_no_sense_are_refused_in_a_sentence(self):
        before = self.company.rma_fee_product_id
        for values in (
            {"rma_fee_product_id": "abc"},
            {"rma_fee_product_id": str(before.id)},
            {"rma_fee_product_id": True},
            {"rma_fee_product_id": [before.id]},
            {"rma_notify_user_ids": 5},
            {"rma_notify_user_ids": "abc"},
            {"rma_notify_user_ids": [[6]]},
            {"rma_notify_user_ids": [[6, 0, ["a"]]]},
            {"rma_limit_days": -5},
            {"rma_limit_days": 10**12},
            {"rma_process_days": 10**9},
            {"rma_limit_days": "abc"},
            {"rma_approval_amount": -100},
            {"rma_approval_amount": float("nan")},
            {"rma_approval_amount": float("inf")},
            {"rma_return_instructions": 5},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.policies.create(values)
        self.assertEqual(self.company.rma_fee_product_id, before)

    def test_commands_make_no_users(self):
        before = self.env["res.users"].search_count([])
        with self.assertRaises(UserError):
            self.policies.create({"rma_notify_user_ids": [Command.create({"name": "Mallory", "login": "mallory"})]})
        window = self.policies.create({"rma_notify_user_ids": [Command.set(self.rma_user.ids)]})
        for command in (Command.update(self.rma_user.id, {"name": "Mallory"}), Command.delete(self.rma_user.id)):
            with self.assertRaises(UserError):
                window.write({"rma_notify_user_ids": [command]})
        self.assertEqual(self.env["res.users"].search_count([]), before)
        self.assertEqual((self.rma_user.name == "Mallory", self.company.rma_notify_user_ids), (False, self.rma_user))

    def test_rules_that_bind_managers_are_for_administrators(self):
        window = self.policies.create({})
        for values in (
            {"rma_second_approval_amount": 0},
            {"rma_second_approval_group_id": False},
            {"rma_approval_group_id": False},
            {"rma_self_approval": True},
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError):
                    self.policies.create(values)
                with self.assertRaises(AccessError):
                    window.write(values)

    def test_nothing_else_of_a_company_is_changed(self):
        name = self.company.name
        with self.assertRaises(AccessError):
            self.company.with_user(self.rma_manager).write({"rma_approval_days": 5})
        for field in ("name", "email", "fiscalyear_last_day"):
            self.assertNotIn(field, [name for name in self.policies._fields if self.policies._is_policy(name)])
        # The currency is shown only.
        other = self.env["res.currency"].search([("id", "!=", self.company.currency_id.id)], limit=1)
        before = self.company.currency_id
        self.policies.create({"currency_id": other.id})
        self.assertEqual((self.company.currency_id, self.company.name), (before, name))

    def test_other_companies_are_neither_seen_nor_changed(self):
        foreign = {"company_id": self.other_company.id}
        with self.assertRaises(AccessError):
            self.policies.create({**foreign, "rma_approval_days": 1})
        with self.assertRaises(AccessError):
            self.policies.onchange(foreign, ["company_id"], {"rma_approval_amount": {}})
        window = self.policies.create({})
        with self.assertRaises(AccessError):
            window.write({**foreign, "rma_approval_days": 1})
        self.rma_manager.company_ids |= self.other_company
        with self.assertRaises(AccessError):
            self.policies.with_context(allowed_company_ids=self.company.ids).create(foreign)
        both = (self.company | self.other_company).ids
        self.policies.with_context(allowed_company_ids=both).create({**foreign, "rma_approval_days": 1})
        self.assertEqual(self.other_company.rma_approval_days, 1)

    def test_window_is_its_makers(self):
        window = self.policies.create({})
        other = new_test_user(self.env, "rma_manager_2", "rma_management.group_rma_manager")
        with self.assertRaises(AccessError):
            window.with_user(other).read(["rma_approval_amount"])

    def test_nobody_else_gets_in(self):
        auditor = new_test_user(self.env, "rma_policy_auditor", "rma_management.group_rma_auditor")
        window = self.policies.create({})
        for user in (self.rma_user, self.rma_all, self.stock_user, auditor):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.policies.with_user(user).create({"rma_approval_days": 1})
                with self.assertRaises(AccessError):
                    window.with_user(user).write({"rma_approval_days": 1})
                with self.assertRaises(AccessError):
                    self.policies.with_user(user).onchange({}, [], {"rma_approval_amount": {}})
                menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                self.assertNotIn(self.env.ref("rma_management.rma_policies_menu").id, menus)


@tagged("post_install", "-at_install")
class TestPoliciesHttp(HttpCase, RmaCase):
    """The same over RPC."""

    def _call(self, user, values):
        self.authenticate(user.login, user.login)
        params = {"model": "rma.policies", "method": "create", "args": [[values]], "kwargs": {}}
        return self.make_jsonrpc_request("/web/dataset/call_kw/rma.policies/create", params)

    def test_clerk_is_refused_and_manager_is_not(self):
        days = self.company.rma_approval_days
        with self.assertRaisesRegex(Exception, "AccessError"), mute_logger("odoo.http"):
            self._call(self.rma_user, {"rma_approval_days": days + 1})
        self.assertEqual(self.company.rma_approval_days, days)
        self._call(self.rma_manager, {"rma_approval_days": days + 2})
        self.company.invalidate_recordset()
        self.assertEqual(self.company.rma_approval_days, days + 2)
