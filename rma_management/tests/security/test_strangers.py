import inspect
import traceback
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase

OURS = "odoo.addons.rma_management"

# Models of Odoo that returns touch, with how their records are found in the shop of the test.
MODELS = (
    "account.move",
    "account.move.line",
    "product.product",
    "product.template",
    "repair.order",
    "res.partner",
    "sale.order",
    "sale.order.line",
    "stock.lot",
    "stock.move",
    "stock.move.line",
    "stock.picking",
    "stock.scrap",
    "stock.warehouse",
)

# Methods of Odoo that we extend and that no reading calls: what calls them instead.
CALLED_ELSEWHERE = {
    "account.move": {"_reconcile_reversed_moves", "create", "default_get", "write"},
    "account.move.line": {"create", "default_get", "write"},
    "ir.http": {"_post_dispatch"},
    "loyalty.card": {"create", "default_get", "write"},
    "loyalty.history": {"_get_order_description", "_get_order_portal_url", "create", "default_get", "write"},
    # Refunds of a payment provider are asked for by ours only.
    "payment.transaction": {"_create_child_transaction"},
    "project.task": {"_get_view", "get_view", "get_views"},
    "repair.order": {"create", "default_get", "write"},
    "res.company": {"create", "write"},
    "sale.order": {"create", "default_get", "write"},
    "sale.order.line": {"_auto_init", "create", "default_get", "write"},
    "stock.move": {"_get_new_picking_values", "create", "default_get", "write"},
    "stock.picking": {"create", "default_get", "write"},
    # Odoo's own user applies the rules of stock.
    "stock.rule": {"_push_prepare_move_copy_values"},
    "stock.scrap": {"create", "default_get", "write"},
    # Only administrators make warehouses.
    "stock.warehouse": {
        "_get_locations_values",
        "_get_picking_type_create_values",
        "_get_picking_type_update_values",
        "_get_sequence_values",
    },
}


