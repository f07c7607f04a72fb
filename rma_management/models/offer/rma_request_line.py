from odoo import models
from odoo.exceptions import UserError


class RmaRequestLine(models.TransientModel):
    _inherit = "rma.request.line"

    def _apply_rule(self, item, verdict):
        """Apply to an item in memory what a rule of the return policy decides about it.

        :param item: `rma.order.line` in memory
        :param verdict: `PolicyVerdict`
        """
        self.ensure_one()
        # What a rule says about money is for the customer to read.
        rule = self.env["rma.policy.rule"].sudo().browse(verdict.rule_id)
        item._keep_product(rule.keep_operation_id)
        item.policy_rule_id = rule

    def _prepare_offers(self, item, allocations, uninvoiced, whole):
        """Prepare what each reason and resolution that the customer may choose would give. Choices that differ in
        nothing share one offer.

        :param item: this item, as `rma.order.line` in memory
        :param allocations: what would be credited for it
        :param uninvoiced: float, quantity of it that was never invoiced
        :param whole: {"allocations", "shipping", "owed"} of all items of the request
        :return: list of offers (see `rma.resolution`), each with `operation`, and the `reasons` that give it
        """
        self.ensure_one()
        offers = {}
        rules = self.env["rma.policy.rule"].sudo()
        for reason in self.request_id._get_reasons():
            for operation in self._get_operation_types_for(reason):
                verdict = self._get_policy_verdict(reason=reason, operation_type=operation)
                rule = rules.browse(verdict.rule_id)
                terms = (reason.fee_type, reason.fee_percent, reason.fee_amount)
                key = (operation, rule, terms if rule.fee_type in (False, "reason") else ())
                if key in offers:
                    offers[key]["reasons"] |= reason
                    continue
                chosen = {**self._prepare_rma_line_values(), "replacement_product_id": False}
                chosen.update(order_id=item.order_id, reason_id=reason.id, operation_type_id=operation.id)
                line = item.new(chosen)
                self._apply_rule(line, verdict)
                offers[key] = {
                    "operation": operation,
                    "reasons": reason,
                    **self._prepare_offer(line, allocations, uninvoiced, whole),
                }
        return sorted(offers.values(), key=lambda offer: (offer["operation"].sequence, offer["operation"].id))

    def _prepare_offer(self, line, allocations, uninvoiced, whole):
        """Prepare what an item would give with its reason and its resolution.

        :param line: `rma.order.line` in memory
        :return: offer, see `rma.resolution`
        """
        order = line.order_id
        own = [{**allocation, "line": line} for allocation in allocations]
        # As if all items were returned in this way: whether they are, the last step says.
        everything = [{**allocation, "line": line} for allocation in whole["allocations"]]
        try:
            amounts = order._get_refund_amounts(own, fee=order._get_default_fee(own))
        except UserError:
            # The shop has no product for its fees yet: it can tell no amount.
            amounts = None
        shipping = whole["shipping"]
        return {
            "line": line,
            "allocations": own,
            "uninvoiced": uninvoiced,
            "amounts": amounts,
            "shipping": shipping and (shipping if order._is_shipping_refunded(everything) else 0.0),
            "owed": whole["owed"],
        }

    def _get_offers(self, offers, prices):
        """Return offers in the words of the customer.

        :param offers: list as given by `_prepare_offers`
        :param prices: see `rma.request._get_offered_prices`
        :return: list of {"operation", "reasons", "sentences", "replacements": {reason: {product: sentence}}}
        """
        self.ensure_one()
        told = {}
        for offer in offers:
            if offer["amounts"] is None:
                continue
            line = offer["line"]
            resolution = line.operation_type_id._get_resolution()
            sentences = tuple(resolution._describe_offer(offer))
            if not sentences:
                continue
            replacements = {
                product: resolution._format_difference({**offer, "price": price})
                for (priced, product), price in prices.items()
                if priced == line
            }
            alike = told.setdefault(
                (offer["operation"], sentences),
                {
                    "operation": offer["operation"],
                    "reasons": offer["reasons"].browse(),
                    "sentences": sentences,
                    "replacements": {},
                },
            )
            alike["reasons"] |= offer["reasons"]
            alike["replacements"].update(dict.fromkeys(offer["reasons"], replacements))
        return list(told.values())

    def _is_offer_chosen(self, offer):
        """Return whether an offer is what the customer has chosen.

        :param offer: one of `_get_offers`
        :rtype: bool
        """
        self.ensure_one()
        return offer["operation"] == self.operation_type_id and self.reason_id in offer["reasons"]

    def _get_chosen_sentences(self, offers):
        """Return what the customer reads about what they have chosen.

        :param offers: list as given by `_get_offers`
        :return: list of sentences
        """
        self.ensure_one()
        for offer in offers:
            if self._is_offer_chosen(offer):
                difference = offer["replacements"][self.reason_id].get(self.replacement_product_id)
                return [difference] if difference else list(offer["sentences"])
        return []

    def _get_differences(self, offers, product):
        """Return what a replacement costs or leaves for each reason.

        :param offers: list as given by `_get_offers`
        :param product: `product.product`
        :return: {reason: sentence}
        """
        self.ensure_one()
        return {
            reason: sentences[product]
            for offer in offers
            for reason, sentences in offer["replacements"].items()
            if product in sentences
        }

    def _filter_in_stock(self, stock):
        """Return what is in stock of the products that the customer may choose instead.

        :param stock: see `rma.request._get_stock`
        :return: `product.product` records
        """
        self.ensure_one()
        warehouse = self.sale_line_id.order_id.warehouse_id
        return self._get_replacement_products().filtered(
            lambda product: (
                not product.is_storable
                or product.uom_id.compare(
                    stock[warehouse, product],
                    self.product_uom_id._compute_quantity(self.product_uom_qty, product.uom_id, round=False),
                )
                >= 0
            )
        )
