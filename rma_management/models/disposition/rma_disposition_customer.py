from odoo import api, models


class RmaDispositionCustomer(models.AbstractModel):
    _name = "rma.disposition.customer"
    _inherit = "rma.disposition"
    _description = "Back to the Customer"

    _role = "sent_back"
    _counts_as = "qty_sent_off"
    # Goods that are always sent back need not be received.
    _needs_inspection = True

    @api.model
    def _move(self, goods_list):
        return self._send_off(goods_list, lambda line: line.order_id.partner_shipping_id, "property_stock_customer")
