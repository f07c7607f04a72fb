from odoo import fields, models


class RmaOrder(models.Model):
    """Handle invoiced down payments of returned goods that are not invoiced."""

    _inherit = "rma.order"

    def _tell_open_down_payments(self):
        """Create activities to credit down payments of goods returned before the final invoice.

        A down payment is not linked to goods, so a person has to decide how much of it to refund.

        :return: `mail.activity` records
        """
        activities = self.env["mail.activity"]
        # Returns staff may not have access to every order.
        for order in self.sudo():
            for sale_order in order.line_ids.sale_line_id.order_id:
                paid = sale_order._get_open_down_payment()
                if sale_order.currency_id.compare_amounts(paid, 0) > 0:
                    activities |= order.activity_schedule(
                        "mail.mail_activity_data_todo",
                        date_deadline=fields.Date.context_today(order),
                        summary=self.env._("Credit the down payment of %s", sale_order.name),
                        note=self.env._(
                            "Goods that were not invoiced yet have been returned. Down payments of %(amount)s are "
                            "invoiced and have not been deducted by any invoice. Credit what the customer no longer "
                            "owes.",
                            amount=sale_order.currency_id.format(paid),
                        ),
                        user_id=(order._get_responsible() or self.env.user).id,
                    )
        return activities
