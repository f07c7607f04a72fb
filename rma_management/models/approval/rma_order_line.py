from odoo import api, models


class RmaOrderLine(models.Model):
    """What was approved is what is carried out: who changes it meanwhile asks for approval anew."""

    _inherit = "rma.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._lapse_waiting_approvals()
        return lines

    def write(self, vals):
        frozen = self._get_frozen_fields() & set(vals)
        # A line may move from one return to another: both have changed.
        orders = self.order_id if frozen else self.order_id.browse()
        res = super().write(vals)
        if frozen:
            (orders | self.order_id)._lapse_waiting_approvals()
        return res

    def unlink(self):
        orders = self.order_id
        res = super().unlink()
        orders.exists()._lapse_waiting_approvals()
        return res

    def _get_approval_price(self):
        """Give the price that approval looks at: what was paid by the order, or more where more was typed. A price
        that is typed lower must not spare the approval of the full refund.

        :return: float, per unit of the line, in its currency
        """
        self.ensure_one()
        # Returns staff may not see every order.
        sale_line = self.sale_line_id.sudo()
        paid = sale_line and sale_line.product_uom_id._compute_price(
            sale_line._get_price_paid()[sale_line], self.product_uom_id
        )
        return max(self.price_unit, paid or 0.0)
