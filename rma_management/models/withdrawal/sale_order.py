from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields, models

SATURDAY = 5
MONTHS_UNTOLD = 12


class SaleOrder(models.Model):
    """Compute until when the customer may withdraw from an order (Directive 2011/83/EU, articles 9 and 10)."""

    _inherit = "sale.order"

    rma_withdrawal_untold = fields.Boolean(
        string="Not Told of Withdrawal",
        copy=False,
        groups="rma_management.group_rma_manager",
        help="The customer was not told of the right of withdrawal: the period is twelve months longer.",
    )
    rma_withdrawal_date_told = fields.Date(
        string="Told of Withdrawal on",
        copy=False,
        groups="rma_management.group_rma_manager",
        help="When a customer who was not told with the order was told of the right of withdrawal. The period ends as "
        "many days later.",
    )
    rma_withdrawal_ids = fields.One2many(
        "rma.withdrawal", "sale_order_id", string="Withdrawals", groups="rma_management.group_rma_user"
    )

    # === Clock ===

    def _get_withdrawal_deadlines(self, tz):
        """Return the last days on which the customer may withdraw from this order.

        :param tz: name of the time zone in which days are counted
        :return: {`sale.order.line` record: date, False while the period has not begun}
        """
        self.ensure_one()
        goods_end = self._get_withdrawal_end(self._get_last_delivery(), tz)
        service_end = self._get_withdrawal_end(self.date_order, tz)
        return {
            line: service_end if line.product_id.type == "service" else goods_end
            for line in self.order_line._filter_withdrawable()
        }

    def _get_last_delivery(self):
        """Return when the customer had all goods of this order: with several parcels, when the last one was delivered.

        :return: datetime, False while something is still to be delivered
        """
        self.ensure_one()
        # What a return delivers is not part of the contract's first delivery, and what comes back is none.
        moves = self.order_line.move_ids.filtered(
            lambda move: not move.rma_role and move.state != "cancel" and move.location_id.usage != "customer"
        )
        if any(move.state != "done" for move in moves):
            return False
        return max(moves.filtered(lambda move: move.location_dest_id.usage == "customer").mapped("date"), default=False)

    def _get_withdrawal_end(self, start, tz):
        """Return the last day of a withdrawal period.

        :param start: datetime of the event with which it begins, False if that is still to come
        :param tz: name of the time zone in which days are counted
        :return: date, False if the period has not begun
        """
        self.ensure_one()
        if not start:
            return False
        # Customers of the website have no access to settings, and managers only say who was told.
        order = self.sudo()
        company = order.company_id
        days = timedelta(days=company.rma_withdrawal_days)
        # The day of the event does not count (Regulation 1182/71, article 3).
        end = self._get_working_day(fields.Date.context_today(self.with_context(tz=tz), start) + days)
        if company.rma_withdrawal_told and not order.rma_withdrawal_untold:
            return end
        longest = self._get_working_day(end + relativedelta(months=MONTHS_UNTOLD))
        told = order.rma_withdrawal_date_told
        return max(end, min(longest, self._get_working_day(told + days))) if told else longest

    def _get_working_day(self, day):
        """Return a day, or the Monday after it if it is on a weekend: periods end on a working day."""
        return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day

    # === Shipping ===

    def _get_shipping_excess(self):
        """Return what the customer paid for a dearer delivery than the cheapest standard one. It need not be refunded
        (Directive 2011/83/EU, article 13 (2)).

        :return: float before taxes, in the currency of the order; 0 where no standard delivery is known
        """
        self.ensure_one()
        paid = sum(self.order_line.filtered("is_delivery").mapped("price_subtotal"))
        if self.currency_id.compare_amounts(paid, 0) <= 0:
            return 0.0
        carriers = self.env["delivery.carrier"].search(
            [("delivery_type", "in", ("fixed", "base_on_rule")), ("company_id", "in", (False, self.company_id.id))]
        )
        offered = carriers.available_carriers(self.partner_shipping_id, self)
        rates = [carrier.rate_shipment(self) for carrier in offered]
        cheapest = min((rate["price"] for rate in rates if rate["success"]), default=paid)
        return self.currency_id.round(max(0.0, paid - cheapest))

    def _get_withdrawal_url(self, user):
        """Return the URL where a website visitor withdraws from this order.

        :param user: `res.users` record of the visitor
        :rtype: str
        """
        self.ensure_one()
        # Visitors with only a link to the order see nothing of it there before they prove their address.
        return "/withdraw" if user._is_public() else f"/withdraw/order/{self.id}"
