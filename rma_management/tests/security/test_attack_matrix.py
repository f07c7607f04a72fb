import inspect
from functools import partial

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import RmaCase

ROLES = ("rma_user", "rma_all", "rma_manager")
# What users may write, reviewed: whoever lists one more field says here why it decides neither money nor goods nor
# approval, nor who did what and when.
WRITABLE = {
    "rma.order": {
        "draft": {
            "active",
            "company_id",
            "customer_note",
            "customer_reference",
            "date_requested",
            "email",
            "inspection_ids",
            "internal_note",
            "line_ids",
            "name",
            "partner_id",
            "partner_shipping_id",
            # How goods come back gives nothing, and what counts is what arrives.
            "pickup_date",
            "return_method_id",
            "sale_order_id",
            # Tags are for finding returns: nothing follows from them.
            "tag_ids",
            "user_id",
        },
        "processing": {
            "active",
            "customer_note",
            "customer_reference",
            "email",
            "inspection_ids",
            "internal_note",
            "line_ids",
            "tag_ids",
            "user_id",
        },
    },
    "rma.order.line": {
        "draft": {
            "accept_foreign_lots",
            "comment",
            "lot_ids",
            "move_id",
            "operation_type_id",
            "price_unit",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "reason_id",
            "replacement_product_id",
            "sale_line_id",
            "sequence",
            # What the customer said; a change of it asks the return policy anew.
            "stated_condition",
        },
        "processing": {"accept_foreign_lots", "sequence"},
    },
    "rma.inspection": {
        "draft": set(),
        "processing": {
            "attachment_ids",
            "disposition",
            "grade_id",
            "line_id",
            "location_id",
            "lot_id",
            "quantity",
            "refund_percent",
            "remark",
        },
    },
}
# What managers give a new return besides: it is a return of the past, and nothing is done for it any more.
MANAGERS_GIVE = {("rma.order", "is_imported", "rma_manager")}
# What only the engine writes: no list, no right.
READ_ONLY = ("rma.approval", "rma.audit", "rma.history", "rma.report", "rma.settlement", "rma.coupon")
# What users call of our models and of those that we extend, reviewed: each checks what its user may see and do.
METHODS = {
    "account.move": {"action_view_billed_rma", "action_view_rma", "action_view_ticket"},
    "privacy.lookup.wizard.line": {"action_anonymize_rma"},
    # These open a list, in which everybody sees what they see of the returns.
    "product.product": {"action_view_rma"},
    "product.template": {"action_view_rma"},
    "stock.lot": {"action_view_rma"},
    "stock.warehouse": {"action_view_rma"},
    "project.task": {"action_view_ticket"},
    "repair.order": {"action_view_rma", "action_view_ticket"},
    "res.partner": {"action_anonymize_rma", "action_view_rma"},
    "rma.coupon": {"action_send", "action_show", "action_view_ticket"},
    "rma.coupon.wizard": {"action_generate", "action_send"},
    "rma.create.from.order": {"action_create", "action_create_and_request"},
    "rma.history": {"action_open"},
    "rma.order": {
        "action_approve_selection",
        "action_open_override_refusal",
        "action_open_release",
        "action_payment_link",
        "action_register_payment",
        "action_release_delivery",
        "action_settle_selection",
        "action_anonymize",
        "action_approve",
        "action_approve_extra",
        "action_cancel",
        "action_done",
        "action_draft",
        "action_give_coupon",
        "action_inspect",
        "action_open_receive",
        "action_open_reject",
        "action_open_ticket",
        "action_pay_back",
        "action_print",
        "action_process",
        "action_receive",
        "action_receive_again",
        "action_refuse_extra",
        "action_reject",
        "action_request",
        "action_request_and_approve",
        "action_revoke_link",
        "action_send",
        "action_settle",
        "action_view_coupons",
        "action_view_pickings",
        "action_view_refunds",
        "action_view_repairs",
        "action_view_replacements",
        "action_view_store_credit",
        "action_view_ticket",
        "action_write_to_customer",
        "create_and_request",
        "find_by_barcode",
        "get_import_templates",
        "get_slip",
        "on_barcode_scanned",
    },
    "rma.order.line": {"action_explain_policy", "action_override_refusal", "action_view_ticket"},
    "rma.override.refusal": {"action_override"},
    "rma.policy.rule": {"action_try", "action_view_lines"},
    "rma.policy.try": {"action_run"},
    "rma.process": {"action_ask_approval", "action_complete", "action_complete_and_post", "action_preview_email"},
    "rma.process.preview": {"action_back"},
    "rma.release.delivery": {"action_release"},
    "rma.process.line": {"action_inspect"},
    "rma.receive": {"action_receive", "action_receive_and_process"},
    "rma.reject": {"action_reject"},
    "rma.report": {"action_open_rma", "get_dashboard_data"},
    "rma.withdrawal": {"action_accept", "action_anonymize", "action_done", "action_refuse"},
    "sale.order": {
        "action_create_gift_code",
        "action_create_rma",
        "action_revoke_gift_code",
        "action_view_rma",
        "action_view_ticket",
    },
    "sale.order.line": {"action_explain_policy"},
    "stock.picking": {"action_view_rma", "action_view_ticket"},
}
# Of Odoo: they check rights by themselves, and what we add to them is attacked above.
ODOO_METHODS = {
    "action_confirm",
    "action_repair_done",
    "button_draft",
    "button_validate",
    "copy",
    "copy_data",
    "create",
    "default_get",
    "fields_get",
    "get_view",
    "get_views",
    "name_search",
    "onchange",
    "read",
    "unlink",
    "write",
}
# These are called without a return.
OF_THE_MODEL = {"create_and_request", "find_by_barcode", "get_import_templates"}
# These tell nothing of a return and do nothing to it: an address of the client, with the id that was given.
HARMLESS = {
    "action_open_override_refusal",
    "action_open_reject",
    "action_open_release",
    "action_print",
    "action_send",
    "action_view_coupons",
    "on_barcode_scanned",
}


