from odoo import api, fields, models


class HelpdeskTicketReturnLine(models.TransientModel):
    """A delivered product, and how much of it comes back."""

    _name = "helpdesk.ticket.return.line"
    _inherit = "rma.window.mixin"
    _description = "Item to Return"

    wizard_id = fields.Many2one("helpdesk.ticket.return", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
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

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id"]
