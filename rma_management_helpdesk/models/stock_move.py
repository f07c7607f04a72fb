from odoo import api, models


class StockMove(models.Model):
    """Create the quotation of a repair as soon as there is something to quote."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._quote_ticket_repairs()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if "repair_line_type" in vals or "repair_id" in vals:
            self._quote_ticket_repairs()
        return result

    def _create_repair_sale_order_line(self):
        return super(StockMove, self._with_ticket_quotation())._create_repair_sale_order_line()

    def _update_repair_sale_order_line(self):
        return super(StockMove, self._with_ticket_quotation())._update_repair_sale_order_line()

    def _with_ticket_quotation(self):
        """Return these parts with the rights to keep the quotation of a ticket up to date."""
        # Technicians may have no access to Sales; the quotation was ordered by the ticket.
        return self.sudo() if any(self.repair_id.mapped("ticket_quotation")) else self

    def _quote_ticket_repairs(self):
        # Technicians may have no access to Sales; the quotation was ordered by the ticket.
        self.repair_id.sudo()._create_ticket_quotations("before")
