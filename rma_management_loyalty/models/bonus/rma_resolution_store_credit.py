from odoo import api, models


class RmaResolutionStoreCredit(models.AbstractModel):
    _inherit = "rma.resolution.store_credit"

    @api.model
    def _describe_offer(self, offer):
        sentences = super()._describe_offer(offer)
        percent = offer["line"]._get_policy_rule().bonus_percent
        if not offer["allocations"] or not percent:
            return sentences
        currency = offer["line"].order_id.currency_id
        total = max(0.0, offer["amounts"]["total"])
        bonus = currency.round(total * percent / 100)
        headline = self.env._(
            "You get %(sum)s as store credit: %(total)s and a bonus of %(bonus)s.",
            sum=self._format_offered(offer, total + bonus),
            total=self._format_offered(offer, total),
            bonus=self._format_offered(offer, bonus),
        )
        return [headline, *sentences[1:]]
