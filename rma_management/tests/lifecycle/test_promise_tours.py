from odoo.tests import new_test_user, tagged

from .test_day_tours import PeopleCase


@tagged("post_install", "-at_install")
class TestPromiseTours(PeopleCase):
    """What the requirements promise, where the person whom it is for finds it."""

    browser_size = "1400x900"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        controllers = cls.env["res.groups"].create({"name": "Controllers"})
        cls.company.write(
            {
                "rma_approval_amount": 100,
                "rma_self_approval": True,
                "rma_second_approval_amount": 150,
                "rma_second_approval_group_id": controllers.id,
            }
        )
        cls.second = new_test_user(
            cls.env,
            "day_second",
            "rma_management.group_rma_all,sales_team.group_sale_salesman_all_leads,stock.group_stock_user,"
            "account.group_account_readonly",
            email="day_second@example.com",
        )
        cls.second.group_ids |= controllers

    def _draft(self, name, order, *items):
        rma = self._ask(order, *items, user=self.day_clerk)
        rma.name = name
        return rma

    def _texts(self, rma):
        self._run_announcements()
        return rma.sudo().message_ids.filtered(lambda message: self.customer in message.partner_ids)

    def test_clerk_handles_a_return_from_request_to_archive(self):
        """C6, P3, P7, P12, R3, R6, R12, R14."""
        self.env["rma.return.reason"].create({"name": "Only squeaks", "operation_type_ids": [self.repair.id]})
        elsewhere = self.env["stock.warehouse"].create(
            {"name": "Elsewhere", "code": "DAYWH", "company_id": self.company.id}
        )
        order = self._sell((self.chair, 4))
        self._deliver(order)
        rma = self._draft("DAY-RMA-1", order, (self.chair, 2, self.refund))
        self._tour("/odoo/returns", "rma_promise_clerk", "day_clerk")
        self.assertEqual((rma.state, rma.active), ("done", False))
        self.assertFalse(rma.sudo().refund_ids)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(self._on_hand(self.chair, elsewhere.lot_stock_id), 2)
        letters = self._texts(rma).filtered(lambda message: message.author_id == self.day_clerk.partner_id)
        self.assertIn("Return DAY-RMA-1", letters.attachment_ids[:1].name)

    def test_manager_configures_and_a_second_person_approves(self):
        """C3, C4, P1, P5, P8, R13."""
        desk = self.env["res.partner"].create({"name": "Backyard Dock", "street": "7 Dock Road"})
        self.company.rma_notify_user_ids = self.second
        self.customer.phone = "+1 555 010 4411"
        # Odoo lets nobody else edit templates with expressions.
        self.day_manager.group_ids |= self.env.ref("mail.group_mail_template_editor")
        dear = self._draft("DAY-RMA-2", self._sell_and_invoice((self.table, 1)), (self.table, 1, self.refund))
        dear.action_request()
        settled = self._draft(
            "DAY-RMA-3",
            self.order,
            (self.chair, 1, self.refund),
            (self.chair, 1, self.repair),
            (self.chair, 1, self.replace, {"replacement_product_id": self.table.id}),
        )
        self._approve(settled).with_user(self.second).action_approve()
        self._receive(settled)
        settled.with_user(self.day_clerk).action_settle()
        self._run_announcements()
        self._tour("/odoo/returns-dashboard", "rma_promise_manager", "day_manager")
        self.assertFalse(self.company.rma_mail_requested_template_id)
        self.assertEqual(dear.state, "requested")
        self._tour("/odoo/sales", "rma_promise_second_approver", "day_second")
        self.assertEqual(dear.state, "approved")
        texts = self._texts(dear)
        self.assertIn("Good news", texts.mapped("subject"))
        self.assertIn("sms", dear.sudo().message_ids.mapped("message_type"))
        slip = self.env["ir.actions.report"]._render_qweb_html("rma_management.report_rma_order", dear.ids)[0].decode()
        self.assertTrue(desk.street in slip and "Wrap the legs." in slip)
        later = self._request()
        self.assertFalse(self._texts(later), "that email is switched off")
        self.assertIn(self.second.partner_id, later.sudo().message_ids.notified_partner_ids)

    def test_customer_sees_each_status_in_plain_words_and_no_draft(self):
        """P4, on a phone."""
        self.browser_size, self.touch_enabled = "390x844", True
        new_test_user(self.env, "day_customer", "base.group_portal", partner_id=self.customer.id)
        order = self._sell_and_invoice((self.chair, 20))
        rmas = {
            state: self._ask(order, (self.chair, 1, self.refund))
            for state in ("draft", "requested", "approved", "processing", "done", "rejected", "cancel")
        }
        for state, rma in rmas.items():
            rma.name = f"DAY-{state}"
            if state not in ("draft", "requested"):
                rma.action_request()
        rmas["requested"].action_request()
        rmas["cancel"].action_cancel()
        manager = self.rma_manager
        rmas["rejected"].with_user(manager).action_reject("The chair was used.")
        for state in ("approved", "processing", "done"):
            rmas[state].with_user(manager).action_approve()
        for state in ("processing", "done"):
            self._receive(rmas[state])
        rmas["done"].action_settle()
        self.assertEqual({state: rma.state for state, rma in rmas.items()}, {state: state for state in rmas})
        self._tour("/my/returns", "rma_promise_customer", "day_customer")
