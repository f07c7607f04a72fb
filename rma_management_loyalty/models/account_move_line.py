from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    """Return amounts paid by gift card or eWallet to the card, with the line that credits them."""

    _inherit = "account.move.line"

    rma_card_points = fields.Float(
        string="Given Back to the Card",
        copy=False,
        readonly=True,
        help="The amount this line added back to the card used for payment.",
    )

    def _get_tender_line(self):
        """Return the order line of the card payment that this line credits.

        :return: `sale.order.line` record
        """
        self.ensure_one()
        # Accountants need no access to orders.
        return self.sudo().rma_lowering_id.sale_line_ids.filtered(lambda line: line._is_tender() and line.coupon_id)[:1]

    def _give_back_to_cards(self):
        """Add the credited amounts back to the cards."""
        # Accountants and returns staff need no access to loyalty programs to refund a card.
        for line in self.sudo():
            tender = line._get_tender_line()
            if tender and not line.rma_card_points and tender.price_total:
                line.rma_card_points = tender.points_cost * line.price_total / tender.price_total
                line._change_card(line.rma_card_points, self.env._("Returned"))

    def _take_back_from_cards(self):
        """Take back the amounts added to the cards.

        :raise UserError: when the balance of a card is too low
        """
        # As above.
        for line in self.sudo().filtered("rma_card_points"):
            card = line._get_tender_line().coupon_id
            if card.currency_id.compare_amounts(card.points, line.rma_card_points) < 0:
                raise UserError(
                    self.env._(
                        "The amount %(note)s returned to %(card)s was spent. Keep the credit note, and invoice what "
                        "the customer owes.",
                        note=line.move_id.name,
                        card=card.display_name,
                    )
                )
            line._change_card(-line.rma_card_points, self.env._("Return reset"))
            line.rma_card_points = 0.0

    def _change_card(self, points, description):
        """Change the balance of the card used for payment, and record why in its history.

        :param points: float, below zero where they are taken off
        :param description: str, shown before the number of the credit note
        """
        self.ensure_one()
        card = self._get_tender_line().coupon_id
        card.points = card.currency_id.round(card.points + points)
        self.env["loyalty.history"].sudo().create(
            {
                "card_id": card.id,
                "description": f"{description}: {self.move_id.name}",
                "issued": max(0.0, points),
                "used": max(0.0, -points),
                "order_model": "rma.order",
                "order_id": self.move_id.rma_id.id,
            }
        )
