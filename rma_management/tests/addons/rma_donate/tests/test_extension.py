from odoo.addons.rma_management.tests.common import RmaCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestExtension(RmaCase):
    """X21: what the README says about extending it, tried as written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charity = cls.env.ref("rma_donate.stock_location_charity")
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 1))
        cls.table.is_present = True

    def test_disposition_of_a_resolution(self):
        self.refund.disposition = "charity"
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        line = rma.line_ids
        self.assertEqual((line.qty_charity, line.qty_restocked, line.qty_to_dispose), (2, 0, 0))
        self.assertEqual(self._on_hand(self.chair, self.charity), 2)
        self.assertEqual(rma.state, "done")
        self.assertIn("given_to_charity", rma.history_ids.mapped("kind"))

    def test_disposition_of_an_inspection(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self.env["rma.inspection"].with_user(self.rma_all).create(
            {"line_id": rma.line_ids.id, "quantity": 1, "disposition": "charity", "refund_percent": 100}
        )
        rma.action_settle()
        self.assertEqual((rma.line_ids.qty_charity, rma.line_ids.qty_restocked), (1, 1))

    def test_fields_of_credit_note_header_and_lines(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.sudo().customer_reference = "PO-77"
        rma.action_settle()
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.donate_customer_reference, "PO-77")
        self.assertEqual(refund.invoice_line_ids.donate_reason_id, rma.line_ids.reason_id)

    def test_rule_of_refusal(self):
        rma = self._ask(self.order, (self.table, 1, self.refund))
        self.assertIn("was a present", rma.policy_refusal)
        with self.assertRaisesRegex(UserError, "was a present"):
            rma.with_user(self.rma_all).action_request()
        rma.line_ids.with_user(self.rma_manager).action_override_refusal("It is broken")
        rma.with_user(self.rma_all).action_request()
        self.assertEqual(rma.state, "requested")
