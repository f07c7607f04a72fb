from odoo import api, models


class RmaResolution(models.AbstractModel):
    """What the receiver of a gift reads about a resolution: no amount, for that is what the gift cost."""

    _inherit = "rma.resolution"

    @api.model
    def _describe_gift_offer(self, operation, terms):
        """Return what the receiver of a gift reads about a resolution. Override it for one that suits gifts.

        :param operation: `rma.operation.type` record
        :param terms: `rma.policy.rule` or `rma.return.reason` record with `fee_type`, `fee_percent` and `fee_amount`
        :return: list of sentences, the most important first
        """
        return [self.env._("The same product again, free of charge.")] if self._has_product else [operation.name]
