from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestPrivacyLookup(RmaCase):
    """Odoo's privacy lookup finds the returns of a person, and anonymizes the closed ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": "Ada Lovelace", "email": "ada.lovelace@example.com"})
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.officer = new_test_user(cls.env, "rma_officer", "base.group_system,rma_management.group_rma_manager")
        cls.system_user = new_test_user(cls.env, "rma_system", "base.group_system")

    def _close(self):
        rma = self._return(self.order, (self.chair, 1, self.refund))
        rma.action_settle()
        self.assertEqual(rma.state, "done")
        return rma

    def _look_up(self, user=None, name="Ada Lovelace"):
        wizards = self.env["privacy.lookup.wizard"].with_user(user or self.officer)
        wizard = wizards.create({"name": name, "email": "ada.lovelace@example.com"})
        wizard.action_lookup()
        return wizard

    def _find(self, wizard, rma):
        return wizard.line_ids.filtered(lambda line: line.res_model == "rma.order" and line.res_id == rma.id)

    def test_closed_return_is_found_and_anonymized(self):
        rma = self._close()
        wizard = self._look_up()
        line = self._find(wizard, rma)
        self.assertEqual((len(line), line.is_rma, line.rma_refusal), (1, True, ""))
        line.action_anonymize_rma()
        self.assertTrue(rma.date_anonymized)
        self.assertNotIn(self.customer, rma.partner_id | rma.partner_shipping_id)
        self.assertIn("already anonymized", line.rma_refusal)
        self.assertEqual(wizard.execution_details, f"Anonymized Return #{rma.id}")
        self.assertEqual(wizard.log_id.execution_details, wizard.execution_details)
        self.assertFalse(self._find(self._look_up(), rma))

    def test_address_of_a_guest_is_found(self):
        rma = self._close()
        self.customer.write({"name": "Somebody", "email": "somebody@example.com"})
        rma.sudo().email = "Ada.Lovelace@example.com"
        line = self._find(self._look_up(name="Nobody at all"), rma)
        line.action_anonymize_rma()
        self.assertFalse(rma.email)

    def test_archived_return_is_found(self):
        rma = self._close()
        rma.active = False
        line = self._find(self._look_up(), rma)
        self.assertFalse(line.is_active)
        line.action_anonymize_rma()
        self.assertTrue(rma.date_anonymized)

    def test_open_return_says_why_not(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund)))
        line = self._find(self._look_up(), rma)
        self.assertIn(f"{rma.name} is not closed", line.rma_refusal)
        with self.assertRaisesRegex(UserError, "is not closed"):
            line.action_anonymize_rma()
        self.assertFalse(rma.date_anonymized or line.execution_details)

    def test_rights_of_a_returns_manager_are_needed(self):
        rma = self._close()
        wizard = self._look_up(self.system_user)
        line = self._find(wizard, rma)
        self.assertIn("Only returns managers", line.rma_refusal)
        with self.assertRaisesRegex(UserError, "Only returns managers"):
            line.action_anonymize_rma()
        for user in (self.rma_manager, self.rma_all, self.stock_user):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._look_up(user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                line.with_user(user).action_anonymize_rma()
        self.assertFalse(rma.date_anonymized)

    def test_return_of_another_company_says_why_not(self):
        rma = self._close()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = new_test_user(
            self.env,
            "rma_foreign",
            "base.group_system,rma_management.group_rma_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        line = self._find(self._look_up(foreign), rma)
        self.assertIn(self.company.name, line.rma_refusal)
        with self.assertRaisesRegex(UserError, "no access"):
            line.action_anonymize_rma()

    def test_records_of_other_kinds_are_skipped(self):
        rma = self._close()
        wizard = self._look_up()
        others = wizard.line_ids - self._find(wizard, rma)
        self.assertIn("res.partner", others.mapped("res_model"))
        self.assertNotIn("rma.order.line", others.mapped("res_model"))
        others.filtered(lambda line: line.res_model != "rma.order").action_anonymize_rma()
        self.assertFalse(wizard.execution_details)
        wizard.line_ids.filtered(lambda line: not line.rma_refusal).action_anonymize_rma()
        self.assertTrue(rma.date_anonymized)

    def test_screen_of_the_lookup_opens(self):
        view = self.env.ref("privacy_lookup.privacy_lookup_wizard_line_view_tree")
        arch = self.env["privacy.lookup.wizard.line"].with_user(self.officer).get_view(view.id, "list")["arch"]
        self.assertIn("action_anonymize_rma", arch)
        self.assertTrue(Form(self._look_up()).email)
