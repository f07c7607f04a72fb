from odoo import api, fields, models


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    is_exchange_open = fields.Boolean(
        compute="_compute_is_exchange_open",
        store=True,
        help="The replacement is not delivered, invoiced, or paid, or the credit is neither set off nor paid, "
        "or the invoice of a canceled replacement is not credited.",
    )

    @api.depends(
        "replacement_line_ids.state",
        "replacement_line_ids.qty_delivered",
        "replacement_line_ids.qty_invoiced",
        "replacement_line_ids.product_uom_qty",
        "replacement_line_ids.order_id.rma_release_reason",
        "replacement_line_ids.invoice_lines.move_id.state",
        "replacement_line_ids.invoice_lines.move_id.amount_residual",
        "replacement_line_ids.invoice_lines.move_id.payment_state",
        "credit_line_ids.move_id.state",
        "credit_line_ids.move_id.amount_residual",
        "credit_line_ids.move_id.payment_state",
    )
    def _compute_is_exchange_open(self):
        for line in self:
            sold = line.replacement_line_ids._filter_exchanges()
            # Returns staff follow documents that they may not see.
            canceled = line.replacement_line_ids._filter_canceled_exchanges()
            line.is_exchange_open = canceled._has_invoice_left() or (
                bool(sold)
                and (
                    not all(sale_line._is_exchange_settled() for sale_line in sold)
                    or any(
                        note.state == "draft" or note._get_amount_open()
                        for note in line.sudo().credit_line_ids.move_id
                        if note.state != "cancel"
                    )
                )
            )

    def _get_qty_money_back(self):
        """Return how much is credited and not exchanged for another product.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return max(0.0, self.qty_refunded - self._get_qty_exchange())
