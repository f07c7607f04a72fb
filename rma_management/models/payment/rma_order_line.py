from odoo import api, fields, models


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    is_down_payment_open = fields.Boolean(
        compute="_compute_is_down_payment_open",
        store=True,
        help="It came back before it was invoiced, and a down payment on it is neither deducted nor credited.",
    )

    @api.depends("qty_uninvoiced", "qty_unordered", "sale_line_id.order_id.order_line.untaxed_amount_invoiced")
    def _compute_is_down_payment_open(self):
        for line in self:
            # Returns staff may not see every order.
            order = line.sudo().sale_line_id.order_id
            line.is_down_payment_open = bool(line.qty_uninvoiced and order and order._get_excess_down_payment())
