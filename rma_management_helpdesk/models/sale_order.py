from odoo import api, fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "helpdesk.ticket.document"]

    ticket_items = fields.Text(
        string="Items", compute="_compute_ticket_items", compute_sudo=True, help="The items sold, as one text."
    )

    def _get_ticket_paths(self):
        """Return the paths that let agents choose among the orders of their tickets' customers."""
        return ["partner_id.commercial_partner_id.commercial_ticket_ids"]

    @api.depends("order_line.product_id", "order_line.product_uom_qty", "order_line.qty_delivered")
    def _compute_ticket_items(self):
        """List the items sold, for users without access to order lines."""
        for order in self:
            order.ticket_items = "\n".join(
                self.env._(
                    "%(quantity)s %(unit)s %(product)s, delivered: %(delivered)s",
                    quantity=line.product_uom_id._format_rma_quantity(line.product_uom_qty),
                    unit=line.product_uom_id.name,
                    product=line.product_id.display_name,
                    delivered=line.product_uom_id._format_rma_quantity(line.qty_delivered),
                )
                for line in order.order_line
                if not line.display_type
            )
