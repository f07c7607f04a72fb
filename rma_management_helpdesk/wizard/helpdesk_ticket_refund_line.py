from odoo import api, fields, models


class HelpdeskTicketRefundLine(models.TransientModel):
    """What an invoice billed, and how much of it is refunded."""

    _name = "helpdesk.ticket.refund.line"
    _description = "Item to Refund"

    wizard_id = fields.Many2one("helpdesk.ticket.refund", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    # Agents need no rights in accounting to see what the chosen invoice billed.
    name = fields.Char(string="Item", compute="_compute_name", compute_sudo=True)
    qty_invoiced = fields.Float(related="move_line_id.quantity", string="Invoiced", digits="Product Unit")
    qty_left = fields.Float(
        string="Left to Credit",
        digits="Product Unit",
        readonly=True,
        help="Invoiced, less what credit notes took already.",
    )
    quantity = fields.Float(string="To Refund", digits="Product Unit")

    @api.depends("move_line_id")
    def _compute_name(self):
        for line in self:
            product = line.move_line_id.product_id.with_context(display_default_code=False)
            line.name = product.display_name or line.move_line_id.name
