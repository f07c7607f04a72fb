from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..withdrawal.common_withdrawal import RmaWithdrawalCase

WORDS = ("Ada", "ada@example.com", "the chair by the window")


@tagged("post_install", "-at_install")
class TestAnonymizeWithdrawal(RmaWithdrawalCase):
    """A customer is forgotten in what was declared, whether or not anything came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell((cls.chair, 5))

    def _settle(self, withdrawal):
        withdrawal.refusal_reason = "Too late."
        withdrawal.with_user(self.rma_manager).action_refuse()
        self.assertEqual(set(withdrawal.mapped("state")), {"refused"})

    def _get_texts(self, withdrawal):
        self.env.flush_all()
        self.cr.execute(
            "SELECT row_to_json(x)::text FROM rma_withdrawal x WHERE id = %(id)s UNION ALL"
            " SELECT row_to_json(x)::text FROM mail_message x WHERE model = 'rma.withdrawal' AND res_id = %(id)s",
            {"id": withdrawal.id},
        )
        return "\n".join(text for (text,) in self.cr.fetchall())

    def test_settled_declaration_tells_no_more_who_made_it(self):
        withdrawal = self._withdraw(self.order, scope="the chair by the window")
        self._receive_declarations()
        withdrawal.message_post(body="Ada called.", message_type="comment")
        key = withdrawal.sudo().token
        self._settle(withdrawal)
        for word in WORDS:
            self.assertIn(word, self._get_texts(withdrawal))
        withdrawal.with_user(self.rma_manager).action_anonymize()
        for word in WORDS:
            self.assertNotIn(word, self._get_texts(withdrawal))
        self.assertFalse(self.env["rma.withdrawal"]._find(key))
        self.assertTrue(withdrawal.date_declared and withdrawal.sale_order_id and withdrawal.line_ids)

    def test_customer_is_forgotten_in_orders_and_by_address(self):
        found = self._declare(self.order)
        unknown = self._withdraw(self.order, order_reference="S-UNKNOWN")
        self._settle(found | unknown)
        self.order.partner_id.with_user(self.rma_manager).action_anonymize_rma()
        self.assertTrue(found.date_anonymized and unknown.date_anonymized)

    def test_open_declaration_is_refused(self):
        withdrawal = self._declare(self.order)
        for anonymize in (
            withdrawal.with_user(self.rma_manager).action_anonymize,
            self.order.partner_id.with_user(self.rma_manager).action_anonymize_rma,
        ):
            with self.assertRaisesRegex(UserError, "Refund or refuse it before"):
                anonymize()

    def test_managers_anonymize_and_nobody_else(self):
        withdrawal = self._declare(self.order)
        self._settle(withdrawal)
        for user in (self.rma_user, self.rma_all, self.portal_user):
            with self.assertRaises(AccessError):
                withdrawal.with_user(user).action_anonymize()
        line = self.env["privacy.lookup.wizard.line"].new({"res_model": withdrawal._name, "res_id": withdrawal.id})
        self.assertTrue(line.is_rma)
