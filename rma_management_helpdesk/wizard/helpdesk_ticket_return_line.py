from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicketReturnLine(models.TransientModel):
    """A delivered product, how much of it comes back, why, and what the customer gets for it."""

    _name = "helpdesk.ticket.return.line"
    _inherit = ["rma.window.mixin", "rma.operation.mixin"]
    _description = "Item to Return"

    wizard_id = fields.Many2one("helpdesk.ticket.return", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one("uom.uom", string="Unit", required=True, ondelete="cascade")
    # Kits are delivered by their parts, so they have no single move.
    move_id = fields.Many2one("stock.move", ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", string="Sales Order Line", ondelete="cascade")
    qty_returnable = fields.Float(
        string="Returnable",
        digits="Product Unit",
        readonly=True,
        help="Delivered, minus what was returned and what open returns reserve.",
    )
    quantity = fields.Float(string="To Return", digits="Product Unit")
    allowed_lot_ids = fields.Many2many(
        "stock.lot", string="Returnable Lots", compute="_compute_allowed_lot_ids", compute_sudo=True
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "helpdesk_ticket_return_line_lot_rel",
        string="Lots/Serial Numbers",
        domain="[('id', 'in', allowed_lot_ids)]",
        help="Lots or serial numbers that come back, among those delivered. If empty, any may arrive.",
    )
    reason_id = fields.Many2one(compute="_compute_reason_id", store=True, readonly=False)

    @api.depends("move_id", "sale_line_id")
    def _compute_allowed_lot_ids(self):
        for line in self:
            lots = line._get_qty_by_lot()
            line.allowed_lot_ids = self.env["stock.lot"].union(*(lot for lot, left in lots.items() if left > 0))

    @api.depends("wizard_id.reason_id")
    def _compute_reason_id(self):
        for line in self:
            line.reason_id = line.wizard_id.reason_id

    @api.depends("reason_id", "wizard_id.operation_type_id")
    def _compute_operation_type_id(self):
        """Follow the window; a reason of the item's own proposes its resolution."""
        own = self.filtered(lambda line: line.reason_id != line.wizard_id.reason_id)
        for line in self - own:
            line.operation_type_id = line.wizard_id.operation_type_id
        return super(HelpdeskTicketReturnLine, own)._compute_operation_type_id()

    @api.onchange("lot_ids")
    def _onchange_lot_ids(self):
        if self.tracking == "serial" and self.lot_ids:
            self.quantity = self.product_id.uom_id._compute_quantity(len(self.lot_ids), self.product_uom_id)

    def action_split(self):
        """Add a row for the same product, which comes back for another reason, too.

        :return: window action, of the same window
        """
        self.ensure_one()
        self.copy({"quantity": 0.0, "lot_ids": False})
        return self.wizard_id._get_window_action(self.env._("Return"))

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "move_id", "sale_line_id"]

    @api.model
    def _may_link(self, name, records):
        if name == "wizard_id":
            return super()._may_link(name, records)
        # Agents have no access to Inventory or Sales; only what was delivered to their ticket's customer is shown.
        records = records.sudo()
        if name == "move_id":
            partners = (
                move.sale_line_id.order_id.partner_id
                or move.picking_id.sale_id.partner_id
                or move.picking_id.partner_id
                for move in records
            )
        else:
            partners = records.order_id.partner_id
        return self.env["helpdesk.ticket"]._works_for(
            self.env["res.partner"].union(*partners).commercial_partner_id, "return"
        )

    def _get_qty_by_lot(self):
        """Return the lots that can still be returned; of a kit, those of its parts.

        :return: {lot: quantity in the unit of measure of its product}
        """
        self.ensure_one()
        # Agents have no access to Inventory or Sales; the row shows what was delivered to their ticket's customer.
        line = self.sudo()
        if line.product_id.tracking == "none" and line.move_id:
            return {}
        moves = line.move_id or line.sale_line_id._get_rma_deliveries()[line.sale_line_id]
        left = moves._get_lots_returnable()
        return {lot: quantity for lot, quantity in left.items() if lot}

    def _check_reasons(self):
        """Refuse items without a reason or a resolution.

        :raise UserError: names the product
        """
        for line in self:
            if not line.reason_id or not line.operation_type_id:
                raise UserError(
                    self.env._("Choose the reason and the resolution for %s.", line.product_id.display_name)
                )

    def _check_lots(self):
        """Refuse lots that were not delivered, and more than was delivered of them.

        :raise UserError: names the lots, or says how many there must be
        """
        named, rest = self.lot_ids.browse(), {}
        # Rows that name fewer lots take theirs first.
        for line in self.filtered("lot_ids").sorted(lambda line: len(line.lot_ids)):
            left = line._get_qty_by_lot()
            lots = line.lot_ids.sudo()
            foreign = lots.filtered(lambda lot, left=left: left.get(lot, 0.0) <= 0)
            if foreign:
                raise UserError(
                    self.env._(
                        "%s was not delivered to the customer by this delivery, or has been returned already.",
                        ", ".join(foreign.mapped("name")),
                    )
                )
            if twice := line.tracking == "serial" and lots & named:
                raise UserError(self.env._("%s is entered twice.", ", ".join(twice.mapped("name"))))
            named |= lots
            unit = line.product_id.uom_id
            wanted = line.product_uom_id._compute_quantity(line.quantity, unit, round=False)
            if line.tracking == "serial" and unit.compare(wanted, len(lots)):
                raise UserError(
                    self.env._("Enter as many serial numbers of %s as units, or none.", line.product_id.display_name)
                )
            available = sum(rest.setdefault(lot, left[lot]) for lot in lots)
            if line.tracking == "lot" and unit.compare(wanted, available) > 0:
                raise UserError(
                    self.env._(
                        "Only %(quantity)s %(unit)s of %(product)s have the numbers %(lots)s. Lower the quantity, or "
                        "add numbers.",
                        quantity=unit._format_rma_quantity(available),
                        unit=unit.name,
                        product=line.product_id.display_name,
                        lots=", ".join(lots.mapped("name")),
                    )
                )
            self._take_lots(rest, lots, wanted)

    @api.model
    def _take_lots(self, rest, lots, quantity):
        """Take a quantity out of lots, one after the other.

        :param rest: {lot: what is left of it}, changed in place
        """
        for lot in lots:
            taken = min(quantity, rest.get(lot, 0.0))
            rest[lot] = rest.get(lot, 0.0) - taken
            quantity -= taken
