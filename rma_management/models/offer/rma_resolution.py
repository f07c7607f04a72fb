from odoo import api, models
from odoo.tools import format_amount


class RmaResolution(models.AbstractModel):
    """What customers read about a resolution before they ask for it: what it gives them, and what it costs.

    An offer is a dict about one item: `line` (`rma.order.line` in memory, with reason and resolution), `allocations`
    and `uninvoiced` (see `rma.order.line._allocate_whole`), `amounts` (see `rma.order._get_refund_amounts`, shipping
    left out), `shipping` (float, refunded with the item; None where nothing was billed for it), and `owed` (float, what
    is open of the invoices).
    """

    _inherit = "rma.resolution"

    @api.model
    def _describe_offer(self, offer):
        """Return what the customer reads about an item that would be settled in this way. Override it for a resolution
        of your own.

        :param offer: dict, see the model
        :return: list of sentences, the most important first
        """
        return []

    @api.model
    def _describe_credit(self, offer):
        """Return how an amount that is credited comes about.

        :param offer: dict, see the model
        :return: list of sentences
        """
        line = offer["line"]
        amounts = offer["amounts"]
        currency = line.order_id.currency_id
        sentences = []
        if offer["allocations"] and not currency.is_zero(amounts["fee"]):
            sentences.append(
                self.env._(
                    "You paid %(price)s. We deduct a restocking fee of %(fee)s.",
                    price=self._format_offered(offer, amounts["products"]),
                    fee=self._format_offered(offer, -amounts["fee"]),
                )
            )
        if offer["allocations"] and offer["shipping"] is not None:
            sentences.append(
                self.env._("Shipping is refunded, too: %s.", self._format_offered(offer, offer["shipping"]))
                if offer["shipping"]
                else self.env._("Shipping is not refunded.")
            )
        if offer["uninvoiced"]:
            sentences.append(
                self.env._(
                    "%(quantity)s %(unit)s: not invoiced yet, or credited to you before. Nothing is refunded for it.",
                    quantity=line.product_uom_id._format_rma_quantity(offer["uninvoiced"]),
                    unit=line.product_uom_id.name,
                )
            )
        return sentences

    @api.model
    def _format_offered(self, offer, amount):
        """Return an amount in the customer's currency, as they read it.

        :rtype: str
        """
        return format_amount(self.env, amount, offer["line"].order_id.currency_id)
