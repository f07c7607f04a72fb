from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.helpdesk_ticket_team import REPAIR_QUOTATIONS
from ..models.rma_order_line import OPEN_REPAIRS
from ..models.service.helpdesk_ticket import OFFERED
from .helpdesk_ticket_repair_part import MAX_QUANTITY


class HelpdeskTicketRepair(models.TransientModel):
    """Create a repair order, filled in from the ticket."""

    _name = "helpdesk.ticket.repair"
    _inherit = "helpdesk.ticket.service"
    _description = "Repair from a Ticket"

    commercial_partner_id = fields.Many2one(related="ticket_id.commercial_partner_id")
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        compute="_compute_sale_order_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('state', '=', 'sale'), ('partner_id', 'child_of', commercial_partner_id), "
        "('company_id', '=', company_id)]",
        help="The customer's sales order that delivered the product. No more is repaired than it delivered.",
    )
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
    source_ids = fields.One2many(
        "helpdesk.ticket.repair.source",
        "wizard_id",
        string="Returned Products",
        compute="_compute_source_ids",
        store=True,
        readonly=False,
    )
    source_id = fields.Many2one(
        "helpdesk.ticket.repair.source",
        string="Return",
        compute="_compute_source_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', source_ids)]",
        help="The return or the receipt by which the product comes back. If empty, it has not come back yet.",
    )
    under_warranty = fields.Boolean(help="The customer is not charged for parts and services.")
    quotation = fields.Selection(
        REPAIR_QUOTATIONS, compute="_compute_quotation", store=True, readonly=False, required=True, precompute=True
    )
    part_ids = fields.One2many("helpdesk.ticket.repair.part", "wizard_id", string="Parts and Services")
    notes = fields.Html(string="Internal Notes", compute="_compute_notes", store=True, readonly=False)
    customer_note = fields.Text(string="Notes for the Customer", help="Printed on the repair order.")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["sale_order_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "sale_order_id":
            return super()._may_link(name, records)
        # Agents may have no access to Sales; only the orders of their ticket's customer are shown.
        customers = records.sudo().partner_id.commercial_partner_id
        return self.env["helpdesk.ticket"]._works_for(customers, "repair")

    # === What the window proposes ===

    @api.depends("ticket_id")
    def _compute_sale_order_id(self):
        for wizard in self:
            wizard.sale_order_id = wizard.ticket_id.sale_order_id

    @api.depends("ticket_id")
    def _compute_product_id(self):
        for wizard in self:
            wizard.product_id = wizard.ticket_id.product_id

    @api.depends("product_id")
    def _compute_lot_id(self):
        for wizard in self:
            if not wizard.lot_id or wizard.lot_id.product_id != wizard.product_id:
                lot = wizard.ticket_id.lot_id
                wizard.lot_id = lot.product_id == wizard.product_id and lot

    @api.depends("ticket_id")
    def _compute_source_ids(self):
        """Offer what the customer returned, what belongs to the ticket first."""
        for wizard in self:
            wizard.source_ids = [Command.clear()] + [
                Command.create(values) for values in wizard.ticket_id._get_returned_items()[:OFFERED]
            ]

    @api.depends("source_ids", "product_id", "lot_id")
    def _compute_source_id(self):
        """Choose what came back for this very ticket. Other returns of the customer are for the agent to choose."""
        for wizard in self:
            product, lot = wizard.product_id, wizard.lot_id
            if wizard.source_id and wizard.source_id._fits(product, lot):
                continue
            # Agents have no access to Inventory; these are the documents of their ticket.
            ticket = wizard.ticket_id.sudo()
            lines, pickings = ticket.rma_ids.line_ids, ticket._get_receipts()
            fitting = wizard.source_ids.filtered(
                lambda source, product=product, lot=lot, lines=lines, pickings=pickings: (
                    source._fits(product, lot)
                    and (
                        source.sudo().rma_line_id in lines
                        if source.rma_line_id
                        else source.sudo().picking_id in pickings
                    )
                )
            )
            wizard.source_id = fitting[:1]

    @api.depends("product_id", "lot_id", "source_id")
    def _compute_quantity(self):
        for wizard in self:
            left = wizard.source_id and wizard.source_id._get_qty_left()
            wizard.quantity = 1.0 if wizard.tracking == "serial" or not left else left

    @api.depends("ticket_id", "part_ids.product_id")
    def _compute_quotation(self):
        """Propose that of the team, and one before the repair where services would be on none."""
        for wizard in self:
            quotation = wizard.quotation or wizard.ticket_id.team_id.repair_quotation or "none"
            is_needed = quotation == "none" and "service" in wizard.part_ids.mapped("type")
            wizard.quotation = "before" if is_needed else quotation

    @api.depends("ticket_id")
    def _compute_notes(self):
        for wizard in self:
            wizard.notes = wizard.ticket_id.description

    @api.onchange("source_id")
    def _onchange_source_id(self):
        source = self.source_id
        if source and not source._fits(self.product_id, self.lot_id):
            self.product_id = source.product_id
            lots = source._get_lots()
            self.lot_id = lots.id if len(lots) == 1 else False

    # === Checks ===

    def _check_goods(self):
        """Refuse a product, a lot and a quantity that are not one another's.

        :raise UserError: says what to change
        """
        product, lot, unit = self.product_id, self.lot_id, self.product_id.uom_id
        if not product or unit.compare(self.quantity, 0) <= 0:
            raise UserError(self.env._("Choose the product to repair and its quantity."))
        if lot and lot.product_id != product:
            raise UserError(
                self.env._(
                    "%(lot)s is not a lot or serial number of %(product)s.", lot=lot.name, product=product.display_name
                )
            )
        if product.tracking == "serial" and unit.compare(self.quantity, 1):
            raise UserError(
                self.env._(
                    "Each serial number of %s is one unit. Repair them one by one.",
                    product.display_name,
                )
            )
        if self.quantity > MAX_QUANTITY:
            raise UserError(
                self.env._(
                    "A repair is of at most %(limit)s %(unit)s. Lower the quantity.",
                    limit=unit._format_rma_quantity(MAX_QUANTITY),
                    unit=unit.name,
                )
            )

    def _check_left(self, left, document):
        """Refuse a larger quantity than a document of the product has left.

        :param left: float, in the unit of measure of the product
        :param document: its number
        :raise UserError: names both
        """
        unit = self.product_id.uom_id
        if unit.compare(self.quantity, left) > 0:
            raise UserError(
                self.env._(
                    "Only %(quantity)s %(unit)s of %(product)s are left to repair in %(document)s. Lower the quantity.",
                    quantity=unit._format_rma_quantity(left),
                    unit=unit.name,
                    product=self.product_id.display_name,
                    document=document,
                )
            )

    def _check_sale_order(self):
        """Refuse an order of somebody else, and more than it delivered, what is in repair deducted.

        :raise UserError: says what to change
        """
        # Agents may have no access to Sales; the customer is compared here.
        order = self.sale_order_id.sudo()
        if not order:
            return
        customer = self.ticket_id.sudo().partner_id.commercial_partner_id
        if order.partner_id.commercial_partner_id != customer or order.company_id != self.company_id:
            raise UserError(self.env._("Choose a sales order of the ticket's customer."))
        if not order._get_qty_sent(self.product_id, self.lot_id):
            raise UserError(
                self.env._(
                    "%(order)s did not deliver %(product)s. Choose another sales order, or none.",
                    order=order.name,
                    product=(self.lot_id or self.product_id).display_name,
                )
            )
        # A repair may not say of which unit it is: all of the product are counted, too.
        left = min(
            order._get_qty_sent(self.product_id, lot) - self._get_qty_in_repair(order, lot)
            for lot in {self.lot_id, self.lot_id.browse()}
        )
        self._check_left(left, order.name)

    def _get_qty_in_repair(self, order, lot):
        """Return how much of the product of an order is in repair.

        :param order: `sale.order` record
        :param lot: `stock.lot` record that repairs have to name; empty for all
        :return: float, in the unit of measure of the product
        """
        domain = (
            Domain("ticket_sale_order_id", "=", order.id)
            & Domain("product_id", "=", self.product_id.id)
            & Domain("state", "in", OPEN_REPAIRS)
        )
        if lot:
            domain &= Domain("lot_id", "=", lot.id)
        # Agents have no access to repairs; only what they add up to is told.
        repairs = self.env["repair.order"].sudo().search(domain)
        return sum(
            repair.product_uom._compute_quantity(repair.product_qty, self.product_id.uom_id) for repair in repairs
        )

    def _check_repaired_once(self):
        """Refuse a second repair of the same unit.

        :raise UserError: names the repair
        """
        ticket = self.ticket_id.sudo()
        # Two agents may repair at once: the second transaction is retried with the first one's result.
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET write_date = write_date WHERE id = %s", ticket.id))
        repairs = ticket._get_documents()[ticket.id]["repair"].filtered(self._is_of_same_unit)
        has_left = self.source_id.rma_line_id and self.source_id._get_qty_left() > 0
        if repairs and not has_left:
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

    def _check_parts(self):
        """Refuse parts that a repair cannot use, and services that no quotation would bill.

        :raise UserError: says what to change
        """
        self.part_ids._check(self.company_id)
        if self.quotation == "none" and "service" in self.part_ids.mapped("type"):
            raise UserError(
                self.env._(
                    "Services are billed by the quotation of the repair. Choose when it is quoted, or remove the "
                    "services."
                )
            )

    # === Creation ===

    def action_create(self):
        """Create the repair order, and its quotation if it comes first, and link both to the ticket.

        :return: action that closes the window
        :raise UserError: when something is missing, too much, or somebody else's
        """
        self.ensure_one()
        ticket = self.ticket_id
        self._check_service()
        self._check_goods()
        self._check_repaired_once()
        self.source_id._check(self)
        self._check_sale_order()
        self._check_parts()
        # Agents have no access to repairs: what they ask for was checked.
        repair = self._get_maker("repair.order").create(self._prepare_repair_values())
        ticket._add_rma(repair.rma_id)
        ticket._link_document(repair, self.env._("Repair"))
        # After the link: they create the quotation, which is linked, too.
        repair.write(self.part_ids._prepare_commands())
        repair._create_ticket_quotations("before")
        return {"type": "ir.actions.act_window_close"}

    def _prepare_repair_values(self):
        """Prepare a repair order. Override it to carry a field of your own.

        The order that sold the product is no `sale_order_id` of the repair: Odoo would put the parts on it.

        :return: values of `repair.order`
        """
        self.ensure_one()
        ticket = self.ticket_id
        picking = self.source_id._get_receipt()
        values = {
            "ticket_id": ticket.id,
            "ticket_sale_order_id": self.sale_order_id.id,
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
        # Agents have no access to the documents of a return; it is one of their ticket's customer.
        line = self.source_id.sudo().rma_line_id
        if not line:
            return {}
        quantity = self.quantity / line._get_components()[self.product_id]
        decisions = self.env["rma.resolution.repair"]._cover({line: quantity})
        return {
            "rma_line_id": line.id,
            "rma_settlement_id": next(iter(decisions)).id,
            "under_warranty": self.under_warranty or line._is_under_warranty(),
        }
