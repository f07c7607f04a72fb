from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain


class HelpdeskTicket(models.Model):
    """Link tickets to an order, a product and a lot, each deduced from the others when unambiguous."""

    _inherit = "helpdesk.ticket"

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        copy=False,
        domain="[('state', '=', 'sale'), ('partner_id.commercial_partner_id', '=?', commercial_partner_id)]",
        tracking=True,
        help="The customer's sales order that this ticket is about.",
    )
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        domain="[('sale_ok', '=', True)]",
        tracking=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        index="btree_not_null",
        copy=False,
        domain="[('product_id', '=?', product_id)]",
        tracking=True,
    )
    rma_ids = fields.Many2many(
        "rma.order",
        "helpdesk_ticket_rma_order_rel",
        string="Returns",
        copy=False,
        # Closed returns may be archived, but still belong to the ticket.
        context={"active_test": False},
    )

    @api.constrains("sale_order_id", "partner_id")
    def _check_sale_order_id(self):
        for ticket in self:
            # Agents may not have access to every order.
            customer = ticket.sale_order_id.sudo().partner_id.commercial_partner_id
            if customer and ticket.commercial_partner_id and customer != ticket.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(order)s does not belong to %(customer)s. Choose a sales order of the ticket's customer.",
                        order=ticket.sale_order_id.sudo().name,
                        customer=ticket.partner_id.display_name,
                    )
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(["rma_ids"])
        for vals in vals_list:
            self._check_may_link_rmas({**defaults, **vals})
        return super().create(vals_list)

    def write(self, vals):
        self._check_may_link_rmas(vals)
        return super().write(vals)

    @api.model
    def _check_may_link_rmas(self, vals):
        """Refuse returns that the user may not read, because readers of a ticket can read its returns.

        :raise AccessError: when one of them is linked
        """
        if self.env.su or not vals.get("rma_ids"):
            return
        ids = set()
        for command in vals["rma_ids"]:
            if isinstance(command, int):
                ids.add(command)
            elif command[0] == Command.LINK:
                ids.add(command[1])
            elif command[0] == Command.SET:
                ids.update(command[2])
        self.env["rma.order"].browse(ids).check_access("read")

    # === Prefilling ===

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        result = super()._onchange_partner_id()
        customer = self.partner_id.commercial_partner_id
        # Agents may not have access to the order, only to its customer.
        if self.sale_order_id.sudo().partner_id.commercial_partner_id != customer:
            self.sale_order_id = False
        self._fill_in_sale_order()
        return result

    @api.onchange("sale_order_id")
    def _onchange_sale_order_id(self):
        # Agents need not see the order: its content fills in the rest, where they know already whose it is.
        order = self.sale_order_id.sudo()
        is_known = order.partner_id.commercial_partner_id == self.partner_id.commercial_partner_id
        if not order or not (is_known or self.sale_order_id.has_access("read")):
            return
        if not self.partner_id:
            self.partner_id = order.partner_id.id
        products = self._get_sold_products(order)
        if self.product_id not in products:
            self.product_id = products.id if len(products) == 1 else False

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.lot_id.product_id != self.product_id:
            self.lot_id = False
        self._fill_in_sale_order()

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id:
            self.product_id = self.lot_id.product_id
            self._fill_in_sale_order()

    @api.model
    def _get_sold_products(self, orders):
        """Return the physical products that orders sold.

        :param orders: `sale.order` records that may be read
        :return: `product.product` records
        """
        return orders.order_line.filtered(
            lambda line: not line.display_type and line.product_id.type == "consu"
        ).product_id

    def _fill_in_sale_order(self):
        """Set the order if only one matches customer, product and lot, and set the customer from it."""
        if self.sale_order_id:
            return
        domain = self._get_sale_order_domain()
        # Agents need not see every order: only its number is filled in, and only where there is no doubt.
        orders = domain and self.env["sale.order"].sudo().search(domain, limit=2)
        if orders and len(orders) == 1:
            self.sale_order_id = orders.id
            if not self.partner_id:
                self.partner_id = orders.partner_id.id

    def _get_sale_order_domain(self):
        """Return the domain of the orders that match the ticket.

        :return: `Domain`, or None if nothing is known
        """
        domain = Domain("state", "=", "sale") & Domain("company_id", "=", (self.company_id or self.env.company).id)
        if self.lot_id:
            domain &= Domain("order_line.move_ids.move_line_ids.lot_id", "=", self.lot_id.id)
        elif self.product_id and self.partner_id:
            domain &= Domain("order_line.product_id", "=", self.product_id.id)
        elif not self.partner_id:
            return None
        if self.partner_id:
            domain &= Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.ids)
        return domain
