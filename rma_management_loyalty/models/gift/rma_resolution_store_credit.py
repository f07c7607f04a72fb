from odoo import api, models


class RmaResolutionStoreCredit(models.AbstractModel):
    _inherit = "rma.resolution.store_credit"

    _suits_gifts = True
    _gives_value = True

    @api.model
    def _describe_gift_offer(self, operation, terms):
        sentences = [self.env._("You get its value as store credit.")]
        if operation.charge_fee and terms.fee_type == "percent" and terms.fee_percent:
            sentences.append(self.env._("We deduct a restocking fee of %g %%.", terms.fee_percent))
        elif operation.charge_fee and terms.fee_type == "amount":
            sentences.append(self.env._("We deduct a restocking fee."))
        return sentences
