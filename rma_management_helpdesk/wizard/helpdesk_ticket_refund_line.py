from odoo import api, fields, models


class HelpdeskTicketRefundLine(models.TransientModel):
    """An invoice line, and the quantity of it to refund."""

    _name = "helpdesk.ticket.refund.line"
    _inherit = "rma.window.mixin"
    _description = "Item to Refund"

    wizard_id = fields.Many2one("helpdesk.ticket.refund", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    # Agents need no access to accounting to see the lines of the chosen invoice.
    name = fields.Char(string="Item", compute="_compute_name", compute_sudo=True)
    qty_invoiced = fields.Float(related="move_line_id.quantity", string="Invoiced", digits="Product Unit")
    qty_left = fields.Float(
        string="Left to Credit",
        digits="Product Unit",
        readonly=True,
        help="Invoiced, minus what was already credited.",
    )
    quantity = fields.Float(string="To Refund", digits="Product Unit")

    currency_id = fields.Many2one(related="move_line_id.currency_id")
    price_unit = fields.Float(
        related="move_line_id.price_unit", string="Price", digits="Product Price", help="Before the discount."
    )
    tax_names = fields.Char(string="Taxes", compute="_compute_name", compute_sudo=True)
    price_subtotal = fields.Monetary(string="Subtotal", compute="_compute_amounts", compute_sudo=True)
    price_total = fields.Monetary(string="Total", compute="_compute_amounts", compute_sudo=True, help="With taxes.")

    @api.depends("move_line_id", "quantity")
    def _compute_amounts(self):
        for line in self:
            billed = line.move_line_id
            share = line.quantity / billed.quantity if billed.quantity else 0.0
            line.price_subtotal = billed and billed.currency_id.round(billed.price_subtotal * share)
            line.price_total = billed and billed.currency_id.round(billed.price_total * share)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "move_line_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "move_line_id":
            return super()._may_link(name, records)
        # Agents have no access to accounting; only the invoices of their ticket's customer are shown.
        lines = records.sudo()
        return set(lines.mapped("move_id.move_type")) <= {"out_invoice"} and self.env["helpdesk.ticket"]._works_for(
            lines.move_id.commercial_partner_id, "refund"
        )

    @api.depends("move_line_id")
    def _compute_name(self):
        for line in self:
            product = line.move_line_id.product_id.with_context(display_default_code=False)
            line.name = product.display_name or line.move_line_id.name
            line.tax_names = ", ".join(line.move_line_id.tax_ids.mapped("name"))
