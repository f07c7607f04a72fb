from odoo import api, fields, models


class RmaOrder(models.Model):
    """What customers got of a return as store credit."""

    _inherit = "rma.order"

    amount_store_credit = fields.Monetary(
        string="Given as Store Credit", compute="_compute_amount_store_credit", compute_sudo=True
    )
    store_credit_card_ids = fields.Many2many(
        "loyalty.card", string="Store Credit", compute="_compute_amount_store_credit", compute_sudo=True
    )

    @api.depends("refund_ids.rma_store_credit_points", "refund_ids.amount_total", "currency_id")
    def _compute_amount_store_credit(self):
        """Tell from the credit notes; whoever works on the return sees the sum without rights in accounting."""
        for order in self:
            given = order.refund_ids.filtered("rma_store_credit_points")
            order.store_credit_card_ids = given.rma_store_credit_card_id
            order.amount_store_credit = sum(
                refund.currency_id._convert(
                    refund.amount_total, order.currency_id, order.company_id, refund.invoice_date
                )
                for refund in given
            )

    @api.model
    def _get_no_charge(self):
        """Give the charge that neither gives nor keeps anything besides the goods.

        :return: charge
        """
        return {"shipping": False, "fee": 0.0, "adjustment": 0.0, "adjustment_reason": ""}

    def action_view_store_credit(self):
        """Open the eWallet or the gift cards that the credit of this return went to.

        :return: window action
        :raise AccessError: when the user may see no cards
        """
        self.env["loyalty.card"].check_access("read")
        return self._get_documents_action(self.store_credit_card_ids, self.env._("Store Credit"))
