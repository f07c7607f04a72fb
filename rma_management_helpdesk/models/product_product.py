from odoo import api, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer what the customer of a ticket bought first, and other products only to those who type a name."""
        customer = self.env["res.partner"]._get_ticket_customer()
        bought = customer and self._get_bought_by(customer)
        if not bought:
            return super().name_search(name, domain, operator, limit)
        domain = Domain(domain or Domain.TRUE)
        found = super().name_search(name, domain & Domain("id", "in", bought.ids), operator, limit)
        left = limit and limit - len(found)
        if (found and not name) or (limit and not left):
            return found
        return found + super().name_search(name, domain & Domain("id", "not in", bought.ids), operator, left)

    @api.model
    def _get_bought_by(self, customer):
        """Return the products on confirmed orders of a customer.

        :param customer: commercial `res.partner` record
        :return: `product.product` records
        """
        # Agents choose among orders that they can read as soon as the ticket is saved.
        lines = self.env["sale.order.line"].sudo()
        domain = (
            Domain("state", "=", "sale")
            & Domain("order_partner_id", "child_of", customer.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("product_id", "!=", False)
        )
        products = [product.id for (product,) in lines._read_group(domain, ["product_id"])]
        return self.browse(products)
