from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class RmaRequest(models.TransientModel):
    """Compute what the customer would get for the items of a request: the process screen computes it the same way."""

    _inherit = "rma.request"

    def _new_return(self):
        """Return the return that this request would become, not saved.

        :return: `rma.order` record in memory
        """
        self.ensure_one()
        return self.line_ids.sale_line_id._new_return([line._prepare_rma_line_values() for line in self.line_ids])

    def _get_offers(self):
        """Return what each choice would give the customer for each item.

        :return: {line: list of offers (see `rma.request.line._get_offers`)}
        """
        self.ensure_one()
        lines = self._get_lines()
        if not lines:
            return {}
        order = self._new_return()
        credited = order.line_ids._allocate_whole()
        whole = {
            "allocations": [allocation for allocations, _left in credited.values() for allocation in allocations],
            "owed": order._get_amount_owed(),
        }
        # Nothing is to be said of shipping that nothing was billed for.
        whole["shipping"] = order._get_amount_shipping(whole["allocations"]) or None
        found = {
            line: line._prepare_offers(item, *credited[item], whole)
            for line, item in zip(lines, order.line_ids, strict=True)
        }
        prices = self._get_offered_prices(found)
        # Records in memory are not computed together by themselves.
        items = order.line_ids.union(*(offer["line"] for offers in found.values() for offer in offers))
        items._fields["in_warranty"].compute_value(items)
        return {line: line._get_offers(offers, prices) for line, offers in found.items()}

    def _get_offered_prices(self, found):
        """Return the prices of everything that customers may choose instead of their items.

        :param found: {line: list as given by `rma.request.line._prepare_offers`}
        :return: {(`rma.order.line` in memory, product): price, taxes included}
        """
        wanted = {
            offer["line"]: (line._get_replacement_products(), line.product_uom_qty)
            for line, offers in found.items()
            for offer in offers
            if offer["operation"].has_product
        }
        return self.env["rma.order.line"]._get_replacement_prices(wanted)

    def _get_stock(self):
        """Return how much of what customers may choose instead is in the warehouses that delivered their items.

        :return: {(`stock.warehouse`, `product.product`): quantity that is free, in the unit of the product}
        """
        products = defaultdict(self.env["product.product"].browse)
        for line in self.line_ids:
            products[line.sale_line_id.order_id.warehouse_id] |= line._get_replacement_products()
        return {
            (warehouse, product): product.free_qty
            for warehouse, offered in products.items()
            for product in offered.with_context(warehouse_id=warehouse.id)
        }

    def _get_summary(self):
        """Return what the whole request would give with what the customer has chosen.

        :return: list of (words, amount, whether it is a sum), and the currency of the amounts
        """
        self.ensure_one()
        order = self._new_return()
        self._apply_rules(order)
        exchanged = order.line_ids.filtered(lambda item: item.operation_type_id.has_product and item._is_exchange())
        items = exchanged | order.line_ids.filtered(lambda item: item.operation_type_id._get_resolution()._credits)
        allocations = [
            allocation for allocations, _left in items._allocate_whole().values() for allocation in allocations
        ]
        try:
            amounts = order._get_refund_amounts(
                allocations, order._is_shipping_refunded(allocations), order._get_default_fee(allocations)
            )
        except UserError:
            # The shop has no product for its fees yet: it can tell no amount.
            return [], order.currency_id
        wanted = {item: (item.replacement_product_id, item.product_uom_qty) for item in exchanged}
        sold = sum(exchanged._get_replacement_prices(wanted).values())
        return self._format_summary(order, amounts, sold), order.currency_id

    def _format_summary(self, order, amounts, sold):
        credit = max(0.0, amounts["total"])
        rows = [
            (self.env._("Price paid for the items"), amounts["products"], False),
            (self.env._("Restocking fee"), amounts["fee"], False),
            (self.env._("Shipping refunded"), amounts["shipping"], False),
            (self.env._("Cash rounding"), amounts["rounding"], False),
            (self.env._("Credit in total"), credit, True),
        ]
        if sold:
            difference = order._get_exchange_difference(sold, credit)
            rows += [
                (self.env._("Replacements"), sold, False),
                (self.env._("You pay"), max(0.0, difference), True),
                (self.env._("You get back"), max(0.0, -difference), True),
            ]
        return [row for row in rows if not order.currency_id.is_zero(row[1])]

    def _apply_rules(self, order):
        """Apply to a return in memory what the return policy decides about its items once it is requested.

        :param order: as given by `_new_return`
        """
        for line, item in zip(self._get_lines(), order.line_ids, strict=True):
            line._apply_rule(item, line._get_policy_verdict())
