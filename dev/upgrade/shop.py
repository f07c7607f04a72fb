"""The shop that the scenario plays in, and what people do in it. It runs with the released version of the addons."""

from odoo import Command

USERS = {
    "clerk": "rma_management.group_rma_all",
    "manager": "rma_management.group_rma_manager",
    "director": "rma_management.group_rma_manager",
    "storekeeper": "stock.group_stock_user",
}
OPERATIONS = ("refund", "replace", "repair", "return_only", "refund_keep")
GRADES = ("a", "b", "c", "d", "wrong", "missing", "junk")


class Shop:
    """Goods, people and operations, and the steps of a return in the words of the shop."""

    def __init__(self, env):
        # Mails wait in the queue, that nothing empties here.
        self.env = env(context=dict(env.context, mail_notify_force_send=False))
        env = self.env
        self.company = env.company
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.orders_of_chairs = []
        self.stock = self.warehouse.lot_stock_id
        self.tax = env["account.tax"].create({"name": "15% (upgrade)", "amount": 15.0, "type_tax_use": "sale"})
        self.customer = env["res.partner"].create(
            {"name": "Ada Customer", "email": "ada@example.com", "country_id": env.ref("base.us").id}
        )
        self.chair = self.make_product("Chair", 40.0)
        self.table = self.make_product("Table", 150.0)
        self.sofa = self.make_product("Sofa", 700.0)
        self.stool = self.make_product("Stool", 25.0)
        self.reason = env["rma.return.reason"].create({"name": "Any reason"})
        for name, group in USERS.items():
            setattr(self, name, self.make_user(f"upgrade_{name}", group))
        for name in OPERATIONS:
            setattr(self, name, env.ref(f"rma_management.rma_operation_type_{name}"))
        self.store_credit = env.ref("rma_management_loyalty.rma_operation_type_store_credit")
        self.grades = {name: env.ref(f"rma_management.rma_grade_{name}") for name in GRADES}
        self.carrier = env["delivery.carrier"].create(
            {
                "name": "Parcel service (upgrade)",
                "product_id": self.make_product("Parcel", 10.0, type="service", invoice_policy="order").id,
                "delivery_type": "fixed",
                "fixed_price": 10.0,
            }
        )

    def make_user(self, login, *groups):
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login,
                    "login": login,
                    "email": f"{login}@example.com",
                    "group_ids": [Command.set([self.env.ref(group).id for group in ("base.group_user", *groups)])],
                }
            )
        )

    def make_product(self, name, price, on_hand=10000, **values):
        product = self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": values.get("type", "consu") == "consu",
                "list_price": price,
                "standard_price": price / 2,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(self.tax.ids)],
                **values,
            }
        )
        if product.is_storable and product.tracking == "none" and on_hand:
            self.env["stock.quant"]._update_available_quantity(product, self.stock, on_hand)
        return product

    def make_tracked(self, name, tracking, lots, each=1, **values):
        """Make a product with lots or serial numbers in stock.

        :return: (`product.product` record, `stock.lot` records)
        """
        product = self.make_product(name, 100.0, tracking=tracking, **values)
        records = self.env["stock.lot"].create([{"name": lot, "product_id": product.id} for lot in lots])
        for record in records:
            self.env["stock.quant"]._update_available_quantity(product, self.stock, each, lot_id=record)
        return product, records

    def make_kit(self, name, price, **components):
        kit = self.make_product(name, price, is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": getattr(self, product).id, "product_qty": quantity})
                    for product, quantity in components.items()
                ],
            }
        )
        return kit

    def make_operation(self, resolution, name, **values):
        return self.env["rma.operation.type"].create({"name": name, "resolution": resolution, **values})

    # === Sales ===

    def sell(self, *items, shipping=0.0, **values):
        """Confirm an order. An item is a product and a quantity, or a product and values of its line."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, **(what if isinstance(what, dict) else {"product_uom_qty": what})}
                    )
                    for product, what in items
                ],
                **values,
            }
        )
        order.order_line.tax_ids = self.tax
        if shipping:
            order.set_delivery_line(self.carrier, shipping)
        order.action_confirm()
        return order

    def deliver(self, order, quantities=None):
        """Ship what an order waits for, step by step; or {product: quantity}, with a backorder for the rest."""
        while pickings := order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")):
            self.validate(pickings[:1] if quantities is None else pickings, quantities)
            if quantities is not None:
                break

    def validate(self, pickings, quantities=None, backorder=True):
        pickings.action_assign()
        for move in pickings.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            if quantities is not None:
                move.quantity = quantities.get(move.product_id, 0.0)
            elif move.product_uom.compare(move.quantity, move.product_uom_qty):
                move.quantity = move.product_uom_qty
            move.picked = bool(move.quantity)
        context = {"skip_backorder": True, "skip_sms": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = pickings.ids
        pickings.with_context(**context).button_validate()

    def invoice(self, order, post=True):
        invoice = order._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    def sold(self, *items, **values):
        """Sell, deliver and invoice."""
        if items == ((self.chair, 5),) and not values:
            return self.sold_chairs()
        order = self.sell(*items, **values)
        self.deliver(order)
        self.invoice(order)
        return order

    def sold_chairs(self):
        """Give one of many orders of five chairs, that were sold, delivered and invoiced together: that is faster."""
        if not self.orders_of_chairs:
            values = {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.chair.id,
                            "product_uom_qty": 5,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
            orders = self.env["sale.order"].create([values] * 25)
            orders.action_confirm()
            self.validate(orders.picking_ids)
            orders._create_invoices(grouped=True).action_post()
            self.orders_of_chairs = list(orders)
        return self.orders_of_chairs.pop(0)

    # === Returns ===

    def ask(self, order, *items, **header):
        """Make a draft return. An item is (product, quantity, operation), or with values of its line behind."""
        values = {**order._prepare_rma_values(), "line_ids": [], **header}
        for product, quantity, operation, *more in items:
            sale_line = order.order_line.filtered(lambda line, product=product: line.product_id == product)[:1]
            values["line_ids"].append(
                Command.create(
                    {
                        "product_id": product.id,
                        "sale_line_id": sale_line.id,
                        "product_uom_qty": quantity,
                        "reason_id": self.reason.id,
                        "operation_type_id": operation.id,
                        **(more[0] if more else {}),
                    }
                )
            )
        return self.env["rma.order"].with_user(self.clerk).create(values).with_env(self.env)

    def approve(self, rma):
        rma.with_user(self.clerk).action_request()
        rma.with_user(self.manager).action_approve()
        return self.done(rma)

    def receive(self, rma, quantities=None, backorder=True):
        """Validate the open receipts."""
        pickings = rma.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.location_id.usage == "customer"
        )
        self.validate(pickings.with_user(self.storekeeper), quantities, backorder)
        return self.done(rma)

    def returned(self, order, *items):
        """Ask, approve and receive."""
        return self.receive(self.approve(self.ask(order, *items)))

    def returned_new(self, *items):
        """Sell five of each product, invoice them, and take back (product, quantity, operation)."""
        return self.returned(self.sold(*((item[0], 5) for item in items)), *items)

    def settle(self, rma):
        rma.with_user(self.clerk).action_settle()
        return self.done(rma)

    def done(self, rma):
        """End a step: what changed is tracked with its person."""
        self.env.cr.commit()
        return rma

    def process(self, rma, decisions=None, **charges):
        """Complete the process screen; what is not among the decisions {product: values} keeps its plan."""
        wizard = self.env["rma.process"].with_user(self.clerk).create({"rma_id": rma.id})
        for product, values in (decisions or {}).items():
            wizard.line_ids.filtered(lambda line, product=product: line.product_id == product).write(values)
        if charges:
            wizard.write(charges)
        wizard.action_complete()
        return self.done(rma)

    def inspect(self, rma, *results):
        """Write results down: (grade, quantity), or with a disposition behind."""
        line = rma.line_ids[:1]
        return (
            self.env["rma.inspection"]
            .with_user(self.clerk)
            .create(
                [
                    {
                        "line_id": line.id,
                        "grade_id": self.grades[grade].id,
                        "quantity": quantity,
                        "remark": f"Found to be {grade}",
                        **({"disposition": more[0]} if more else {}),
                    }
                    for grade, quantity, *more in results
                ]
            )
        )

    def shipments(self, rma):
        """Give the open deliveries of a return, what it sends to vendors included."""
        return rma.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.location_id.usage != "customer"
        )

    def repair_all(self, rma, until="done"):
        """Take the repairs of a return as far as a state."""
        repairs = rma.repair_ids.filtered(lambda repair: repair.state != "cancel")
        for repair in repairs.with_user(self.storekeeper):
            repair.action_validate()
            if until != "confirmed":
                repair.action_repair_start()
            if until == "done":
                repair.action_repair_end()
        return rma

    def pay(self, invoice):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
