from odoo import Command, fields, models


class SaleOrderLine(models.Model):
    """Compute what returning items of orders would give, before there is a return."""

    _inherit = "sale.order.line"

    def _new_return(self, vals_list):
        """Return a return of these order lines that is not saved, in the currency of the customer's orders.

        :param vals_list: values of `rma.order.line`, one for each of these order lines
        :return: `rma.order` record in memory
        """
        # Customers have no access to returns, and these are never saved.
        return (
            self.env["rma.order"]
            .sudo()
            .new(
                {
                    **self.order_id[:1]._prepare_rma_values(),
                    "currency_id": self.currency_id[:1].id,
                    "date_requested": fields.Datetime.now(),
                    "line_ids": [Command.create(values) for values in vals_list],
                }
            )
        )

    def _get_unit_refunds(self):
        """Return what was paid for one unit of each line: what a refund would give, taxes included, before any fee.

        :return: {line: sentence with the amount}; lines of which nothing is left to credit are missing
        """
        lines = self.filtered("qty_returnable")
        if not lines:
            return {}
        order = lines._new_return(
            [line._prepare_rma_line_values(1.0, product_uom_id=line.returnable_uom_id.id) for line in lines]
        )
        credited = order.line_ids._allocate_whole()
        return {
            line: self.env._(
                "Unit price paid: %s", order.currency_id.format(order._get_refund_amounts(credited[item][0])["total"])
            )
            for line, item in zip(lines, order.line_ids, strict=True)
            if credited[item][0]
        }
