from odoo import models
from odoo.tools import float_is_zero, float_round

# As loyalty programs count points.
POINT_DIGITS = 2


class SaleOrder(models.Model):
    """Loyalty points that a sale earned come off with the share of it that came back."""

    _inherit = "sale.order"

    def _sync_points_of_returns(self, note):
        """Take points off the cards, or give them again, so that they are those of what the customer keeps.

        :param note: `account.move` record that was posted or reset
        """
        for order in self:
            earned = order.coupon_point_ids.filtered(
                lambda point: point.points > 0 and point.coupon_id.program_id.program_type == "loyalty"
            )
            for point in earned:
                card = point.coupon_id
                change = order._get_points_returned(point) - order._get_points_taken(card)
                # What is spent cannot be taken.
                change = float_round(min(change, max(0.0, card.points)), precision_digits=POINT_DIGITS)
                if not float_is_zero(change, precision_digits=POINT_DIGITS):
                    card.points -= change
                    self.env["loyalty.history"].create(order._prepare_points_history_values(card, change, note))

    def _prepare_points_history_values(self, card, change, note):
        """Prepare the line that says why points came off a card.

        :param card: `loyalty.card` record
        :param change: float, below zero where points are given again
        :param note: `account.move` record
        :return: values of `loyalty.history`
        """
        self.ensure_one()
        description = self.env._("Returned") if change > 0 else self.env._("Return reset")
        return {
            "card_id": card.id,
            "description": f"{description}: {note.name}",
            "used": max(0.0, change),
            "issued": max(0.0, -change),
            "order_model": "rma.order",
            "order_id": note.rma_id.id,
            "rma_sale_order_id": self.id,
        }

    def _get_points_taken(self, card):
        """Return how many points of this sale came off a card so far.

        :param card: `loyalty.card` record
        :rtype: float
        """
        self.ensure_one()
        lines = self.env["loyalty.history"].search([("rma_sale_order_id", "=", self.id), ("card_id", "=", card.id)])
        return sum(line.used - line.issued for line in lines)

    def _get_points_returned(self, point):
        """Return how many of the points that this sale earned go with what came back. What the customer keeps is
        rounded as the program rounds what it gives.

        :param point: `sale.order.coupon.points` record
        :rtype: float
        """
        self.ensure_one()
        share = self._get_share_returned(point.coupon_id.program_id)
        kept = float_round(point.points * (1 - share), precision_digits=POINT_DIGITS, rounding_method="DOWN")
        return point.points - kept

    def _get_share_returned(self, program):
        """Return which share of what earned points is credited: of the quantity where points are by the unit, of the
        price elsewhere.

        :param program: `loyalty.program` record
        :rtype: float
        """
        self.ensure_one()
        lines = self.order_line.filtered(
            lambda line: (
                not line.display_type and not line.is_reward_line and not line.is_delivery and not line.is_downpayment
            )
        )
        products = self.env["product.product"].union(*program._get_valid_products(lines.product_id).values())
        by_unit = set(program.rule_ids.mapped("reward_point_mode")) == {"unit"}
        whole = returned = 0.0
        for line in lines.filtered(lambda line: line.product_id in products):
            ordered, credited = line._get_qty_ordered_and_credited()
            if ordered > 0:
                weight = ordered if by_unit else line._get_price_of(ordered)
                whole += weight
                returned += weight * min(1.0, credited / ordered)
        return returned / whole if whole else 0.0
