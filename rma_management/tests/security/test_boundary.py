from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestBoundary(RmaCase):
    """A returns user, a stolen key of theirs and a forged form write wishes, never results."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 10))
        cls.orders = cls.env["rma.order"].with_user(cls.rma_user)
        cls.lines = cls.env["rma.order.line"].with_user(cls.rma_user)

    def _prepare_line(self, **values):
        return {
            "product_id": self.chair.id,
            "sale_line_id": self.order.order_line[:1].id,
            "reason_id": self.reason.id,
            "operation_type_id": self.refund.id,
            **values,
        }

    def _prepare(self, **values):
        return {**self.order._prepare_rma_values(), "line_ids": [Command.create(self._prepare_line())], **values}

    def _ask_own(self, quantity=1, operation=None):
        return self._ask(self.order, (self.chair, quantity, operation or self.refund), user=self.rma_user)

    def _assert_refused(self, operation):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            operation()

    # === Defaults ===

    def test_status_in_the_context_makes_no_approved_return(self):
        for state in ("requested", "approved", "done"):
            rma = self.orders.with_context(default_state=state).create(self._prepare())
            self.assertEqual((rma.state, set(rma.line_ids.mapped("state"))), ("draft", {"draft"}))

    def test_defaults_in_the_context_give_no_item_a_decision(self):
        rma = self.orders.with_context(
            default_qty_nothing=10.0, default_qty_received=5.0, default_approved_by_id=self.rma_user.id
        ).create(self._prepare())
        self.assertFalse(rma.line_ids.qty_nothing or rma.line_ids.qty_received or rma.approved_by_id)

    def test_own_default_values_make_no_approved_return(self):
        defaults = self.env["ir.default"].with_user(self.rma_user)
        defaults.set("rma.order", "state", "approved", user_id=True)
        defaults.set("rma.order.line", "qty_nothing", 9.0, user_id=True)
        rma = self.orders.create(self._prepare())
        self.assertEqual((rma.state, rma.line_ids.qty_nothing), ("draft", 0.0))

    def test_return_made_by_the_program_takes_no_status_from_the_context_of_the_user(self):
        # `sudo()` drops such defaults, a superuser's own context does not.
        rma = self.orders.sudo().with_context(default_state="approved").create(self._prepare())
        self.assertEqual(rma.state, "draft")

    # === Lines that move ===

    def test_item_does_not_move_into_an_approved_return(self):
        approved = self._approve(self._ask_own())
        draft = self._ask_own(5, self.refund_keep)
        line = draft.line_ids
        self._assert_refused(lambda: line.write({"order_id": approved.id}))
        self._assert_refused(lambda: approved.with_user(self.rma_user).write({"line_ids": [Command.link(line.id)]}))
        self._assert_refused(lambda: approved.with_user(self.rma_user).write({"line_ids": [Command.set(line.ids)]}))
        self._assert_refused(lambda: self.lines.create(self._prepare_line(order_id=approved.id)))
        self._assert_refused(
            lambda: approved.with_user(self.rma_user).write({"line_ids": [Command.create(self._prepare_line())]})
        )
        self.assertEqual((line.order_id, len(approved.line_ids)), (draft, 1))

    def test_item_stays_with_its_return_in_draft_too(self):
        first, second = self._ask_own(), self._ask_own()
        self._assert_refused(lambda: first.line_ids.write({"order_id": second.id}))

    # === Results ===

    def test_what_documents_say_is_not_typed_in(self):
        approved = self._approve(self._ask_own())
        draft = self._ask_own()
        for rma in (approved.with_user(self.rma_user), draft):
            for name, value in {
                "qty_received": 5.0,
                "qty_to_settle": 5.0,
                "qty_expected": 0.0,
                "is_open": False,
                "is_settled": True,
                "state": "cancel",
                "partner_id": self.env.user.partner_id.id,
                "currency_id": self.env.ref("base.EUR").id,
                "qty_nothing": 10.0,
                "qty_kept_here": -1.0,
                "qty_uninvoiced": 1.0,
                "company_id": self.company.id,
                "date_requested": "2020-01-01 00:00:00",
            }.items():
                self._assert_refused(lambda rma=rma, name=name, value=value: rma.line_ids.write({name: value}))
                self._assert_refused(
                    lambda rma=rma, name=name, value=value: rma.write(
                        {"line_ids": [Command.update(rma.line_ids.id, {name: value})]}
                    )
                )
            for name, value in {
                "currency_id": self.env.ref("base.EUR").id,
                "amount_requested": 0.0,
                "date_processing": "2020-01-01 00:00:00",
                "next_step": "process",
                "state": "approved",
                "access_token": "known",
                "requested_by_id": self.rma_manager.id,
            }.items():
                self._assert_refused(lambda rma=rma, name=name, value=value: rma.write({name: value}))

    def test_results_are_given_to_no_new_item(self):
        for name in ("qty_nothing", "qty_replaced", "qty_received", "qty_to_settle", "qty_uninvoiced"):
            values = self._prepare(line_ids=[Command.create(self._prepare_line(**{name: 10.0}))])
            self._assert_refused(lambda values=values: self.orders.create(values))

    def test_import_writes_no_results(self):
        for name, value in (("state", "Approved"), ("amount_requested", "1")):
            result = self.orders.load(["partner_id/.id", name], [[str(self.customer.id), value]])
            self.assertFalse(result["ids"])
        result = self.orders.load(
            ["partner_id/.id", "line_ids/product_id/.id", "line_ids/qty_nothing"],
            [[str(self.customer.id), str(self.chair.id), "5"]],
        )
        self.assertFalse(result["ids"])

    def test_copy_takes_wishes_and_no_results(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.user_id = self.rma_user
        copy = rma.with_user(self.rma_user).copy()
        self.assertEqual((copy.state, copy.line_ids.qty_received, copy.line_ids.product_uom_qty), ("draft", 0.0, 2.0))

    def test_number_that_is_none_is_refused(self):
        rma = self._ask_own()
        for value in (float("nan"), float("inf")):
            self._assert_refused(lambda value=value: rma.line_ids.write({"product_uom_qty": value}))
            self._assert_refused(
                lambda value=value: self.orders.create(
                    self._prepare(line_ids=[Command.create(self._prepare_line(price_unit=value))])
                )
            )

    # === Inspection ===

    def _inspect(self, rma, **values):
        return (
            self.env["rma.inspection"]
            .with_user(self.rma_user)
            .create({"line_id": rma.line_ids.id, "grade_id": self.env["rma.grade"].search([], limit=1).id, **values})
        )

    def _get_received(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.user_id = self.rma_user
        return rma

    def test_who_inspected_is_not_typed_in(self):
        rma = self._get_received()
        self._assert_refused(lambda: self._inspect(rma, inspected_by_id=self.rma_manager.id))
        result = self._inspect(rma)
        self.assertEqual(result.inspected_by_id, self.rma_user)
        self._assert_refused(lambda: result.write({"inspected_by_id": self.rma_manager.id}))

    def test_remark_of_a_result_that_was_carried_out_stays(self):
        rma = self._get_received()
        result = self._inspect(rma, quantity=2, remark="Scratched", disposition="restock", refund_percent=50)
        result.remark = "Scratched on the left"
        rma.with_user(self.rma_user).action_settle()
        self._assert_refused(lambda: result.write({"remark": "Perfect"}))

    def test_result_goes_over_to_no_other_return(self):
        first, second = self._get_received(), self._get_received()
        result = self._inspect(first)
        self._assert_refused(lambda: result.write({"line_id": second.line_ids.id}))
        self._assert_refused(lambda: result.write({"order_id": second.id}))
        self._assert_refused(lambda: self._inspect(first, order_id=second.id))

    def test_nobody_links_a_file_they_may_not_read(self):
        rma = self._get_received()
        secret = self.env["ir.attachment"].create({"name": "Payroll", "raw": b"secret", "res_model": "res.company"})
        with self.assertRaises(AccessError):
            self._inspect(rma, attachment_ids=[Command.link(secret.id)])
        self._assert_refused(lambda: rma.line_ids.write({"attachment_ids": [Command.link(secret.id)]}))

    # === What stays possible ===

    def test_form_of_a_returns_user_still_saves(self):
        with Form(self.orders) as form:
            form.partner_id = self.customer
            form.sale_order_id = self.order
            with form.line_ids.new() as line:
                line.product_id = self.chair
                line.product_uom_qty = 2
                line.reason_id = self.reason
                line.operation_type_id = self.refund
        rma = form.save()
        self.assertEqual((rma.line_ids.price_unit, rma.line_ids.sale_line_id), (40.0, self.order.order_line))
        rma.action_request()
        with Form(rma) as form:
            form.customer_reference = "X1"
            with form.line_ids.edit(0) as line:
                line.product_uom_qty = 1
        self._approve(rma)
        rma.write({"user_id": False, "internal_note": "<p>Careful</p>", "customer_reference": "X2"})
        rma.active = False
        self.assertFalse(rma.active)
