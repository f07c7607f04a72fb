from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.helpdesk_ticket_team import REPAIR_QUOTATIONS


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
    under_warranty = fields.Boolean(help="The customer is not charged for the parts.")
    quotation = fields.Selection(
        REPAIR_QUOTATIONS, compute="_compute_quotation", store=True, readonly=False, required=True, precompute=True
    )
    notes = fields.Html(compute="_compute_notes", store=True, readonly=False)

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

    @api.depends("product_id", "lot_id", "picking_id")
    def _compute_quantity(self):
        for wizard in self:
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
            "company_id": ticket.company_id.id,
            "user_id": False,
        }
        if picking:
            # It is repaired where it arrived.
            place = picking.location_dest_id
            values.update(product_location_src_id=place.id, product_location_dest_id=place.id)
            if place.warehouse_id.repair_type_id:
                values["picking_type_id"] = place.warehouse_id.repair_type_id.id
        return values
