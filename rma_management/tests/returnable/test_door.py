from unittest.mock import patch

from odoo import Command
from odoo.addons.rma_management.models.returnable.sale_order_line import SaleOrderLine
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..portal.common_portal import RmaPortalCase

RULE = "Swimwear is not taken back."


@tagged("post_install", "-at_install")
class TestDoor(RmaPortalCase):
    """Returns are made by the website, by staff from an order, by hand and by RPC: all of them obey the same rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.swimsuit = cls._create_product("Swimsuit", 30.0)
        cls.order = cls._sell_and_invoice((cls.swimsuit, 2), (cls.chair, 2))
        cls.sale_line = cls.order.order_line[0]
        # Nothing but returns, and those of others unseen.
        cls.clerk = new_test_user(cls.env, "door_clerk", "rma_management.group_rma_user", email="c@example.com")
        swimsuit = cls.swimsuit
        prepare, refuse = SaleOrderLine._prepare_rma_line_values, SaleOrderLine._get_policy_refusal

        def _prepare_rma_line_values(self, quantity, **values):
            return {**prepare(self, quantity, **values), "sequence": 77}

        def _get_policy_refusal(self, quantity=0.0, product=None, **details):
            is_swimwear = (product or self.product_id) == swimsuit
            return (is_swimwear and RULE) or refuse(self, quantity, product=product, **details)

        # What an addon writes that carries a field of its own, or has a rule of its own.
        cls.carrying = patch.object(SaleOrderLine, "_prepare_rma_line_values", _prepare_rma_line_values)
        cls.ruling = patch.object(SaleOrderLine, "_get_policy_refusal", _get_policy_refusal)

    def _wizard(self, user, product, **values):
        wizard = (
            self.env["rma.create.from.order"]
            .with_user(user)
            .create({"sale_order_id": self.order.id, "reason_id": self.reason.id, "operation_type_id": self.refund.id})
        )
        line = wizard.line_ids.filtered(lambda line: line.product_id == product)
        line.write({"quantity": 1, **values})
        return wizard

    def _made(self, action):
        return self.env["rma.order"].browse(action["res_id"])

    def _create_by_rpc(self, user, **values):
        values = {
            "reason_id": self.reason.id,
            "operation_type_id": self.refund.id,
            **(
                values
                if "product_id" in values or "move_id" in values
                else {"sale_line_id": self.sale_line.id, **values}
            ),
        }
        orders = self.env["rma.order"].with_user(user)
        return orders.create({"partner_id": self.customer.id, "line_ids": [Command.create(values)]})

    # === Values ===

    def test_every_door_makes_its_lines_by_the_same_method(self):
        with self.carrying:
            by_wizard = self._made(self._wizard(self.clerk, self.swimsuit).action_create())
            by_website = self._ask_online(self.order, {self.swimsuit: "1"})
            by_rpc = self._create_by_rpc(self.clerk)
        for rma in by_wizard | by_website | by_rpc:
            self.assertRecordValues(
                rma.line_ids,
                [
                    {
                        "sequence": 77,
                        "product_id": self.swimsuit.id,
                        "product_uom_qty": 1,
                        "sale_line_id": self.sale_line.id,
                        "operation_type_id": self.refund.id,
                        "price_unit": 30.0,
                    }
                ],
            )

    def test_what_is_given_by_rpc_stays(self):
        rma = self._create_by_rpc(self.clerk, product_uom_qty=2, sequence=5)
        self.assertEqual((rma.line_ids.product_uom_qty, rma.line_ids.sequence), (2, 5))

    def test_line_made_by_rpc_from_a_delivery_alone(self):
        move = self.sale_line.move_ids
        rma = self._create_by_rpc(self.clerk, move_id=move.id)
        self.assertEqual((rma.line_ids.product_id, rma.line_ids.sale_line_id), (self.swimsuit, self.sale_line))

    def test_order_line_chosen_by_hand_fills_in_the_product(self):
        form = Form(self.env["rma.order.line"].with_user(self.clerk), "rma_management.rma_order_line_view_form")
        form.sale_line_id = self.sale_line.with_user(self.clerk)
        self.assertEqual(form.product_id, self.swimsuit)

    # === Rules ===

    def test_rule_is_obeyed_on_the_website(self):
        with self.ruling:
            page = self._get(f"/my/orders/{self.order.id}/return")
            self.assertIn(RULE, page.text)
            self.assertNotIn(f'name="qty_{self.sale_line.id}"', page.text)
            refused = self._choose(self.order, {self.swimsuit: "1"})
            self.assertEqual(refused.status_code, 200)
            self.assertEqual(self._ask_online(self.order, {self.chair: "1"}).state, "requested")

    def test_rule_that_comes_after_the_first_step_is_obeyed_on_the_website(self):
        path = self._path(self._choose(self.order, {self.swimsuit: "1"}))
        with self.ruling:
            page = self._describe(path)
            self.assertIn(RULE, page.text)
            self.assertNotIn("returns manager", page.text)
            self._post(f"{path}/check")
        self.assertFalse(self.sale_line.rma_line_ids)

    def test_rule_may_look_at_the_reason(self):
        def by_reason(self, quantity=0.0, product=None, reason=None, **details):
            return RULE if reason == broken else ""

        broken = self.env["rma.return.reason"].create({"name": "Worn"})
        with patch.object(SaleOrderLine, "_get_policy_refusal", by_reason):
            self.assertTrue(self._ask_online(self.order, {self.swimsuit: "1"}))
            path = self._path(self._choose(self.order, {self.swimsuit: "1"}))
            self.assertIn(RULE, self._describe(path, reason=broken).text)

    def test_rule_is_obeyed_by_the_wizard(self):
        with self.ruling:
            with self.assertRaisesRegex(UserError, f"Swimsuit.*{RULE}.*returns manager"):
                self._wizard(self.clerk, self.swimsuit).action_create()
            with self.assertRaisesRegex(AccessError, "Only a returns manager"):
                self._wizard(self.clerk, self.swimsuit, refusal_override_reason="I want to").action_create()
            rma = self._made(self._wizard(self.clerk, self.chair).action_create())
            self.assertTrue(rma.with_user(self.clerk).action_request())

    def test_rule_is_obeyed_by_lines_made_by_rpc(self):
        with self.ruling:
            rma = self._create_by_rpc(self.clerk)
            self.assertEqual(rma.policy_refusal, f"Swimsuit: {RULE}")
            with self.assertRaisesRegex(UserError, f"{rma.name}, Swimsuit: {RULE}"):
                rma.action_request()

    def test_rule_is_obeyed_by_lines_that_no_order_sold(self):
        rma = self._create_by_rpc(self.rma_manager, product_id=self.swimsuit.id)
        self.assertFalse(rma.line_ids.sale_line_id)
        with self.ruling, self.assertRaisesRegex(UserError, RULE):
            rma.action_request()

    def test_rule_is_obeyed_by_lines_that_come_after_the_request(self):
        with self.ruling:
            rma = self._made(self._wizard(self.clerk, self.chair).action_create()).with_user(self.clerk)
            rma.action_request()
            rma.line_ids = [
                Command.create(
                    {
                        "sale_line_id": self.sale_line.id,
                        "reason_id": self.reason.id,
                        "operation_type_id": self.refund.id,
                    }
                )
            ]
            with self.assertRaisesRegex(UserError, RULE):
                rma.with_user(self.rma_manager).action_approve()

    # === Overriding a rule ===

    def test_manager_overrides_a_rule_with_a_reason_that_is_kept(self):
        with self.ruling:
            rma = self._create_by_rpc(self.clerk).with_user(self.rma_manager)
            window = rma.action_open_override_refusal()
            form = Form(self.env[window["res_model"]].with_user(self.rma_manager).with_context(**window["context"]))
            self.assertIn(RULE, form.policy_refusal)
            form.reason = "Sold with a <b>wrong</b> size chart"
            form.save().action_override()
            self.assertFalse(rma.policy_refusal)
            rma.with_user(self.clerk).action_request()
            rma.action_approve()
        self.assertEqual(rma.state, "approved")
        line = rma.with_user(self.clerk).line_ids
        self.assertEqual(line.refusal_override_reason, "Sold with a <b>wrong</b> size chart")
        self.assertEqual(line.refusal_override_user_id, self.rma_manager)
        self.assertTrue(line.refusal_override_date)
        message = rma.message_ids.filtered(lambda message: "size chart" in message.body)
        self.assertEqual(message.author_id, self.rma_manager.partner_id)
        self.assertIn(RULE, message.body)
        self.assertIn("&lt;b&gt;", message.body)
        self.env.flush_all()
        event = rma.with_user(self.clerk).history_ids.filtered(lambda event: event.kind == "overridden")
        self.assertEqual((event.partner_id, event.detail), (self.rma_manager.partner_id, line.refusal_override_reason))

    def test_manager_overrides_a_rule_in_the_wizard(self):
        with self.ruling:
            wizard = self._wizard(self.rma_manager, self.swimsuit, refusal_override_reason="Goodwill")
            rma = self._made(wizard.action_create())
            self.assertEqual(rma.line_ids.refusal_override_user_id, self.rma_manager)
            rma.with_user(self.rma_all).action_request()
        self.assertEqual(rma.state, "requested")

    def test_nobody_else_overrides_a_rule(self):
        with self.ruling:
            rma = self._create_by_rpc(self.clerk)
            with self.assertRaisesRegex(AccessError, "Only a returns manager"):
                rma.line_ids.action_override_refusal("I want to")
            for values in (
                {"refusal_override_reason": "x"},
                {"refusal_override_user_id": self.rma_manager.id},
                {"refusal_override_date": "2030-01-01 00:00:00"},
            ):
                with self.assertRaises(UserError):
                    rma.line_ids.write(values)
                with self.assertRaises(UserError):
                    self._create_by_rpc(self.clerk, **values)
                defaults = {f"default_{name}": value for name, value in values.items()}
                made = rma.line_ids.with_context(**defaults).create(
                    {"order_id": rma.id, "sale_line_id": self.sale_line.id, "reason_id": self.reason.id}
                )
                for name in values:
                    self.assertFalse(any(made.mapped(name)))
            with self.assertRaisesRegex(UserError, RULE):
                rma.action_request()

    def test_override_needs_a_reason(self):
        with self.ruling:
            rma = self._create_by_rpc(self.rma_manager)
            with self.assertRaisesRegex(UserError, "Enter why"):
                rma.line_ids.action_override_refusal("  ")

    def test_override_is_for_the_line_as_it_was(self):
        with self.ruling:
            rma = self._create_by_rpc(self.clerk)
            rma.with_user(self.rma_manager).line_ids.action_override_refusal("One of them")
            rma.line_ids.comment = "Unworn"
            self.assertTrue(rma.line_ids.refusal_override_reason)
            rma.line_ids.product_uom_qty = 2
            self.assertFalse(rma.line_ids.refusal_override_reason or rma.line_ids.refusal_override_user_id)
            with self.assertRaisesRegex(UserError, RULE):
                rma.action_request()

    def test_what_was_not_delivered_is_never_overridden(self):
        with self.ruling:
            rma = self._create_by_rpc(self.rma_manager, product_uom_qty=3)
            rma.line_ids.action_override_refusal("Take all of it")
            with self.assertRaisesRegex(UserError, "only 2"):
                rma.action_request()
            with self.assertRaisesRegex(UserError, "Only 2 Units of Swimsuit can be sent back"):
                self._wizard(
                    self.rma_manager, self.swimsuit, quantity=3, refusal_override_reason="All of it"
                ).action_create()
