from odoo import models


class AccountMove(models.Model):
    """Credit notes of gifts: the receiver gets on one card all that was paid, whatever it was paid with."""

    _inherit = "account.move"

    def _get_store_credit_amount(self):
        amount = super()._get_store_credit_amount()
        points = sum(line.rma_card_points for line in self.invoice_line_ids if line._goes_to_gift_card())
        return amount + points * self._get_gift_worth()

    def _get_gift_worth(self):
        """Return what a point of the receiver's card is worth, in the currency of this note.

        :rtype: float
        """
        self.ensure_one()
        return self._get_store_credit_program().reward_ids[:1].discount or 1.0

    def _get_gift_card(self):
        """Return the card of whoever returns a gift, made if missing.

        :return: `loyalty.card` record
        """
        self.ensure_one()
        if not self.rma_store_credit_card_id:
            # A card paid all of the gift, and left nothing to be given in another way.
            cards, new_cards = self._get_store_credit_cards()
            self.rma_store_credit_card_id = cards[self]
            self._announce_cards(new_cards)
        return self.rma_store_credit_card_id
