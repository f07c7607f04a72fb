from odoo import fields, models


class RmaOrder(models.Model):
    """Down payments that are invoiced, when goods come back that are not."""

    _inherit = "rma.order"

    def _tell_open_down_payments(self):
        """Plan to credit the down payments of goods that came back before the invoice that would deduct them.

        Nothing says which goods a down payment was for, so that a person has to decide how much of it is given back.

        :return: `mail.activity` records
        """
        activities = self.env["mail.activity"]
        # Returns staff may not see every order.
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
                        user_id=(order._get_step_user() or self.env.user).id,
                    )
        return activities
