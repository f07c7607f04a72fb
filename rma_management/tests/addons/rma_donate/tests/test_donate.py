from odoo.addons.rma_management.tests.common import RmaCase
from odoo.addons.rma_management.tests.portal.common_portal import RmaPortalCase
from odoo.tests import tagged


class DonateMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.donate = cls.env.ref("rma_donate.rma_operation_type_donate")
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _assert_donated(self, rma, quantity):
        decision = rma.sudo().settlement_ids.filtered(lambda decision: decision.resolution == "donate")
        self.assertEqual((decision.quantity, decision.qty_done), (quantity, quantity))
        self.assertEqual((rma.state, rma.line_ids.qty_to_settle), ("done", 0))
        self.assertFalse(rma.sudo().refund_ids, "nothing is paid")


@tagged("post_install", "-at_install")
class TestDonate(DonateMixin, RmaCase):
    """X21: an addon adds a resolution by one file and one record, and it lives wherever the others do."""

    def test_donation_is_settled_on_approval(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.donate)))
        self._assert_donated(rma, 2)
        self.assertEqual(self.order.order_line.qty_returnable, 3)

    def test_settling_again_donates_nothing_more(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.donate)))
        rma.action_settle()
        self._assert_donated(rma, 2)

    def test_goods_that_came_back_are_donated_on_the_process_screen(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 0, "qty_donate": 2}))
        self._assert_donated(rma, 2)

    def test_process_screen_plans_the_donation(self):
        self.donate.receipt_policy = "before"
        rma = self._return(self.order, (self.chair, 2, self.donate))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual((wizard.decision_ids.resolution, wizard.decision_ids.quantity), ("donate", 2))
        wizard.action_complete()
        self._assert_donated(rma, 2)

    def test_part_is_donated_and_part_is_refunded(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 1, "qty_donate": 2}))
        self.assertEqual((rma.line_ids.qty_refunded, rma.state), (1, "done"))

    def test_history_tells_who_decided(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 0, "qty_donate": 2}))
        events = rma.history_ids.filtered(lambda event: event.kind == "decided")
        self.assertEqual(events.partner_id, self.rma_all.partner_id)


@tagged("post_install", "-at_install")
class TestDonateOnline(DonateMixin, RmaPortalCase):
    """X21: customers choose it on the website, as they choose the others."""

    def test_customer_donates_on_the_website(self):
        rma = self._ask_online(self.order, {self.chair: 2}, operation=self.donate)
        rma.with_user(self.rma_manager).action_approve()
        self._assert_donated(rma, 2)
        page = self._get(f"/my/returns/{rma.id}")
        self.assertIn("Your return is settled", page.text)
