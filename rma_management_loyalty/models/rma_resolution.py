from odoo import api, models


class RmaResolution(models.AbstractModel):
    _inherit = "rma.resolution"

    @api.model
    def _describe_credit(self, offer):
        """Tell what goes back to the card that paid a part of the order."""
        order = offer["line"].order_id
        lines = self.env["rma.order.line"]
        returned = -sum(
            order._convert_invoiced(lines._sum_amounts(part["amounts"]), allocation["invoice_line"].currency_id)
            for allocation in offer["allocations"]
            for part in allocation.get("lowered", ())
            if part["invoice_line"].sale_line_ids[:1]._is_tender()
        )
        sentences = super()._describe_credit(offer)
        if order.currency_id.compare_amounts(returned, 0) <= 0:
            return sentences
        return [
            self.env._(
                "%s goes back to the gift card or eWallet you paid with.", self._format_offered(offer, returned)
            ),
            *sentences,
        ]
