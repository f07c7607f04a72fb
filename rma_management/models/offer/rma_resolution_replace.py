from odoo import api, models


class RmaResolutionReplace(models.AbstractModel):
    _inherit = "rma.resolution.replace"

    @api.model
    def _describe_offer(self, offer):
        if not offer["line"]._is_exchange():
            return [self.env._("The same product again, free of charge.")]
        return [self._format_difference(offer), *self._describe_credit(offer)]

    @api.model
    def _format_difference(self, offer):
        """Return what another product costs or leaves, given the credit for the returned one.

        :param offer: dict with `price`, what the other product costs
        :return: sentence
        """
        line = offer["line"]
        currency = line.order_id.currency_id
        difference = line.order_id._get_exchange_difference(offer["price"], offer["amounts"]["total"])
        if currency.is_zero(difference):
            return self.env._("Nothing to pay.")
        if difference > 0:
            return self.env._("You pay %s.", self._format_offered(offer, difference))
        return self.env._("You get %s back.", self._format_offered(offer, -difference))
