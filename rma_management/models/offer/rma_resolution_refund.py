from odoo import api, models


class RmaResolutionRefund(models.AbstractModel):
    _inherit = "rma.resolution.refund"

    @api.model
    def _describe_offer(self, offer):
        sentences = self._describe_credit(offer)
        if not offer["allocations"]:
            return sentences
        total = max(0.0, offer["amounts"]["total"])
        headline = self._get_offer_headline(self._format_offered(offer, total), offer["owed"] >= total > 0)
        return [headline, *sentences, *self._describe_owed(offer)]

    @api.model
    def _get_offer_headline(self, total, is_owed):
        """Return what the customer gets. A resolution that gives the money otherwise says how.

        :param total: formatted amount
        :param is_owed: whether the customer owes as much
        :return: sentence
        """
        if is_owed:
            return self.env._("%s is deducted from what you still have to pay.", total)
        return self.env._("You get %s back.", total)

    @api.model
    def _describe_owed(self, offer):
        """Return what becomes of the credit where the invoice is not paid yet.

        :param offer: dict, see `rma.resolution`
        :return: list of sentences
        """
        if not 0 < offer["owed"] < offer["amounts"]["total"]:
            return []
        return [
            self.env._(
                "Your invoice has %s left to pay. The refund is deducted from it first.",
                self._format_offered(offer, offer["owed"]),
            )
        ]
