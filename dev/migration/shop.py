"""A shop that works with OCA's rma: what it sells, and what its people do. Run by `odoo shell` before the migration."""

from odoo import Command


class Shop:
    """Goods and people, and the steps of a return in OCA's addon."""

    def __init__(self, env):
        # Mails wait in the queue, that nothing empties here.
        self.env = env = env(context=dict(env.context, mail_notify_force_send=False))
        self.company = env.company
        template = env.ref("rma.mail_template_rma_notification")
        # A PDF would ask a server for its styles.
        template.report_template_ids = False
        self.company.write({"send_rma_confirmation": True, "rma_mail_confirmation_template_id": template.id})
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.customer = env["res.partner"].create({"name": "Ada Customer", "email": "ada@example.com"})
        self.responsible = self.make_user("oca_responsible", "stock.group_stock_user", "rma.rma_group_user_all")
        self.chair = self.make_product("Chair", 40.0)
        self.stool = self.make_product("Stool", 25.0)
        self.ordered = self.make_product("Table", 150.0, invoice_policy="order")
        self.lamp = self.make_product("Lamp", 60.0, tracking="serial")
        self.refund = env.ref("rma.rma_operation_refund")
        self.replace = env.ref("rma.rma_operation_replace")
        self.repair = env.ref("rma.rma_operation_return")
        operations = env["rma.operation"]
        self.early = operations.create({"name": "Refund at once", "action_create_delivery": False})
        self.early.action_create_refund = "manual_on_confirm"
        self.by_hand = operations.create(
            {
                "name": "Refund, call first",
                "action_create_delivery": False,
                "action_create_receipt": "manual_on_confirm",
            }
        )
        self.lower = operations.create(
            {"name": "Lower the order", "action_create_delivery": False, "action_create_refund": "update_quantity"}
        )
        self.any = operations.create({"name": "Whatever the customer wants"})
        self.urgent = env["rma.tag"].create({"name": "Urgent", "color": 3})

    def make_user(self, login, *groups):
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "company_ids": [Command.set(self.env["res.company"].search([]).ids)],
                    "group_ids": [Command.set([self.env.ref(group).id for group in ("base.group_user", *groups)])],
                }
            )
        )

    def make_product(self, name, price, **values):
        product = self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "standard_price": price / 2,
                "invoice_policy": "delivery",
                **values,
            }
        )
        if product.tracking == "none":
            self.env["stock.quant"]._update_available_quantity(product, self.warehouse.lot_stock_id, 1000)
        return product

    # === Selling ===

    def sell(self, *products, quantity=1.0, invoiced=True, unit=None, customer=None):
        """Sell, deliver and invoice products, and return the order."""
        customer = customer or self.customer
        lines = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    **({"product_uom_id": unit.id} if unit else {}),
                }
            )
            for product in products
        ]
        order = self.env["sale.order"].create({"partner_id": customer.id, "order_line": lines})
        order.action_confirm()
        self.ship(order.picking_ids)
        if invoiced:
            order._create_invoices().action_post()
        return order

    def ship(self, pickings):
        """Do transfers in full."""
        for picking in pickings.filtered(lambda picking: picking.state not in ("done", "cancel")):
            for move in picking.move_ids:
                if move.product_id.tracking == "serial" and not move.move_line_ids.lot_id:
                    lot = self.env["stock.lot"].create({"product_id": move.product_id.id})
                    self.env["stock.quant"]._update_available_quantity(move.product_id, move.location_id, 1, lot_id=lot)
                    move._action_assign()
                move.quantity = move.product_uom_qty
                move.picked = True
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()

    # === Returns ===

    def request(self, order, operation, product=None, quantity=None, **values):
        """Create a draft return of what an order delivered."""
        line = order.order_line.filtered(lambda line: not product or line.product_id == product)[:1]
        move = line.move_ids.filtered(lambda move: move.state == "done")[:1]
        return self.env["rma"].create(
            {
                "partner_id": order.partner_id.id,
                "partner_invoice_id": order.partner_invoice_id.id,
                "partner_shipping_id": order.partner_shipping_id.id,
                "order_id": order.id,
                "picking_id": move.picking_id.id,
                "move_id": move.id,
                "product_id": line.product_id.id,
                "product_uom_qty": quantity or line.product_uom_qty,
                "product_uom": line.product_uom_id.id,
                "operation_id": operation.id,
                "user_id": self.responsible.id,
                "origin": order.name,
                **values,
            }
        )

    def confirm(self, *args, **kwargs):
        rma = self.request(*args, **kwargs)
        rma.action_confirm()
        return rma

    def receive(self, *args, **kwargs):
        rma = self.confirm(*args, **kwargs)
        self.ship(rma.reception_move_id.picking_id)
        return rma

    def deliver(self, rma, kind, product=None, quantity=None, done=True):
        """Replace what came back, or send it back to the customer."""
        wizard = (
            self.env["rma.delivery.wizard"]
            .with_context(active_ids=rma.ids, rma_delivery_type=kind)
            .create({"type": kind, "company_id": self.company.id})
        )
        wizard.product_id = product or rma.product_id
        wizard.product_uom = wizard.product_id.uom_id
        wizard.product_uom_qty = quantity or rma.product_uom_qty
        wizard.action_deliver()
        if done:
            self.ship(rma.delivery_move_ids.picking_id)
        return rma

    def close(self, rma, reason):
        """Finish a return with a reason."""
        reason = self.env["rma.finalization"].search([("name", "=", reason)]) or self.env["rma.finalization"].create(
            {"name": reason}
        )
        rma.write({"finalization_id": reason.id, "state": "finished"})
        return rma
