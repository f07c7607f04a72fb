from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestApproval(RmaCase):
    """C3: who may approve is configured, by group and by amount; a second person above a threshold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 20), (cls.table, 10))
        cls.controllers = cls.env["res.groups"].create({"name": "Controllers (returns test)"})
        cls.controller = new_test_user(
            cls.env, "rma_controller", "rma_management.group_rma_all", email="controller@example.com"
        )
        cls.controller.group_ids |= cls.controllers

    def _request(self, *items, user=None):
        rma = self._ask(self.order, *(items or [(self.chair, 2, self.refund)]), user=user)
        rma.action_request()
        return rma

    def _need_second_approval(self, amount):
        self.company.write({"rma_second_approval_amount": amount, "rma_second_approval_group_id": self.controllers.id})

    def _assert_may_approve(self, rma, user, may=True):
        """The button shows exactly where the method does not refuse."""
        rma = rma.with_user(user)
        self.assertEqual(rma.can_approve, may)
        self.assertEqual(bool(rma.approval_refusal), not may)
        if not may:
            with self.assertRaises(AccessError):
                rma.action_approve()
            self.assertEqual(rma.state, "requested")

    # === By group ===

    def test_managers_approve_where_nothing_is_configured(self):
        self.company.rma_approval_group_id = False
        rma = self._request()
        for user in (self.rma_user, self.rma_all):
            rma.user_id = user
            self._assert_may_approve(rma, user, may=False)
        self._assert_may_approve(rma, self.rma_manager)
        rma.with_user(self.rma_manager).action_approve()
        self.assertEqual(rma.state, "approved")

    def test_another_group_approves_in_place_of_the_managers(self):
        self.company.rma_approval_group_id = self.controllers
        rma = self._request()
        self._assert_may_approve(rma, self.rma_manager, may=False)
        self._assert_may_approve(rma, self.controller)
        rma.with_user(self.controller).action_approve()
        self.assertEqual(rma.approved_by_id, self.controller)

    def test_approver_without_a_returns_role_is_refused(self):
        outsider = new_test_user(self.env, "rma_outsider", "base.group_user")
        outsider.group_ids |= self.controllers
        self.company.rma_approval_group_id = self.controllers
        with self.assertRaises(AccessError):
            self._request().with_user(outsider).action_approve()

    def test_refusal_tells_whom_to_ask(self):
        self.company.rma_approval_group_id = self.controllers
        with self.assertRaisesRegex(AccessError, "Controllers"):
            self._request().with_user(self.rma_manager).action_approve()

    def test_who_may_approve_may_reject(self):
        self.company.rma_approval_group_id = self.controllers
        rma = self._request()
        self.assertFalse(rma.with_user(self.rma_manager).can_reject)
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_manager).action_reject("No.")
        self.assertTrue(rma.with_user(self.controller).can_reject)
        wizard = self.env["rma.reject"].with_user(self.controller).create({"rma_ids": rma.ids, "reason": "Used."})
        wizard.action_reject()
        self.assertEqual(rma.state, "rejected")

    # === By amount ===

    def test_value_is_what_was_paid_for_the_items(self):
        rma = self._ask(self.order, (self.chair, 2, self.refund), (self.table, 1, self.refund))
        self.assertEqual(rma.amount_requested, 230.0)
        rma.line_ids[0].product_uom_qty = 3
        self.assertEqual(rma.amount_requested, 270.0)

    def test_small_returns_are_approved_by_everybody_who_works_on_them(self):
        self.company.rma_approval_amount = 80.0
        small, big = self._request((self.chair, 2, self.refund)), self._request((self.chair, 3, self.refund))
        self._assert_may_approve(big, self.rma_all, may=False)
        self._assert_may_approve(small, self.rma_all)
        with self.assertRaises(AccessError):
            small.with_user(self.rma_user).action_approve()
        small.user_id = self.rma_user
        small.with_user(self.rma_user).action_approve()
        self.assertEqual(small.state, "approved")
        self.assertTrue(small.picking_ids)

    def test_price_typed_lower_spares_no_approval(self):
        self.company.rma_approval_amount = 80.0
        rma = self._request((self.table, 1, self.refund, {"price_unit": 1.0}))
        self.assertEqual(rma.amount_requested, 1.0)
        self._assert_may_approve(rma, self.rma_all, may=False)

    def test_items_without_an_order_are_approved_by_managers_however_small(self):
        self.company.rma_approval_amount = 80.0
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_manager)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.chair.id,
                                "reason_id": self.reason.id,
                                "operation_type_id": self.refund.id,
                            }
                        )
                    ],
                }
            )
        )
        rma.action_request()
        self._assert_may_approve(rma, self.rma_all, may=False)
        self._assert_may_approve(rma, self.rma_manager)

    def test_limits_are_in_the_currency_of_the_company(self):
        currency = self.env["res.currency"].create({"name": "RMX", "symbol": "x", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": currency.id, "rate": 4.0, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create({"name": "In RMX", "currency_id": currency.id})
        order = self._sell((self.chair, {"product_uom_qty": 2, "price_unit": 40.0}), pricelist_id=pricelist.id)
        self._deliver(order)
        rma = self._ask(order, (self.chair, 2, self.refund))
        rma.action_request()
        self.assertEqual(rma.currency_id, currency)
        self.assertEqual(rma.amount_requested, 80.0)
        self.assertEqual(rma.amount_to_approve, 20.0)
        self.company.rma_approval_amount = 19.99
        self._assert_may_approve(rma, self.rma_all, may=False)
        self.company.rma_approval_amount = 20.0
        rma.invalidate_recordset()
        self._assert_may_approve(rma, self.rma_all)

    # === A second person ===

    def test_second_person_approves_from_the_threshold_on(self):
        self._need_second_approval(80.0)
        small, big = self._request((self.chair, 1, self.refund)), self._request((self.chair, 2, self.refund))
        (small | big).with_user(self.rma_manager).action_approve()
        self.assertEqual(small.state, "approved")
        self.assertEqual(big.state, "requested")
        self.assertFalse(big.picking_ids)
        self.assertFalse(big.approved_by_id)
        self.assertTrue(
            big.sudo().message_ids.filtered(lambda message: "Controllers" in (message.body or "")),
            "the history tells what the return waits for",
        )
        self._assert_may_approve(big, self.controller)
        big.with_user(self.controller).action_approve()
        self.assertEqual(big.state, "approved")
        self.assertTrue(big.picking_ids)
        self.assertEqual(
            [(approval.level, approval.user_id) for approval in big.approval_ids.sorted("id")],
            [("first", self.rma_manager), ("second", self.controller)],
        )

    def test_nobody_gives_both_approvals(self):
        self._need_second_approval(80.0)
        self.rma_manager.group_ids |= self.controllers
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        self._assert_may_approve(rma, self.rma_manager, may=False)
        with self.assertRaisesRegex(AccessError, "You already approved"):
            rma.with_user(self.rma_manager).action_approve()

    def test_second_approval_is_given_by_its_group_only(self):
        self._need_second_approval(80.0)
        rma = self._request()
        self._assert_may_approve(rma, self.controller, may=False)
        rma.with_user(self.rma_manager).action_approve()
        other = new_test_user(self.env, "rma_manager_2", "rma_management.group_rma_manager")
        self._assert_may_approve(rma, other, may=False)
        with self.assertRaisesRegex(AccessError, "second approval"):
            rma.with_user(other).action_approve()

    def test_second_person_may_reject_what_the_first_one_approved(self):
        self._need_second_approval(80.0)
        rma = self._request()
        with self.assertRaises(AccessError):
            rma.with_user(self.controller).action_reject("Too early for them.")
        rma.with_user(self.rma_manager).action_approve()
        rma.with_user(self.controller).action_reject("Too expensive.")
        self.assertEqual(rma.state, "rejected")

    def test_approvals_before_a_reset_do_not_count_and_stay_on_record(self):
        self._need_second_approval(80.0)
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        rma.action_draft()
        self.assertFalse(rma.requested_by_id)
        rma.action_request()
        self._assert_may_approve(rma, self.controller, may=False)
        self.assertEqual(len(rma.approval_ids), 1)
        rma.with_user(self.rma_manager).action_approve()
        rma.with_user(self.controller).action_approve()
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.approval_ids.sorted("id").mapped("is_current"), [False, True, True])

    def test_return_changed_after_the_first_approval_needs_it_again(self):
        self._need_second_approval(80.0)
        changes = (
            lambda rma: rma.line_ids.write({"product_uom_qty": 5}),
            lambda rma: rma.write(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.table.id,
                                "reason_id": self.reason.id,
                                "operation_type_id": self.refund.id,
                            }
                        )
                    ]
                }
            ),
            lambda rma: rma.line_ids[1].unlink(),
        )
        for change in changes:
            rma = self._request((self.chair, 2, self.refund), (self.table, 1, self.refund))
            rma.with_user(self.rma_manager).action_approve()
            change(rma)
            self._assert_may_approve(rma, self.controller, may=False)

    # === Own requests ===

    def test_own_requests_are_approved_where_the_settings_allow_it(self):
        rma = self._request(user=self.rma_manager)
        self.assertEqual(rma.requested_by_id, self.rma_manager)
        self._assert_may_approve(rma, self.rma_manager)
        self.company.rma_self_approval = False
        rma.invalidate_recordset()
        self._assert_may_approve(rma, self.rma_manager, may=False)
        other = new_test_user(self.env, "rma_manager_2", "rma_management.group_rma_manager")
        rma.with_user(other).action_approve()
        self.assertEqual(rma.state, "approved")

    def test_nobody_gives_the_second_approval_to_an_own_request(self):
        self._need_second_approval(80.0)
        self.company.rma_self_approval = False
        rma = self._request(user=self.controller)
        rma.with_user(self.rma_manager).action_approve()
        self._assert_may_approve(rma, self.controller, may=False)

    # === Automatic ===

    def test_small_returns_for_harmless_reasons_are_approved_by_themselves(self):
        self.company.rma_auto_approval_amount = 80.0
        self.reason.auto_approve = True
        rma = self._request((self.chair, 2, self.refund))
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.requested_by_id, self.rma_all)
        self.assertEqual(rma.approved_by_id, self.env.ref("base.user_root"), "no person did")
        self.assertEqual(rma.approval_ids.user_id, self.env.ref("base.user_root"))
        self.assertTrue(rma.picking_ids)
        self.assertEqual(self._request((self.chair, 3, self.refund)).state, "requested")

    def test_every_reason_has_to_allow_automatic_approval(self):
        self.company.rma_auto_approval_amount = 800.0
        self.reason.auto_approve = True
        other = self.env["rma.return.reason"].create({"name": "Broken by the customer"})
        rma = self._request((self.chair, 1, self.refund), (self.table, 1, self.refund, {"reason_id": other.id}))
        self.assertEqual(rma.state, "requested")

    def test_nothing_is_approved_automatically_without_an_amount(self):
        self.reason.auto_approve = True
        self.assertEqual(self._request().state, "requested")

    def test_automatic_approval_spares_no_second_person(self):
        self.company.rma_auto_approval_amount = 800.0
        self.reason.auto_approve = True
        self._need_second_approval(80.0)
        self.assertEqual(self._request().state, "requested")

    # === Limits ===

    def test_automatic_approval_counts_what_the_customer_got_lately(self):
        self.company.rma_auto_approval_amount = 150.0
        self.reason.auto_approve = True
        orders = [self._sell_and_invoice((self.chair, 2)) for _number in range(4)]
        rmas = [self._ask(order, (self.chair, 2, self.refund)) for order in orders]
        for rma in rmas[:2]:
            rma.action_request()
        self.assertEqual([rma.state for rma in rmas[:2]], ["approved", "requested"])
        rmas[0].sudo().date_approved = fields.Datetime.subtract(fields.Datetime.now(), days=31)
        (rmas[2] | rmas[3]).action_request()
        self.assertEqual([rmas[2].state, rmas[3].state], ["approved", "requested"], "those of one click, too")

    def test_automatic_approval_counts_all_returns_of_an_order(self):
        self.company.rma_auto_approval_amount = 80.0
        self.reason.auto_approve = True
        first = self._request((self.chair, 2, self.refund))
        first.sudo().date_approved = fields.Datetime.subtract(fields.Datetime.now(), days=400)
        self.assertEqual(first.state, "approved")
        self.assertEqual(self._request((self.chair, 1, self.refund)).state, "requested")

    def test_amount_of_everybody_counts_what_they_approved_lately(self):
        self.company.rma_approval_amount = 80.0
        first, second = self._request((self.chair, 1, self.refund)), self._request((self.chair, 2, self.refund))
        first.with_user(self.rma_all).action_approve()
        second.invalidate_recordset()
        self._assert_may_approve(second, self.rma_all, may=False)
        self._assert_may_approve(second, self.rma_manager)

    def test_item_without_order_and_value_is_not_small(self):
        self.company.rma_approval_amount = 80.0
        self._need_second_approval(500.0)
        line = {"product_id": self.chair.id, "reason_id": self.reason.id, "operation_type_id": self.replace.id}
        for price, second in ((0.0, True), (-5.0, True), (30.0, False)):
            rma = (
                self.env["rma.order"]
                .with_user(self.rma_manager)
                .create({"partner_id": self.customer.id, "line_ids": [Command.create({**line, "price_unit": price})]})
            )
            rma.action_request()
            rma.action_approve()
            self.assertEqual(rma.state, "requested" if second else "approved", price)

    def test_dearer_replacement_counts(self):
        self.company.rma_approval_amount = 80.0
        rma = self._request((self.chair, 1, self.replace, {"replacement_product_id": self.table.id}))
        self.assertEqual((rma.amount_requested, rma.amount_to_approve), (40.0, 150.0))
        self._assert_may_approve(rma, self.rma_all, may=False)

    def test_order_and_address_are_not_changed_after_approval(self):
        rma = self._request((self.chair, 1, self.refund))
        other = self.env["res.partner"].create({"name": "Elsewhere", "parent_id": self.customer.id})
        rma.with_user(self.rma_manager).action_approve()
        for values in (
            {"sale_order_id": False},
            {"partner_shipping_id": other.id},
            {"partner_id": other.id},
            {"date_requested": "2020-01-01 00:00:00"},
            {"name": "X"},
        ):
            with self.assertRaisesRegex(UserError, "can no longer be changed"):
                rma.with_user(self.rma_manager).write(values)

    def test_address_changed_after_the_first_approval_needs_it_again(self):
        self._need_second_approval(80.0)
        rma = self._request()
        other = self.env["res.partner"].create({"name": "Elsewhere", "parent_id": self.customer.id})
        rma.with_user(self.rma_manager).action_approve()
        rma.partner_shipping_id = other
        self._assert_may_approve(rma, self.controller, may=False)

    # === The record ===

    def test_rejected_return_is_reopened_by_those_who_approve(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_reject("Used.")
        self.assertFalse(rma.with_user(self.rma_all).can_draft)
        with self.assertRaisesRegex(AccessError, "was rejected"):
            rma.with_user(self.rma_all).action_draft()
        self.assertTrue(rma.with_user(self.rma_manager).can_draft)
        rma.with_user(self.rma_manager).action_draft()
        self.assertEqual(rma.state, "draft")

    def test_automatic_approval_is_logged_as_the_systems(self):
        self.company.rma_auto_approval_amount = 80.0
        self.reason.auto_approve = True
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        self.env.flush_all()
        self.cr.precommit.run()
        rma.action_request()
        self.env.flush_all()
        self.cr.precommit.run()
        values = rma.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(
            [(value.new_value_char, value.mail_message_id.author_id) for value in values.sorted("id")],
            [("Requested", self.rma_all.partner_id), ("Approved", self.env.ref("base.partner_root"))],
        )

    def test_approvals_are_written_by_nobody(self):
        rma = self._request()
        rma.with_user(self.rma_manager).action_approve()
        approval = rma.approval_ids.with_user(self.rma_manager)
        self.assertEqual(approval.user_id, self.rma_manager)
        for operation in (
            lambda: approval.write({"user_id": self.controller.id}),
            lambda: approval.copy(),
            lambda: approval.unlink(),
        ):
            with self.assertRaises(AccessError):
                operation()
        for values in ({"requested_by_id": self.rma_user.id}, {"approval_ids": [Command.clear()]}):
            with self.assertRaises(UserError):
                rma.with_user(self.rma_manager).write(values)
        self.assertTrue(approval.with_user(self.rma_all).read(["level"]))
        rma.user_id = self.rma_all
        with self.assertRaises(AccessError):
            approval.with_user(self.rma_user).read(["level"])

    def test_many_returns_are_approved_with_no_query_for_each_rule(self):
        """The rules cost the same number of queries for three returns and for twelve."""
        self._need_second_approval(1.0)

        def count(number):
            rmas = self.env["rma.order"].union(*(self._request((self.chair, 1, self.refund)) for _i in range(number)))
            rmas = rmas.with_user(self.rma_manager)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rmas._check_may_approve()
            self.assertFalse(rmas._record_approvals(), "the second approval is still to come")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(12), count(3) + 2)