@tagged("post_install", "-at_install")
class TestAttackMatrix(RmaCase):
    """Every stored field and every public method of the returns, by every role, read from the registry: one that is
    new is attacked by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 10))
        cls.draft = cls._make()
        cls.processing = cls._make()
        cls.processing.action_request()
        cls.processing.action_approve()
        cls._validate(cls.processing.picking_ids)
        cls.result = cls.env["rma.inspection"].create({"line_id": cls.processing.line_ids.id})
        cls.records = {
            "rma.order": {"draft": cls.draft, "processing": cls.processing},
            "rma.order.line": {"draft": cls.draft.line_ids, "processing": cls.processing.line_ids},
            "rma.inspection": {"processing": cls.result},
        }
        cls.employee = new_test_user(cls.env, "rma_employee", "base.group_user")
        cls.portal = new_test_user(cls.env, "rma_visitor", "base.group_portal")

    @classmethod
    def _make(cls):
        return cls.env["rma.order"].create(
            {**cls.order._prepare_rma_values(), "user_id": False, "line_ids": [Command.create(cls._prepare_line())]}
        )

    @classmethod
    def _prepare_line(cls):
        return {
            "product_id": cls.chair.id,
            "sale_line_id": cls.order.order_line[:1].id,
            "reason_id": cls.reason.id,
            "operation_type_id": cls.refund.id,
            "product_uom_qty": 3.0,
        }

    def _prepare(self, model):
        """Values that every role may make a record of."""
        return {
            "rma.order": lambda: {**self.order._prepare_rma_values(), "user_id": False},
            "rma.order.line": lambda: {**self._prepare_line(), "order_id": self.draft.id},
            "rma.inspection": lambda: {"line_id": self.processing.line_ids.id, "quantity": 0.1},
        }[model]()

    def _get_guarded(self, model):
        return [name for name in self.env[model]._fields if self.env[model]._is_guarded(name)]

    def _forge(self, model, name):
        """Give a value that a field does not have."""
        field = self.env[model]._fields[name]
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1, order="id desc").id or 1
        if field.type in ("one2many", "many2many"):
            return [Command.clear()]
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        return {
            "boolean": True,
            "char": "forged",
            "text": "forged",
            "html": "<p>forged</p>",
            "integer": 7,
            "float": 7.0,
            "monetary": 7.0,
            "date": "2001-01-01",
            "datetime": "2001-01-01 00:00:00",
        }[field.type]

    def _assert_refused(self, operation, *what):
        with self.subTest(what=what), self.assertRaises(UserError), self.env.cr.savepoint(flush=False):
            operation()

    # === Fields ===

    def test_lists_are_those_that_were_reviewed(self):
        for model, by_state in WRITABLE.items():
            for state, names in by_state.items():
                self.assertEqual(self.env[model]._get_writable_fields(state), names, (model, state))
            new = set().union(*by_state.values()) | {"order_id"}
            self.assertLessEqual(self.env[model]._get_writable_fields("new"), new, model)

    def test_every_other_field_is_refused_in_write(self):
        for model, by_state in self.records.items():
            for state, record in by_state.items():
                for name in set(self._get_guarded(model)) - WRITABLE[model][state]:
                    values = {name: self._forge(model, name)}
                    for role in ROLES:
                        attacked = record.with_user(getattr(self, role))
                        self._assert_refused(partial(attacked.write, values), model, state, name, role)

    def test_every_other_field_is_refused_in_commands(self):
        for inverse, model in (("line_ids", "rma.order.line"), ("inspection_ids", "rma.inspection")):
            for name in set(self._get_guarded(model)) - WRITABLE[model]["processing"] - WRITABLE[model]["draft"]:
                values = {name: self._forge(model, name)}
                for rma in (self.draft, self.processing):
                    rma = rma.with_user(self.rma_user)
                    for record in rma[inverse]:
                        commands = [Command.update(record.id, values)]
                        self._assert_refused(partial(rma.write, {inverse: commands}), "update", name)
                    if name != "order_id":
                        commands = [Command.create({**self._prepare(model), **values})]
                        self._assert_refused(partial(rma.write, {inverse: commands}), "create", name)

    def test_every_other_field_is_refused_in_create_and_import(self):
        for model in self.records:
            for name in set(self._get_guarded(model)) - self.env[model]._get_writable_fields("new"):
                values = {**self._prepare(model), name: self._forge(model, name)}
                for role in ROLES:
                    if (model, name, role) in MANAGERS_GIVE:
                        continue
                    records = self.env[model].with_user(getattr(self, role))
                    self._assert_refused(partial(records.create, values), model, name, role)

    @mute_logger("odoo.models")
    def test_no_default_gives_another_value(self):
        for model in self.records:
            names = set(self._get_guarded(model)) - self.env[model]._get_writable_fields("new")
            records = self.env[model].with_user(self.rma_user)
            closed = {name for name in names if not records._has_field_access(records._fields[name], "write")}
            for name in closed:
                attacked = records.with_context(**{f"default_{name}": "forged"})
                self._assert_refused(partial(attacked.create, self._prepare(model)), model, name)
            names -= closed
            forged = {name: self._forge(model, name) for name in names}
            plain = self.env[model].with_user(self.rma_user).create(self._prepare(model))
            context = {f"default_{name}": value for name, value in forged.items()}
            attacked = self.env[model].with_user(self.rma_user).with_context(**context).create(self._prepare(model))
            self._assert_same(model, names, plain, attacked)
            for name, value in forged.items():
                self.env["ir.default"].with_user(self.rma_user).set(model, name, value, user_id=True)
            attacked = self.env[model].with_user(self.rma_user).create(self._prepare(model))
            self._assert_same(model, names, plain, attacked)

    def _assert_same(self, model, names, plain, attacked):
        for name in names - {"access_token", "date_requested"}:
            field = self.env[model]._fields[name]
            if field.type not in ("one2many", "many2many"):
                self.assertEqual(plain.sudo()[name], attacked.sudo()[name], f"{model}.{name}")
        if "access_token" in names:
            self.assertNotIn(attacked.sudo().access_token, (False, "forged"))

    def test_what_the_engine_writes_is_written_by_nobody_else(self):
        users = [getattr(self, role) for role in ROLES] + [self.employee, self.portal, self.stock_user]
        for model in READ_ONLY:
            if model not in self.env:
                continue
            for user in users:
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation), (model, operation))
        for model in self.records:
            for user in (self.employee, self.portal, self.stock_user):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation), (model, operation))

    # === Methods ===

    def _get_methods(self):
        """Read the public methods of ours from the registry.

        :return: {model: set of names}
        """
        methods = {}
        for model, cls in self.registry.items():
            for base in cls.mro():
                if not base.__module__.startswith("odoo.addons.rma_management") or self.env[model]._abstract:
                    continue
                # Those of the help desk have tests of their own.
                if model.startswith("helpdesk."):
                    continue
                methods.setdefault(model, set()).update(
                    name
                    for name, value in vars(base).items()
                    if inspect.isroutine(value) and not name.startswith("_") and not hasattr(value, "_api_private")
                )
        return methods

    def test_public_methods_are_those_that_were_reviewed(self):
        for model, names in self._get_methods().items():
            with self.subTest(model):
                self.assertLessEqual(names - ODOO_METHODS, METHODS.get(model, set()), model)

    def test_every_method_is_refused_on_the_return_of_somebody_else(self):
        self.draft.user_id = self.processing.user_id = self.rma_all
        # The first of all calls, as the order of the others is another one each time.
        self._assert_method_refused(self.draft.with_user(self.rma_user), "action_write_to_customer")
        for user in (self.rma_user, self.employee, self.portal):
            for rma in (self.draft, self.processing):
                for name in METHODS["rma.order"] - HARMLESS - OF_THE_MODEL:
                    if hasattr(rma, name):
                        self._assert_method_refused(rma.with_user(user), name)

    def test_every_method_of_the_process_is_refused_to_who_may_not_see_the_return(self):
        window = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": self.processing.id})
        reject = self.env["rma.reject"].with_user(self.rma_all).create({"rma_ids": self.draft.ids, "reason": "No"})
        for user in (self.rma_user, self.employee, self.portal):
            self._assert_method_refused(window.with_user(user), "action_complete")
            self._assert_method_refused(window.line_ids.with_user(user), "action_inspect")
            self._assert_method_refused(reject.with_user(user), "action_reject")

    def _assert_method_refused(self, record, name):
        self.env.flush_all()
        self.env.invalidate_all()
        reasoned = record._name == "rma.order" and name in ("action_reject", "action_release_delivery")
        arguments = ["x"] if reasoned else []
        with (
            self.subTest(method=name, user=record.env.user.login),
            self.assertRaises(UserError),
            self.env.cr.savepoint(flush=False),
        ):
            getattr(record, name)(*arguments)

    def test_harmless_methods_tell_nothing(self):
        self.processing.user_id = self.rma_all
        rma = self.processing.with_user(self.rma_user)
        self.assertFalse(rma.find_by_barcode(self.processing.name))
        self.assertFalse(rma.find_by_barcode(f"https://shop/my/returns/{self.processing.id}?access_token=x"))
        for name in HARMLESS - {"on_barcode_scanned"}:
            if hasattr(rma, name):
                self.env.invalidate_all()
                self.assertNotIn(self.processing.name, str(getattr(rma, name)()), name)

    def test_dashboard_says_what_to_choose_where_no_days_are_given(self):
        with self.assertRaises(UserError):
            self.env["rma.report"].with_user(self.rma_user).get_dashboard_data("x", "y")
