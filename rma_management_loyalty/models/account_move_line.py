from odoo import api, fields, models
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

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_card_points"}

    @api.model
    def _get_cut_share(self, lowering, share, allocation):
        """Give back to the card first, or money first, where the company says so."""
        share = super()._get_cut_share(lowering, share, allocation)
        tender = lowering["invoice_line"]
        # Returns staff need no rights on settings to see what would be credited.
        rule = tender.company_id.sudo().rma_tender_order
        if rule == "proportion" or not tender._is_tender():
            return share
        lines = self.env["rma.order.line"]
        paid = -lines._sum_amounts(lowering["whole"])
        left = paid + lines._sum_amounts(lowering["amounts"])
        worth = lines._get_allocation_total(allocation)
        money = self._get_money_left(lowering)
        cut = max(0.0, min(worth - money if rule == "money" else worth, left))
        lowering["money"] = money - (worth - cut)
        # What is given back so far is not in proportion to the price.
        lowering["begin"] = 1 - left / paid
        return cut / paid

    @api.model
    def _book_lowerings(self, allocations, lowerings):
        super()._book_lowerings(allocations, lowerings)
        for allocation in allocations:
            for lowering in lowerings[allocation["invoice_line"]]:
                if lowering["invoice_line"]._is_tender():
                    given = self.env["rma.order.line"]._get_allocation_total(allocation)
                    lowering["money"] = self._get_money_left(lowering) - given

    @api.model
    def _get_money_left(self, lowering):
        """Return what of the money that an invoice asked for is not given back yet.

        :param lowering: that of a card which paid the rest
        :return: float, in the currency of the invoice
        """
        if "money" not in lowering:
            invoice = lowering["invoice_line"].move_id
            notes = invoice.reversal_move_ids.filtered(lambda note: note.state != "cancel")
            lowering["money"] = invoice.amount_total - sum(notes.mapped("amount_total"))
        return lowering["money"]

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
                line.rma_card_points = line._get_points_given_back(tender)
                line._change_card(line.rma_card_points, self.env._("Returned"))

    def _get_points_given_back(self, tender):
        """Return what this line adds to a card, in points of its program.

        :param tender: `sale.order.line` record of the card payment
        :rtype: float
        """
        self.ensure_one()
        return tender.points_cost * self.price_total / tender.price_total

    def _get_card_given_back(self):
        """Return the card that the credited amount goes to: the one that paid.

        :return: `loyalty.card` record
        """
        self.ensure_one()
        return self._get_tender_line().coupon_id

    def _take_back_from_cards(self):
        """Take back the amounts added to the cards.

        :raise UserError: when the balance of a card is too low
        """
        # As above.
        for line in self.sudo().filtered("rma_card_points"):
            card = line._get_card_given_back()
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
        card = self._get_card_given_back()
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
