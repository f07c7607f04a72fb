from contextlib import nullcontext
from datetime import datetime

from freezegun import freeze_time
from odoo import Command, fields
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class RmaCase(TransactionCase):
    """A shop with a warehouse, a customer and the three kinds of returns staff, in its own words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.tax = cls.env["account.tax"].create({"name": "15% (returns test)", "amount": 15.0, "type_tax_use": "sale"})
        cls.customer = cls.env["res.partner"].create(
            {"name": "Ada Customer", "email": "ada@example.com", "country_id": cls.env.ref("base.us").id}
        )
        cls.chair = cls._create_product("Chair", 40.0)
        cls.table = cls._create_product("Table", 150.0)
        # Round amounts: tests of taxes give fees theirs.
        (cls.company.rma_fee_product_id | cls.company.rma_adjustment_product_id).taxes_id = False
        cls.reason = cls.env["rma.return.reason"].create({"name": "Any reason"})
        cls.refund = cls.env.ref("rma_management.rma_operation_type_refund")
        cls.replace = cls.env.ref("rma_management.rma_operation_type_replace")
        cls.repair = cls.env.ref("rma_management.rma_operation_type_repair")
        cls.return_only = cls.env.ref("rma_management.rma_operation_type_return_only")
        cls.refund_keep = cls.env.ref("rma_management.rma_operation_type_refund_keep")
        cls.rma_user = new_test_user(cls.env, "rma_user", "rma_management.group_rma_user", email="u@example.com")
        cls.rma_all = new_test_user(cls.env, "rma_all", "rma_management.group_rma_all", email="a@example.com")
        cls.rma_manager = new_test_user(
            cls.env, "rma_manager", "rma_management.group_rma_manager", email="m@example.com"
        )
        cls.stock_user = new_test_user(cls.env, "rma_stock", "stock.group_stock_user", email="s@example.com")

    @classmethod
    def _stop_clock(cls):
        """Let no midnight pass while tests compare days."""
        cls.startClassPatcher(freeze_time(datetime.now()))

    # === The shop ===

    @classmethod
    def _create_product(cls, name, price, on_hand=100, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "standard_price": price / 2,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(cls.tax.ids)],
                **values,
            }
        )
        if on_hand and product.tracking == "none":
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, on_hand)
        return product

    @classmethod
    def _sell(cls, *items, **values):
        """Confirm an order. An item is a product and a quantity, or a product and values of its line."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "tax_ids": [Command.set(product.taxes_id.ids)],
                            **(what if isinstance(what, dict) else {"product_uom_qty": what}),
                        }
                    )
                    for product, what in items
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, quantities=None):
        """Ship all that an order waits for, or {product: quantity} with a backorder for the rest."""
        pickings = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        cls._validate(pickings, quantities)
        return pickings

    @classmethod
    def _validate(cls, pickings, quantities=None, backorder=True):
        for picking in pickings:
            picking.action_assign()
            for move in picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
                if quantities is not None:
                    move.quantity = quantities.get(move.product_id, 0.0)
                elif move.product_uom.compare(move.quantity, move.product_uom_qty):
                    move.quantity = move.product_uom_qty
                move.picked = bool(move.quantity)
            context = {"skip_backorder": True}
            if not backorder:
                context["picking_ids_not_to_backorder"] = picking.ids
            picking.with_context(**context).button_validate()

    @classmethod
    def _invoice(cls, order, post=True):
        invoice = order._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _sell_and_invoice(cls, *items, **values):
        """Sell, deliver and invoice."""
        order = cls._sell(*items, **values)
        cls._deliver(order)
        cls._invoice(order)
        return order

    # === Returns ===

    def _ask(self, order, *items, user=None):
        """Make a draft return. An item is (product, quantity, operation) or with a dict of line values behind."""
        values = order._prepare_rma_values()
        values["line_ids"] = []
        for product, quantity, operation, *more in items:
            values["line_ids"].append(
                Command.create(
                    {
                        "product_id": product.id,
                        "sale_line_id": order.order_line.filtered(
                            lambda line, product=product: line.product_id == product
                        )[:1].id,
                        "product_uom_qty": quantity,
                        "reason_id": self.reason.id,
                        "operation_type_id": operation.id,
                        **(more[0] if more else {}),
                    }
                )
            )
        return self.env["rma.order"].with_user(user or self.rma_all).create(values)

    def _approve(self, rma):
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        return rma

    def _receive(self, rma, quantities=None, backorder=True):
        """Validate the open receipts, as someone of the warehouse who knows nothing of returns."""
        pickings = rma.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and "receipt" in picking.move_ids.mapped("rma_role")
        )
        self._validate(pickings.with_user(self.stock_user), quantities, backorder)

    def _return(self, order, *items):
        """Ask, approve and receive."""
        rma = self._approve(self._ask(order, *items))
        self._receive(rma)
        return rma

    def _process(self, rma, *decisions):
        """Complete the process screen. A decision is (product, values of its line); others keep the plan."""
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        for product, values in decisions:
            line = wizard.line_ids.filtered(lambda line, product=product: line.product_id == product)
            # What an addon settles has no field of its own on the screen: it is a row.
            rows = {name.removeprefix("qty_"): values[name] for name in values if name not in line._fields}
            line.write({name: value for name, value in values.items() if name in line._fields})
            for resolution, quantity in rows.items():
                line._set_decision(resolution, quantity)
        wizard.action_complete()
        return wizard

    def _run_announcements(self):
        """End the transaction, and tell after it what it recorded."""
        self._run("ir_cron_announce")
        # On a slow machine Odoo ends a job before it is through, and starts it again.
        due = [("date_next", "<=", fields.Datetime.now())]
        for _time in range(10):
            if self.env["rma.announcement"].search_count(due, limit=1):
                self._run("ir_cron_announce")

    def _run(self, cron):
        # What the end of a transaction does before it is committed.
        self.cr.flush()
        # An HttpCase is in that mode already.
        with nullcontext() if isinstance(self, HttpCase) else self.enter_registry_test_mode():
            self.env.ref(f"rma_management.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _on_hand(self, product, location):
        return self.env["stock.quant"]._get_available_quantity(product, location)
