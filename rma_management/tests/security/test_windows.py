from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestWindows(RmaCase):
    """A window is its maker's, and shows what its maker may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 10))
        cls.own = cls._get_received(cls, cls.rma_user)
        cls.other = cls._get_received(cls, cls.rma_all)

    def _get_received(self, user):
        rma = self.env["rma.order"].create({**self.order._prepare_rma_values(), "user_id": user.id})
        self.env["rma.order.line"].create(
            {
                "order_id": rma.id,
                "product_id": self.chair.id,
                "sale_line_id": self.order.order_line[:1].id,
                "reason_id": self.reason.id,
                "operation_type_id": self.refund.id,
            }
        )
        rma.action_request()
        rma.action_approve()
        self._validate(rma.picking_ids)
        return rma

    def _window(self, model="rma.process"):
        return self.env[model].with_user(self.rma_user)

    def test_window_opens_on_no_return_that_its_user_may_not_see(self):
        own = self._window().create({"rma_id": self.own.id})
        for operation in (
            lambda: self._window().create({"rma_id": self.other.id}),
            lambda: self._window().with_context(default_rma_id=self.other.id).create({}),
            lambda: own.write({"rma_id": self.other.id}),
            lambda: own.write({"line_ids": [Command.create({"rma_line_id": self.other.line_ids.id})]}),
            lambda: own.line_ids.write({"rma_line_id": self.other.line_ids.id}),
            lambda: self._window("rma.reject").create({"rma_ids": [Command.link(self.other.id)], "reason": "No"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                operation()

    def test_preview_shows_no_return_that_its_user_may_not_see(self):
        spec = {
            "rma_id": {},
            "partner_id": {"fields": {"display_name": {}}},
            "currency_id": {},
            "amount_total_refund": {},
        }
        line_spec = {"price_unit": {}, "qty_received": {}}
        model = self._window()
        line = self._window("rma.process.line")
        for operation in (
            lambda: model.onchange({"rma_id": self.other.id}, ["rma_id"], spec),
            lambda: model.onchange({"rma_id": {"id": self.other.id, "display_name": "x"}}, ["rma_id"], spec),
            lambda: model.with_context(default_rma_id=self.other.id).onchange({}, [], spec),
            lambda: model.onchange(
                {"rma_id": self.own.id, "line_ids": [[0, "virtual_1", {"rma_line_id": self.other.line_ids.id}]]},
                ["line_ids"],
                {**spec, "line_ids": {"fields": line_spec}},
            ),
            lambda: line.onchange({"rma_line_id": self.other.line_ids.id}, ["rma_line_id"], line_spec),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                operation()
        own = model.create({"rma_id": self.own.id})
        value = own.onchange({"rma_id": self.own.id, "refund_adjustment": 1.0}, ["refund_adjustment"], spec)["value"]
        self.assertEqual(value["amount_total_refund"], own.amount_total_refund + 1.0)

    def test_window_of_somebody_else_is_closed(self):
        window = self.env["rma.process"].with_user(self.rma_manager).create({"rma_id": self.own.id})
        mine = self._window().create({"rma_id": self.own.id})
        for number, operation in enumerate(
            (
                lambda: window.with_user(self.rma_user).read(["rma_id"]),
                lambda: window.with_user(self.rma_user).write({"refund_adjustment": 900.0}),
                lambda: window.line_ids.with_user(self.rma_user).write({"qty_refund": 1.0}),
                lambda: window.with_user(self.rma_user).action_complete(),
                lambda: mine.write({"line_ids": [Command.link(window.line_ids.id)]}),
                lambda: self._window("rma.process.line").create(
                    {"wizard_id": window.id, "rma_line_id": self.own.line_ids.id}
                ),
            )
        ):
            # Each call of the web begins with nothing in memory.
            self.env.invalidate_all()
            with self.subTest(number), self.assertRaises(AccessError), self.env.cr.savepoint():
                operation()
        self.assertFalse(self._window().search([("id", "=", window.id)]))

    def test_window_closes_when_its_return_goes_to_somebody_else(self):
        window = self._window().create({"rma_id": self.own.id})
        self.env.flush_all()
        self.own.user_id = self.rma_all
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            window.read(["partner_id"])
        with self.assertRaises(AccessError):
            window.line_ids.read(["price_unit"])

    def test_window_of_one_return_decides_nothing_about_another(self):
        self.other.user_id = self.rma_user
        window = self._window().create({"rma_id": self.own.id})
        with self.assertRaises(UserError):
            window.line_ids.rma_line_id = self.other.line_ids

    def test_windows_open_on_no_order_of_another_company(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        partner = self.env["res.partner"].create({"name": "Of the second"})
        order = self.env["sale.order"].with_company(company).create({"partner_id": partner.id})
        with self.assertRaises(AccessError):
            self._window("rma.create.from.order").create({"sale_order_id": order.id})
        with self.assertRaises(AccessError):
            self._window("rma.create.from.order").onchange(
                {"sale_order_id": order.id}, ["sale_order_id"], {"partner_id": {"fields": {"display_name": {}}}}
            )

    def test_number_that_is_none_is_refused(self):
        window = self._window().create({"rma_id": self.own.id})
        for operation in (
            lambda: window.write({"refund_adjustment": float("nan")}),
            lambda: window.line_ids.write({"qty_refund": float("inf")}),
            lambda: window.onchange({"refund_fee": float("nan")}, ["refund_fee"], {"amount_total_refund": {}}),
        ):
            with self.assertRaises(UserError):
                operation()

    def test_every_window_of_ours_has_a_rule_of_its_maker(self):
        """Windows that nobody but an administrator may read need none; a new one is found here."""
        for name in self.registry:
            model = self.env[name]
            if not (model._transient and (model._original_module or "").startswith("rma_management")):
                continue
            access = self.env["ir.model.access"].search([("model_id.model", "=", name), ("perm_read", "=", True)])
            if access.group_id <= self.env.ref("base.group_system"):
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name), ("groups", "=", False)])
            self.assertTrue(any("create_uid" in rule.domain_force for rule in rules), name)
            self.assertIn("rma.window.mixin", self._get_bases(model), name)

    def _get_bases(self, model):
        return {getattr(base, "_name", None) for base in type(model).mro()}
