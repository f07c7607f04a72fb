from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.service.helpdesk_ticket import OFFERED


class HelpdeskTicketReturn(models.TransientModel):
    """Take back products of a delivery, as a return or as a reverse transfer only."""

    _name = "helpdesk.ticket.return"
    _inherit = ["helpdesk.ticket.service", "rma.operation.mixin"]
    _description = "Return from a Ticket"

    kind = fields.Selection(related="ticket_id.team_id.return_kind")
    delivery_ids = fields.One2many(
        "helpdesk.ticket.return.delivery",
        "wizard_id",
        string="Deliveries",
        compute="_compute_delivery_ids",
        store=True,
        readonly=False,
    )
    delivery_id = fields.Many2one(
        "helpdesk.ticket.return.delivery",
        compute="_compute_delivery_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', delivery_ids)]",
    )
    comment = fields.Text(help="What the customer says about the product.")
    line_ids = fields.One2many(
        "helpdesk.ticket.return.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    has_lots = fields.Boolean(compute="_compute_has_lots")
    makes_label = fields.Boolean(compute="_compute_makes_label", compute_sudo=True)
    with_label = fields.Boolean(
        string="Return Label",
        default=True,
        help="Get a label from the carrier that delivered, and attach it to the ticket. A return that waits for "
        "approval gets none yet.",
    )

    @api.depends("ticket_id")
    def _compute_delivery_ids(self):
        for wizard in self:
            items = self._get_items(wizard.ticket_id._get_deliveries(limit=OFFERED))
            wizard.delivery_ids = [Command.clear()] + [
                Command.create({"picking_id": picking.id}) for picking in items if items[picking]
            ]

    @api.depends("delivery_ids")
    def _compute_delivery_id(self):
        """Choose the only delivery, or the newest one with the product of the ticket."""
        for wizard in self:
            choices = wizard.delivery_ids
            product = wizard.ticket_id.product_id
            # These are the customer's, see `_get_deliveries`.
            fitting = choices.filtered(
                lambda choice, product=product: product and product in choice.sudo().picking_id.move_ids.product_id
            )
            wizard.delivery_id = fitting[:1] or (choices if len(choices) == 1 else choices.browse())

    @api.depends("delivery_id")
    def _compute_line_ids(self):
        """Propose all that can still be returned, limited to the product and serial number that the ticket names."""
        for wizard in self:
            # These are the customer's, see `_get_deliveries`.
            picking = wizard.delivery_id.picking_id.sudo()
            items = self._get_items(picking).get(picking, [])
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        **item,
                        "quantity": wizard._get_proposed_quantity(item),
                        "lot_ids": [Command.set(wizard._get_proposed_lot(item, picking).ids)],
                    }
                )
                for item in items
            ]

    @api.depends("line_ids.allowed_lot_ids")
    def _compute_has_lots(self):
        for wizard in self:
            wizard.has_lots = bool(wizard.line_ids.allowed_lot_ids)

    @api.depends("delivery_id")
    def _compute_makes_label(self):
        for wizard in self:
            wizard.makes_label = wizard.delivery_id.picking_id.carrier_id.can_generate_return

    def _get_proposed_quantity(self, item):
        """Return how much of an item is proposed for return.

        :param item: values of `helpdesk.ticket.return.line`
        :return: float, in the unit of the item
        """
        product, lot = self.ticket_id.product_id, self.ticket_id.lot_id
        if product and item["product_id"] != product.id:
            return 0.0
        if lot.product_id == product and product.tracking == "serial":
            return min(1.0, item["qty_returnable"])
        return item["qty_returnable"]

    def _get_proposed_lot(self, item, picking):
        """Return the lot that the ticket names, where the delivery has it.

        :param item: values of `helpdesk.ticket.return.line`
        :param picking: `stock.picking` record, readable
        :return: `stock.lot` record, may be empty
        """
        move = picking.move_ids.browse(item["move_id"])
        return self.ticket_id.lot_id.filtered(lambda lot: move._get_lots_returnable()[lot.sudo()] > 0)

    def action_create(self):
        """Create the return or the reverse transfer, and link it to the ticket.

        :return: action that closes the window
        :raise UserError: when nothing is chosen, or more than can still be returned
        """
        self.ensure_one()
        ticket = self.ticket_id
        self._check_service()
        items = self._get_checked_items()
        if self.kind == "picking":
            receipts = self._create_picking(items)
            ticket._link_document(receipts, self.env._("Return transfer"))
        else:
            rma = self._create_rma(items)
            ticket._link_document(rma, self.env._("Return"))
            receipts = rma.picking_ids.filtered(
                lambda picking: picking.location_id.usage == "customer" and picking.state not in ("done", "cancel")
            )
        self._post_labels(receipts)
        return {"type": "ir.actions.act_window_close"}

    # === What can be returned ===

    @api.model
    def _get_items(self, pickings):
        """Return the items of deliveries that can still be returned.

        :param pickings: done `stock.picking` records, readable
        :return: {delivery: list of values of `helpdesk.ticket.return.line`}
        """
        moves = pickings.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )
        left = moves._get_qty_returnable()
        rest = (moves.sale_line_id | moves.rma_line_id.sale_line_id)._get_qty_returnable()
        items = {picking: [] for picking in pickings}
        for move in moves:
            sale_line = move.sale_line_id or move.rma_line_id.sale_line_id
            item = self._prepare_item(move, sale_line, left, rest)
            if item["qty_returnable"] > 0:
                items[move.picking_id].append(item)
        return items

    @api.model
    def _prepare_item(self, move, sale_line, left, rest):
        """Prepare a product that can be returned; for a part of a kit, the kit.

        :param move: done `stock.move`
        :param sale_line: `sale.order.line` that it delivered, or an empty record
        :param left: {move: quantity in the unit of its product}
        :param rest: {sales order line: quantity in its unit}; lowered by what is offered here
        :return: values of `helpdesk.ticket.return.line`
        """
        is_kit = bool(sale_line) and sale_line.product_id != move.product_id
        unit = sale_line.product_uom_id if is_kit else move.product_uom
        quantity = move.product_id.uom_id._compute_quantity(left[move], unit, round=False) if not is_kit else 0.0
        if sale_line:
            of_order = sale_line.product_uom_id._compute_quantity(rest[sale_line], unit, round=False)
            quantity = of_order if is_kit else min(quantity, of_order)
            rest[sale_line] -= unit._compute_quantity(quantity, sale_line.product_uom_id, round=False)
        return {
            "product_id": sale_line.product_id.id if is_kit else move.product_id.id,
            "product_uom_id": unit.id,
            "move_id": False if is_kit else move.id,
            "sale_line_id": sale_line.id,
            "qty_returnable": max(0.0, unit.round(quantity, rounding_method="DOWN")),
        }

    def _get_checked_items(self):
        """Return the entered items, checked against what can be returned now.

        :return: list of values of `helpdesk.ticket.return.line`, each with the "line" that asks for it
        :raise UserError: when nothing or too much is chosen, or the delivery is not the customer's
        """
        picking = self._get_delivery()
        items = {(item["move_id"], item["sale_line_id"]): item for item in self._get_items(picking)[picking]}
        lines = self.line_ids.filtered("quantity")
        if self.kind != "picking":
            lines._check_reasons()
        lines._check_lots()
        wanted = defaultdict(float)
        checked = []
        for line in lines:
            key = line.move_id.id, line.sale_line_id.id
            item = items.get(key)
            unit = self.env["uom.uom"].browse(item and item["product_uom_id"])
            # A product may come back for several reasons.
            wanted[key] += line.quantity
            if not item or line.quantity < 0 or unit.compare(wanted[key], item["qty_returnable"]) > 0:
                raise UserError(
                    self.env._(
                        "Only %(quantity)s %(unit)s of %(product)s can still be returned. Lower the quantity.",
                        quantity=unit._format_rma_quantity(item["qty_returnable"] if item else 0.0),
                        unit=unit.name or line.product_id.uom_id.name,
                        product=line.product_id.display_name,
                    )
                )
            self._check_policy(item, line)
            checked.append({**item, "quantity": line.quantity, "line": line})
        if not checked:
            raise UserError(self.env._("Enter the quantity to return for each product."))
        return checked

    def _check_policy(self, item, line):
        """Refuse what the return policy refuses. A returns manager can override that on a return they create.

        :param item: values of `helpdesk.ticket.return.line`, checked
        :param line: `helpdesk.ticket.return.line` record that asks for it
        :raise UserError: says what to tell the customer
        """
        # Agents have no access to orders.
        sale_line = self.env["sale.order.line"].sudo().browse(item["sale_line_id"])
        product = self.env["product.product"].browse(item["product_id"])
        unit = sale_line.product_uom_id if sale_line.product_id == product else product.uom_id
        refusal = sale_line._get_policy_refusal(
            self.env["uom.uom"].browse(item["product_uom_id"])._compute_quantity(line.quantity, unit, round=False),
            product=product,
            reason=line.reason_id,
            operation_type=line.operation_type_id,
        )
        if refusal:
            raise UserError(self.env._("%(product)s: %(refusal)s", product=product.display_name, refusal=refusal))

    def _get_delivery(self):
        """Return the chosen delivery, checked to be the customer's.

        :return: `stock.picking` record, readable
        :raise UserError: when it is not among them
        """
        # Agents have no access to Inventory; the customer is checked below.
        picking = self.delivery_id.picking_id.sudo()
        if not picking:
            raise UserError(self.env._("Choose the delivery to return."))
        if picking not in self.ticket_id._get_deliveries():
            raise UserError(
                self.env._(
                    "%s is not a delivery to the customer of this ticket, or not for its sales order.", picking.name
                )
            )
        # Prevent concurrent returns of the same units.
        picking.move_ids._lock_as_return_origin()
        return picking

    # === As a return ===

    def _create_rma(self, items):
        """Create and request a return, approved if the team does so.

        :param items: list of values of `helpdesk.ticket.return.line`
        :return: `rma.order` record, readable
        """
        ticket = self.ticket_id
        # Agents have no access to returns. Delivery and quantities were checked against their ticket's customer.
        rma = self._get_maker("rma.order").create(self._prepare_rma_values(items))
        ticket._add_rma(rma)
        rma.action_request()
        asks_others = rma._needs_second_approval() or rma._get_policy_groups()
        if rma.state == "requested" and ticket.team_id.approve_returns and not asks_others:
            rma.with_context(helpdesk_approval_ticket_id=ticket.id).action_approve()
            rma._message_log(
                body=self.env._(
                    "Approved by the help desk: the team %(team)s approves returns from its tickets immediately.",
                    team=ticket.team_id.display_name,
                )
            )
        return rma

    def _prepare_rma_values(self, items):
        """Prepare a return. Override it to carry a field of your own.

        :param items: list of values of `helpdesk.ticket.return.line`
        :return: values of `rma.order`
        """
        ticket = self.ticket_id
        # Agents have no access to Inventory; the delivery was checked.
        picking = self.delivery_id.picking_id.sudo()
        order = picking.sale_id
        values = (
            order._prepare_rma_values()
            if order
            else {"partner_id": ticket.partner_id.id, "company_id": picking.company_id.id}
        )
        return {
            **values,
            "customer_note": self.comment,
            "line_ids": [Command.create(self._prepare_rma_line_values(item)) for item in items],
        }

    def _prepare_rma_line_values(self, item):
        """Prepare a returned product.

        :param item: values of `helpdesk.ticket.return.line`
        :return: values of `rma.order.line`
        """
        # Agents have no access to Inventory or orders; the delivery was checked.
        sale_line = self.env["sale.order.line"].sudo().browse(item["sale_line_id"])
        move = self.env["stock.move"].sudo().browse(item["move_id"])
        line = item["line"]
        return sale_line._prepare_rma_line_values(
            item["quantity"],
            move=move,
            product_uom_id=item["product_uom_id"],
            reason_id=line.reason_id.id,
            # If left out, the reason proposes its default.
            operation_type_id=line.operation_type_id.id,
            lot_ids=line.lot_ids and [Command.set(line.lot_ids.ids)],
        )

    # === As a reverse transfer ===

    def _create_picking(self, items):
        """Create a reverse transfer with Odoo's wizard.

        :param items: list of values of `helpdesk.ticket.return.line`
        :return: `stock.picking` record, readable
        """
        # Agents have no access to Inventory. The delivery and the quantities were checked.
        picking = self.delivery_id.picking_id.sudo()
        quantities = self._get_move_quantities(picking, items)
        wizard = self._get_maker("stock.return.picking").create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id, 0.0)
        reverse = wizard._create_return()
        reverse.ticket_id = self.ticket_id
        named = self.env["stock.lot"].union(*(item["line"].lot_ids for item in items)).sudo()
        for move in reverse.move_ids:
            if lots := named & move.origin_returned_move_id.lot_ids:
                move._set_rma_receipt_lots(lots)
        return reverse

    @api.model
    def _get_move_quantities(self, picking, items):
        """Return the quantity to return of each move; for a kit, of each of its parts.

        :param picking: `stock.picking` record, readable
        :param items: list of values of `helpdesk.ticket.return.line`
        :return: {`stock.move`: quantity in its unit of measure}
        """
        moves = picking.move_ids
        left = moves._get_qty_returnable()
        quantities = defaultdict(float)
        for item in items:
            if item["move_id"]:
                quantities[moves.browse(item["move_id"])] += item["quantity"]
                continue
            sale_line = moves.sale_line_id.browse(item["sale_line_id"])
            for product, per_unit in sale_line._get_rma_components().items():
                wanted = per_unit * item["quantity"]
                for move in moves.filtered(
                    lambda move, product=product, line=sale_line: (
                        move.sale_line_id == line and move.product_id == product
                    )
                ):
                    part = min(wanted, left[move])
                    wanted -= part
                    left[move] -= part
                    quantities[move] += product.uom_id._compute_quantity(part, move.product_uom, round=False)
        return quantities

    # === The label ===

    def _post_labels(self, receipts):
        """Attach the return label of the carrier that delivered to the ticket.

        :param receipts: `stock.picking` records that wait for the goods, readable
        """
        # Agents have no access to Inventory; the delivery was checked.
        delivery = self.delivery_id.picking_id.sudo()
        labels = receipts._get_ticket_labels(delivery) if self.with_label else None
        if labels:
            self.ticket_id.message_post(
                body=self.env._("Return label of %s, to send to the customer.", delivery.carrier_id.name),
                attachments=[(label.name, label.raw) for label in labels],
                subtype_xmlid="mail.mt_note",
            )