@tagged("post_install", "-at_install")
class TestStrangers(RmaCase):
    """Nobody without rights in returns meets us: what is Odoo's works for them as it does without our addons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strangers = {
            "accountant": new_test_user(cls.env, "x_accountant", "account.group_account_invoice"),
            "salesperson": new_test_user(cls.env, "x_seller", "sales_team.group_sale_salesman"),
            "warehouse hand": cls.stock_user,
            "technician": new_test_user(cls.env, "x_technician", "stock.group_stock_user"),
            "customer": new_test_user(cls.env, "x_customer", "base.group_portal", email="x@example.com"),
        }
        cls.seller = cls.strangers["salesperson"]
        # With kits, Odoo itself asks for rights in stock to count deliveries as of a day.
        cls.auditor = new_test_user(cls.env, "x_auditor", "account.group_account_invoice,stock.group_stock_user")
        cls.customer = cls.strangers["customer"].partner_id
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.dozen.active = True
        # Booked as it moves, so that its cost is looked up.
        category = cls.env["product.category"].create({"name": "Booked", "property_valuation": "real_time"})
        cls.chair.categ_id = category

    def setUp(self):
        super().setUp()
        values = {"user_id": self.seller.id, "partner_id": self.customer.id}
        self.lamp = self._create_product("Lamp", 20.0, tracking="lot")
        self.lot = self.env["stock.lot"].create({"name": "LOT-X", "product_id": self.lamp.id})
        self.env["stock.quant"]._update_available_quantity(self.lamp, self.stock, 20, lot_id=self.lot)
        dozens = (self.table, {"product_uom_qty": 2, "product_uom_id": self.dozen.id})
        self.order = self._sell_and_invoice((self.chair, 6), dozens, (self.lamp, 2), **values)
        self.plain = self._sell_and_invoice((self.chair, 2), **values)
        rma = self._return(
            self.order,
            (self.chair, 1, self.refund),
            (self.table, 7, self.refund, {"product_uom_id": self.env.ref("uom.product_uom_unit").id}),
            (self.lamp, 1, self.repair),
        )
        rma.with_user(self.rma_all).action_settle()
        self._approve(self._ask(self.order, (self.chair, 1, self.replace)))
        self._ask(self.order, (self.chair, 1, self.return_only))
        self.rma = rma.with_env(self.env)

    # === Reading ===

    def _get_records(self, model):
        """Return the documents of the shop of this test."""
        orders = self.order | self.plain | self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        lines = orders.order_line
        moves = lines.move_ids | lines.rma_line_ids.move_ids
        invoices = orders.invoice_ids | self.env["account.move"].search([("partner_id", "=", self.customer.id)])
        products = self.chair | self.table | self.lamp
        return {
            "account.move": lambda: invoices,
            "account.move.line": lambda: invoices.line_ids,
            "product.product": lambda: products,
            "product.template": lambda: products.product_tmpl_id,
            "repair.order": lambda: lines.rma_line_ids.repair_ids,
            "res.partner": lambda: self.customer | self.rma_user.partner_id,
            "sale.order": lambda: orders,
            "sale.order.line": lambda: lines,
            "stock.lot": lambda: self.lot,
            "stock.move": lambda: moves,
            "stock.move.line": lambda: moves.move_line_ids,
            "stock.picking": lambda: moves.picking_id,
            "stock.scrap": lambda: self.env["stock.scrap"].search([]),
            "stock.warehouse": lambda: self.warehouse,
        }[model]()

    def _is_our_fault(self, error):
        """Return whether an error is of ours: it names a model of ours, or our code asked for what failed."""
        code = [
            frame.filename
            for frame in traceback.extract_tb(error.__traceback__)
            if ("odoo/addons/" in frame.filename or "rma_management" in frame.filename)
            and "/tests/" not in frame.filename
        ]
        return "rma." in str(error) or bool(code and "rma_management" in code[-1])

    def _try(self, what, function):
        """Return whether it was done; fail where it was refused because of us."""
        try:
            function()
            return True
        except AccessError as error:
            # Odoo has fields of its own that not everybody may read who reads the document.
            if self._is_our_fault(error):
                self.fail(f"{what}: {error}\n{''.join(traceback.format_tb(error.__traceback__)[-4:])}")
            return False

    def _read_everything(self, who, records):
        """Read all fields as a program does that names none, and each by itself where Odoo refuses one of its own."""
        records.env.invalidate_all()
        if not self._try(f"{who} reads {records._name}", records.read):
            for name, field in records._fields.items():
                if records._has_field_access(field, "read"):
                    self._try(f"{who} reads {records._name}.{name}", lambda name=name: records.read([name]))
        for record in records:
            self._try(f"{who} copies", record.copy_data)

    def _get_specification(self, model, node):
        """Return what a web client reads of a view: its fields, and those of the lists in it."""
        specification = {}
        for child in node.iterchildren():
            if child.tag != "field":
                specification.update(self._get_specification(model, child))
                continue
            field = model._fields[child.get("name")]
            inner = {}
            if field.relational:
                comodel = self.env[field.comodel_name].with_env(model.env)
                for view in child.iterchildren("list", "form", "kanban"):
                    inner.update(self._get_specification(comodel, view))
                specification[field.name] = {"fields": inner or {"display_name": {}}}
            else:
                specification[field.name] = {}
        return specification

    def _read_views(self, who, records):
        views = [(False, view_type) for view_type in ("form", "list", "kanban")]
        self._try(f"{who} opens {records._name}", lambda: records.get_views(views, {"toolbar": True}))
        self._try(f"{who} looks for {records._name}", lambda: records.name_search("a"))
        for view_type in ("form", "list", "kanban"):
            arch = etree.fromstring(records.get_view(view_type=view_type)["arch"])
            specification = self._get_specification(records.browse(), arch)
            title = f"{who} opens the {view_type} of {records._name}"
            if not self._try(title, lambda what=specification: records.web_read(what)):
                for name, what in specification.items():
                    self._try(f"{title}: {name}", lambda name=name, what=what: records.web_read({name: what}))

    def _visit(self, who, user):
        for model in MODELS:
            if self.env[model].with_user(user).has_access("read"):
                records = self._get_records(model).with_user(user)._filtered_access("read")
                if records:
                    self._read_everything(who, records)
                    if user._is_internal():
                        self._read_views(who, records)

    def test_reading_order_lines_without_naming_fields(self):
        """A program of an accountant names no fields."""
        user = self.strangers["accountant"]
        for lines in (self.order.order_line, self.plain.order_line):
            names = lines.with_user(user).read()[0]
            self.assertNotIn("rma_line_ids", names, "it links to records that most people may not read")
            self.assertIn("qty_returnable", names)
        self.assertIn("rma_line_ids", self.order.order_line.with_user(self.rma_all).fields_get())

    # === Accruals ===

    def _read_accruals(self, lines, date):
        lines = lines.with_context(accrual_entry_date=date).with_user(self.auditor)
        lines.env.invalidate_all()
        return [
            (line.qty_delivered_at_date, line.qty_invoiced_at_date, line.amount_to_invoice_at_date) for line in lines
        ]

    def test_accruals_of_an_accountant(self):
        chair, table, lamp = self.order.order_line
        self.rma.refund_ids.filtered(lambda note: note.state == "draft").with_user(
            self.strangers["accountant"]
        ).action_post()
        today = self.rma.refund_ids[:1].invoice_date
        self.startPatcher(freeze_time(datetime.combine(today, time(12)) + timedelta(days=1)))
        self.assertEqual(self._read_accruals(self.plain.order_line, today), [(2, 2, 0)])
        delivered = [line.qty_delivered for line in (chair, table, lamp)]
        self.assertEqual([row[0] for row in self._read_accruals(chair | table | lamp, today)], delivered)
        invoiced = [line.qty_invoiced for line in (chair, table, lamp)]
        self.assertEqual([row[1] for row in self._read_accruals(chair | table | lamp, today)], invoiced)

    def test_accruals_of_a_day_before_the_credit_note(self):
        table = self.order.order_line[1]
        notes = self.rma.refund_ids
        notes.filtered(lambda move: move.state == "posted").button_draft()
        notes.invoice_date = "2050-01-02"
        notes.with_user(self.strangers["accountant"]).action_post()
        # Odoo counts as of a day only where that is past.
        with freeze_time("2050-01-10"):
            for date, invoiced in (("2050-01-01", 2), ("2050-01-02", table.qty_invoiced)):
                self.assertEqual(self._read_accruals(table, date)[0][1], invoiced, date)
        self.assertLess(table.qty_invoiced, 2)

    def test_accrual_entry_of_an_accountant(self):
        self._deliver(self._sell((self.chair, 3), user_id=self.seller.id))
        order = self._sell((self.chair, 3), user_id=self.seller.id)
        self._deliver(order)
        account = self.env["account.account"].search(
            [("company_ids", "in", self.company.id), ("account_type", "=", "liability_current")], limit=1
        )
        wizard = (
            self.env["account.accrued.orders.wizard"]
            .with_user(new_test_user(self.env, "x_bookkeeper", "account.group_account_user"))
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"account_id": account.id, "date": order.date_order.date(), "reversal_date": "2050-01-01"})
        )
        self.assertTrue(wizard.create_entries())

    # === Returns staff without rights in sales ===

    def test_return_of_an_order_that_somebody_else_sold(self):
        """A returns user who sees only own orders in sales works on returns of all orders that are theirs."""
        user = new_test_user(
            self.env, "x_both", "rma_management.group_rma_user,sales_team.group_sale_salesman", email="b@example.com"
        )
        self.rma.user_id = user
        self.assertFalse(self.order.with_user(user).has_access("read"))
        rma = self.rma.with_user(user)
        self._read_everything("returns user", rma)
        self._read_everything("returns user", rma.line_ids)
        self._read_views("returns user", rma)
        item = rma.line_ids.filtered(lambda line: line.product_id == self.table)
        self.assertIn(self.dozen, item.allowed_uom_ids)
        arch = etree.fromstring(rma.get_view(view_type="form")["arch"])
        rma.web_read(self._get_specification(rma.browse(), arch))

    # === Every override ===

    @classmethod
    def _get_overrides(cls):
        """Return the methods of Odoo's models that we extend.

        :return: {(model, method): classes of ours that define it}
        """
        overrides = {}
        for model, registered in cls.env.registry.items():
            mro = registered.__mro__
            if registered._abstract or registered._transient or model.startswith(("rma.", "helpdesk.")):
                continue
            for position, extension in enumerate(mro):
                if not extension.__module__.startswith(OURS):
                    continue
                for name, value in vars(extension).items():
                    if inspect.isfunction(value) and any(
                        name in vars(base) for base in mro[position + 1 :] if not base.__module__.startswith(OURS)
                    ):
                        overrides.setdefault((model, name), []).append(extension)
        return overrides

    def _work(self):
        """Let each of them do their work on documents of returns, and on others."""
        seller, accountant = self.seller, self.strangers["accountant"]
        values = {"partner_id": self.customer.id, "user_id": seller.id}
        order = (
            self.env["sale.order"]
            .with_user(seller)
            .create(
                {
                    **values,
                    "order_line": [Command.create({"product_id": self.chair.id, "product_uom_qty": 4})],
                }
            )
        )
        order.order_line.product_uom_qty = 5
        order.action_confirm()
        # Half of it, the rest in a backorder.
        delivery = order.sudo().picking_ids.with_user(self.stock_user)
        self._validate(delivery, {self.chair: 2})
        self._validate((order.sudo().picking_ids - delivery).with_user(self.stock_user), {self.chair: 1})
        invoice = order._create_invoices().with_env(self.env).with_user(accountant)
        invoice.action_post()
        invoice.button_draft()
        invoice.action_post()
        self._print(order, invoice)
        self.env["account.move.reversal"].with_user(accountant).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).modify_moves()
        self.env["sale.order"].with_user(seller).create(values)._action_cancel()
        scrap = self.env["stock.scrap"].with_user(self.stock_user).create({"product_id": self.chair.id, "scrap_qty": 1})
        scrap.action_validate()
        self._work_on_the_return()

    def _print(self, order, invoice):
        reports = self.env["ir.actions.report"]
        reports.with_user(self.seller)._render_qweb_html("sale.report_saleorder", order.ids)
        reports.with_env(invoice.env)._render_qweb_pdf("account.report_invoice", invoice.ids)
        template = self.env.ref("sale.email_template_edi_sale").with_user(self.seller)
        template._generate_template(order.ids, {"attachment_ids", "report_template_ids"})
        mail = self.env["mail.mail"].create({"body_html": "<p>Hello</p>", "email_to": "x@example.com"})
        # Odoo sends mails with all rights, in the name of their sender.
        mail.with_user(self.seller).sudo()._prepare_outgoing_list()

    def _work_on_the_return(self):
        accountant = self.strangers["accountant"]
        self.rma.refund_ids.filtered(lambda note: note.state == "draft").with_user(accountant).action_post()
        repair = self.rma.line_ids.repair_ids.with_user(self.stock_user)
        repair.under_warranty = not repair.under_warranty
        repair.action_repair_start()
        repair.action_repair_end()
        replacement = self.rma.search([("sale_order_id", "=", self.order.id)]).line_ids.filtered(
            lambda line: line.operation_type_id == self.replace
        )
        self._receive(replacement.order_id)
        replacement.order_id.with_user(self.rma_all).action_settle()
        deliveries = replacement.sudo().replacement_line_ids.order_id.picking_ids
        self._validate(deliveries.with_user(self.stock_user))

    def test_every_override_is_walked(self):
        """A method of Odoo that we extend is called here by somebody without our rights; so will be the next one."""
        overrides = self._get_overrides()
        self.assertGreater(len(overrides), 40)
        called = set()
        strangers = self.env["res.users"].union(*self.strangers.values())

        def watch(model, name, original):
            def method(records, *args, **kwargs):
                # Stored fields are computed with all rights, in the name of whoever changes something.
                if records.env.user in strangers:
                    called.add((records._name, name))
                return original(records, *args, **kwargs)

            for attribute, value in vars(original).items():
                setattr(method, attribute, value)
            return method

        with ExitStack() as stack:
            for (model, name), extensions in overrides.items():
                for extension in extensions:
                    stack.enter_context(patch.object(extension, name, watch(model, name, vars(extension)[name])))
            for who, user in self.strangers.items():
                self.assertFalse(user.has_group("rma_management.group_rma_user"))
                self._visit(who, user)
            self._work()
        left = {
            (model, name) for model, name in overrides.keys() - called if name not in CALLED_ELSEWHERE.get(model, ())
        }
        self.assertFalse(left, "extended, and tried by nobody without rights in returns")
