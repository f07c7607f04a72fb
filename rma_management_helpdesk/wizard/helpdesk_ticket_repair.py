from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.helpdesk_ticket_team import REPAIR_QUOTATIONS
from ..models.rma_order_line import OPEN_REPAIRS


class HelpdeskTicketRepair(models.TransientModel):
    """Create a repair order, filled in from the ticket."""

    _name = "helpdesk.ticket.repair"
    _inherit = "helpdesk.ticket.service"
    _description = "Repair from a Ticket"

    sale_order_id = fields.Many2one(related="ticket_id.sale_order_id")
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('type', '=', 'consu')]",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('product_id', '=', product_id)]",
    )
    quantity = fields.Float(compute="_compute_quantity", store=True, readonly=False, digits="Product Unit")
    picking_id = fields.Many2one(
        "stock.picking",
        string="Return Transfer",
        compute="_compute_picking_id",
        help="The transfer that returned the product, if any.",
    )
    rma_line_id = fields.Many2one(
        "rma.order.line",
        string="Returned Product",
        compute="_compute_rma_line_id",
        help="The item of a return of this ticket that this repair is for.",
    )
    rma_id = fields.Many2one(related="rma_line_id.order_id", string="Return")
    under_warranty = fields.Boolean(help="The customer is not charged for the parts.")
    quotation = fields.Selection(
        REPAIR_QUOTATIONS, compute="_compute_quotation", store=True, readonly=False, required=True, precompute=True
    )
    notes = fields.Html(string="Internal Notes", compute="_compute_notes", store=True, readonly=False)
    customer_note = fields.Text(string="Notes for the Customer", help="Printed on the repair order.")

    @api.depends("ticket_id")
    def _compute_product_id(self):
        for wizard in self:
            wizard.product_id = wizard.ticket_id.product_id

    @api.depends("product_id")
    def _compute_lot_id(self):
        for wizard in self:
            lot = wizard.ticket_id.lot_id
            wizard.lot_id = lot.product_id == wizard.product_id and lot

    @api.depends("product_id", "lot_id")
    def _compute_picking_id(self):
        for wizard in self:
            wizard.picking_id = wizard._get_return_picking()

    @api.depends("product_id", "lot_id")
    def _compute_rma_line_id(self):
        for wizard in self:
            wizard.rma_line_id = wizard._get_rma_line()

    @api.depends("product_id", "lot_id", "picking_id")
    def _compute_quantity(self):
        for wizard in self:
            line = wizard._get_rma_line()
            if line and wizard.tracking != "serial":
                wizard.quantity = wizard._get_qty_left(line)
                continue
            # The transfer is one of the ticket, see `_get_return_picking`.
            moves = wizard.picking_id.sudo().move_ids.filtered(
                lambda move, product=wizard.product_id: move.product_id == product and move.state == "done"
            )
            wizard.quantity = 1.0 if wizard.tracking == "serial" or not moves else sum(moves.mapped("product_qty"))

    @api.depends("ticket_id")
    def _compute_quotation(self):
        for wizard in self:
            wizard.quotation = wizard.ticket_id.team_id.repair_quotation or "none"

    @api.depends("ticket_id")
    def _compute_notes(self):
        for wizard in self:
            wizard.notes = wizard.ticket_id.description

    def _get_return_picking(self):
        """Return the newest transfer by which the product came back for this ticket.

        :return: `stock.picking` record, empty if there is none
        """
        self.ensure_one()
        # Agents have no access to Inventory; these are the transfers of their ticket.
        ticket = self.ticket_id.sudo()
        pickings = ticket._get_documents()[ticket.id]["picking"] | ticket.rma_ids.picking_ids
        arrived = pickings.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.location_id.usage == "customer"
                and self.product_id in picking.move_ids.product_id
            )
        )
        return arrived.sorted("id", reverse=True)[:1].with_env(self.env)

    def _get_rma_line(self):
        """Return the item of the ticket's returns that is to be repaired and has no repair yet.

        :return: `rma.order.line` record, empty if there is none
        """
        self.ensure_one()
        # Agents have no access to the documents of a return; these are the returns of their ticket.
        lines = self.ticket_id.sudo().rma_ids.line_ids
        lot = self.lot_id
        fitting = lines.filtered(
            lambda line: (
                self.product_id in line._get_components()
                and (not lot or not line.lot_ids or lot in line.lot_ids)
                and self._get_qty_left(line) > 0
            )
        )
        return fitting[:1].with_env(self.env)

    def _get_qty_left(self, line):
        """Return how much of the product an item of a return has left to repair.

        :param line: `rma.order.line` record
        :return: float, in the unit of measure of the product
        """
        # Agents have no access to the documents of a return; it is one of their ticket.
        line = line.sudo()
        return line._get_qty_left_to_repair() * line._get_components().get(self.product_id, 0.0)

    def _check_repaired_once(self):
        """Refuse a second repair of the same unit.

        :raise UserError: names the repair, or how much is left
        """
        ticket = self.ticket_id.sudo()
        # Two agents may repair at once: the second transaction is retried with the first one's result.
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET write_date = write_date WHERE id = %s", ticket.id))
        line = self._get_rma_line()
        unit = self.product_id.uom_id
        if line and unit.compare(self.quantity, self._get_qty_left(line)) > 0:
            raise UserError(
                self.env._(
                    "Only %(quantity)s %(unit)s of %(product)s are left to repair in %(return)s. Lower the quantity.",
                    **{
                        "quantity": unit._format_rma_quantity(self._get_qty_left(line)),
                        "unit": unit.name,
                        "product": self.product_id.display_name,
                        "return": line.order_id.name,
                    },
                )
            )
        repairs = ticket._get_documents()[ticket.id]["repair"].filtered(self._is_of_same_unit)
        if repairs and not line:
            raise UserError(
                self.env._(
                    "%(product)s is already being repaired: %(repair)s. Open it from the ticket.",
                    product=self.product_id.display_name,
                    repair=repairs[0].name,
                )
            )

    def _is_of_same_unit(self, repair):
        """Return whether an open repair is of the unit that this window would repair.

        :param repair: `repair.order` record of the ticket, readable
        :rtype: bool
        """
        if repair.state not in OPEN_REPAIRS or repair.product_id != self.product_id:
            return False
        if self.lot_id and repair.lot_id and self.tracking == "serial":
            return self.lot_id == repair.lot_id
        return bool(repair.rma_line_id) and (not self.lot_id or not repair.lot_id or self.lot_id == repair.lot_id)

    def action_create(self):
        """Create the repair order, and its quotation if it comes first, and link both to the ticket.

        :return: action that closes the window
        :raise UserError: when the product is missing
        """
        self.ensure_one()
        ticket = self.ticket_id
        self._check_service()
        if not self.product_id or self.quantity <= 0:
            raise UserError(self.env._("Choose the product to repair and its quantity."))
        self._check_repaired_once()
        # Agents have no access to repairs: this one is created from what they can read on their ticket.
        repair = self.env["repair.order"].sudo().create(self._prepare_repair_values())
        ticket._link_document(repair, self.env._("Repair"))
        repair._create_ticket_quotations("before")
        return {"type": "ir.actions.act_window_close"}

    def _prepare_repair_values(self):
        """Prepare a repair order. Override it to carry a field of your own.

        The order that sold the product is not set: Odoo would put the parts on it.

        :return: values of `repair.order`
        """
        self.ensure_one()
        ticket = self.ticket_id
        # Agents have no access to Inventory; it is a transfer of their ticket.
        picking = self._get_return_picking().sudo()
        values = {
            "ticket_id": ticket.id,
            "ticket_quotation": self.quotation,
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom": self.product_id.uom_id.id,
            "lot_id": self.lot_id.id,
            "partner_id": ticket.partner_id.id,
            "picking_id": picking.id,
            "under_warranty": self.under_warranty,
            "internal_notes": self.notes,
            "ticket_customer_note": self.customer_note,
            "company_id": ticket.company_id.id,
            "user_id": False,
        }
        values.update(self._prepare_rma_link_values())
        if picking:
            # It is repaired where it arrived.
            place = picking.location_dest_id
            values.update(product_location_src_id=place.id, product_location_dest_id=place.id)
            if place.warehouse_id.repair_type_id:
                values["picking_type_id"] = place.warehouse_id.repair_type_id.id
        return values

    def _prepare_rma_link_values(self):
        """Prepare the link to the item of a return, so that processing the return makes no second repair.

        :return: values of `repair.order`
        """
        # Agents have no access to the documents of a return; it is one of their ticket.
        line = self._get_rma_line().sudo()
        if not line:
            return {}
        quantity = self.quantity / line._get_components()[self.product_id]
        decisions = self.env["rma.resolution.repair"]._cover({line: quantity})
        return {
            "rma_line_id": line.id,
            "rma_settlement_id": next(iter(decisions)).id,
            "under_warranty": self.under_warranty or line._is_under_warranty(),
        }
