from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "helpdesk.ticket.document"]

    ticket_items = fields.Text(
        string="Items", compute="_compute_ticket_items", compute_sudo=True, help="The items sold, as one text."
    )

    def _get_ticket_paths(self):
        """Return the paths that let agents choose among the orders of their tickets' customers."""
        return ["partner_id.commercial_partner_id.commercial_ticket_ids"]

    @api.model
    def _get_link_paths(self):
        """Return the paths to the tickets that a quotation was made for."""
        return ["repair_order_ids.ticket_id", "repair_order_ids.rma_line_id.order_id.ticket_ids"]

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer the orders of a ticket's customer before the ticket is saved: the rules know only saved tickets."""
        customer = self._get_ticket_customer()
        if not customer:
            return super().name_search(name, domain, operator, limit)
        # The condition of the client is not used: what it finds with these rights would tell about the orders.
        domain = (
            Domain("state", "=", "sale")
            & Domain("partner_id", "child_of", customer.ids)
            & Domain("company_id", "in", self.env.companies.ids)
        )
        # Agents choose among orders that they can read as soon as the ticket is saved.
        return super(SaleOrder, self.sudo()).name_search(name, domain, operator, limit)

    @api.model
    def _get_ticket_customer(self):
        """Return the customer of the ticket that an agent chooses an order for.

        :return: commercial `res.partner` record, empty if there is none or the user may not open tickets for it
        """
        partners = self.env["res.partner"]
        return partners._get_ticket_customer() if self._is_shown_to_agent() else partners

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

    def _get_qty_sent(self, product, lot):
        """Return how much of a product, or how many kits, went out to the customer, whatever came back since.

        :param product: `product.product` record
        :param lot: `stock.lot` record; empty for all
        :return: float, in the unit of measure of the product
        """
        moves = self.picking_ids.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                # What was returned and sent back was delivered before.
                and not move.origin_returned_move_id
                and move.rma_role in (False, "replacement")
            )
        )
        lines = moves.move_line_ids.filtered(
            lambda line: line.product_id == product and (not lot or line.lot_id == lot)
        )
        sent = sum(lines.mapped("quantity_product_uom"))
        for sale_line in self.order_line.filtered(lambda line: line.product_id == product):
            parts = sale_line._get_rma_components()
            if product not in parts:
                of_kit = moves.filtered(lambda move, line=sale_line: move.sale_line_id == line)
                kits = min(
                    (
                        sum(of_kit.filtered(lambda move, part=part: move.product_id == part).mapped("product_qty"))
                        / per_unit
                        for part, per_unit in parts.items()
                        if per_unit
                    ),
                    default=0.0,
                )
                sent += sale_line.product_uom_id._compute_quantity(kits, product.uom_id)
        return sent
