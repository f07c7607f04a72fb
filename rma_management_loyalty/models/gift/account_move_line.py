from odoo import models


class AccountMoveLine(models.Model):
    """What a card of the buyer paid for a gift goes to the card of the receiver."""

    _inherit = "account.move.line"

    def _goes_to_gift_card(self):
        """Return whether the receiver of a gift gets what a card of the buyer paid.

        :rtype: bool
        """
        self.ensure_one()
        note = self.move_id
        return bool(note.rma_id.is_gift and note.rma_store_credit_program_id and self._get_tender_line())

    def _get_points_given_back(self, tender):
        if self._goes_to_gift_card():
            return -self.price_total / self.move_id._get_gift_worth()
        return super()._get_points_given_back(tender)

    def _get_card_given_back(self):
        return self.move_id._get_gift_card() if self._goes_to_gift_card() else super()._get_card_given_back()
