from odoo import api, fields, models


class RmaProcess(models.TransientModel):
    """What an exchange leaves to pay, and to whom."""

    _inherit = "rma.process"

    amount_difference = fields.Monetary(
        string="Customer Pays",
        compute="_compute_amount_difference",
        help="Price of the replacements less the refund, taxes included.",
    )
    amount_left = fields.Monetary(
        string="Left to Pay Back",
        compute="_compute_amount_difference",
        help="What remains of the refund, taxes included.",
    )

    @api.depends("amount_total_refund", "amount_replacement", "carrier_id", "carrier_price", "bill_shipping")
    def _compute_amount_difference(self):
        for wizard in self:
            sold = wizard.amount_replacement + wizard._get_carrier_total()
            difference = wizard.rma_id._get_exchange_difference(sold, wizard.amount_total_refund)
            wizard.amount_difference = max(0.0, difference)
            wizard.amount_left = max(0.0, -difference)

    def _get_carrier_total(self):
        """Return what the customer pays for the shipping of the replacement, taxes included.

        :return: float, in the currency of the return
        """
        self.ensure_one()
        if not self.bill_shipping or not self.carrier_id or not self.has_exchange:
            return 0.0
        order = self.rma_id
        # Returns staff may not see every order, nor the taxes.
        product = self.carrier_id.sudo().product_id
        taxes = (
            order.sudo()
            ._get_original_order()
            .fiscal_position_id.map_tax(product.taxes_id._filter_taxes_by_company(order.company_id))
        )
        return taxes.compute_all(
            self.carrier_price, currency=self.currency_id, product=product, partner=order.partner_id
        )["total_included"]
