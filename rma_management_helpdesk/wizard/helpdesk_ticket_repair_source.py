from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class HelpdeskTicketRepairSource(models.TransientModel):
    """Show a returned product to agents without access to returns and Inventory: an item of a return, or a receipt."""

    _name = "helpdesk.ticket.repair.source"
    _inherit = "rma.window.mixin"
    _description = "Returned Product to Repair"

    wizard_id = fields.Many2one("helpdesk.ticket.repair", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    rma_line_id = fields.Many2one("rma.order.line", string="Returned Product", ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", string="Receipt", ondelete="cascade")
    # Stored, to be searched by those who type it.
    name = fields.Char(compute="_compute_name", compute_sudo=True, store=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "rma_line_id", "picking_id"]

    @api.model
    def _may_link(self, name, records):
        if name == "wizard_id":
            return super()._may_link(name, records)
        # Agents have no access to Inventory or to other returns; only those of their ticket's customer are shown.
        documents = records.sudo()
        if name == "rma_line_id":
            documents = documents.order_id
        return self.env["helpdesk.ticket"]._works_for(self._get_customers(documents), "repair")

    @api.model
    def _get_customers(self, documents):
        """Return whose goods came back.

        :param documents: `rma.order` or `stock.picking` records, readable
        :return: commercial `res.partner` records
        """
        if documents._name != "stock.picking":
            return documents.partner_id.commercial_partner_id
        partners = (picking.sale_id.partner_id or picking.partner_id for picking in documents)
        return self.env["res.partner"].union(*partners).commercial_partner_id

    @api.depends("rma_line_id", "picking_id", "product_id")
    def _compute_name(self):
        for source in self:
            document = source.rma_line_id.order_id or source.picking_id
            parts = [document.name, source.product_id.with_context(display_default_code=False).display_name]
            if not source.rma_line_id:
                parts.insert(1, format_date(self.env, source.picking_id.date_done))
            source.name = " · ".join(part for part in parts if part)

    def _get_receipt(self):
        """Return the newest transfer by which the product came back.

        :return: `stock.picking` record, readable; empty if it has not arrived
        """
        # Agents have no access to Inventory; the row shows what their ticket's customer returned.
        source = self.sudo()
        if not source.rma_line_id:
            return source.picking_id
        product = source.product_id
        arrived = source.rma_line_id.order_id.picking_ids.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.location_id.usage == "customer"
                and product in picking.move_ids.product_id
            )
        )
        return arrived.sorted("id", reverse=True)[:1]

    def _get_lots(self):
        """Return the lots of the product that came back, or are named to come back.

        :return: `stock.lot` records
        """
        # Agents have no access to Inventory; the row shows what their ticket's customer returned.
        source = self.sudo()
        product = source.product_id
        moves = source._get_receipt().move_ids.filtered(lambda move: move.product_id == product)
        lots = source.rma_line_id.lot_ids or moves.lot_ids
        return lots.filtered(lambda lot: lot.product_id == product)

    def _fits(self, product, lot):
        """Return whether this is a returned product and lot.

        :param product: `product.product` record
        :param lot: `stock.lot` record, may be empty
        :rtype: bool
        """
        self.ensure_one()
        if self.product_id != product:
            return False
        lots = lot and self._get_lots()
        return not lots or lot in lots

    def _get_qty_left(self):
        """Return how much of the product can be repaired: of a return, what has no repair yet; of a receipt, what
        came by it.

        :return: float, in the unit of measure of the product
        """
        self.ensure_one()
        # Agents have no access to the documents of a return; the row shows what their ticket's customer returned.
        source = self.sudo()
        line, product = source.rma_line_id, source.product_id
        if line:
            return line._get_qty_left_to_repair() * line._get_components().get(product, 0.0)
        moves = source.picking_id.move_ids
        return sum(
            moves.filtered(lambda move: move.product_id == product and move.state == "done").mapped("product_qty")
        )

    def _check(self, window):
        """Refuse a returned product that is not the customer's, or not what is to be repaired.

        :param window: `helpdesk.ticket.repair` record
        :raise UserError: says what to change
        """
        for source in self:
            # Agents have no access to Inventory or to other returns; the customer is compared here.
            document = source.sudo().rma_line_id.order_id or source.sudo().picking_id
            customer = window.ticket_id.sudo().partner_id.commercial_partner_id
            is_theirs = self._get_customers(document) == customer and document.company_id == window.company_id
            if source.wizard_id != window or not is_theirs:
                raise UserError(self.env._("Choose a return of the ticket's customer."))
            if not source._fits(window.product_id, window.lot_id):
                raise UserError(
                    self.env._(
                        "%(product)s did not come back by %(document)s. Choose another return, or none.",
                        product=(window.lot_id or window.product_id).display_name,
                        document=document.name,
                    )
                )
            window._check_left(source._get_qty_left(), document.name)
