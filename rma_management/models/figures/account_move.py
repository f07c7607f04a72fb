from collections import defaultdict

from odoo import models


class AccountMove(models.Model):
    """Share the taxes that a credit note booked among its lines."""

    _inherit = "account.move"

    def _get_rma_tax_shares(self):
        """Return what was booked as taxes for each unit of the taxes that the lines of a credit note say.

        The ledger books the taxes of a whole credit note. Each line takes the share of them that its own taxes are, so
        that the lines of a note sum to what is booked.

        :return: {credit note: factor from taxes of its lines to its balance, in the currency of the company}
        """
        booked, told = defaultdict(float), defaultdict(float)
        for line in self.line_ids:
            if line.display_type == "tax":
                booked[line.move_id] += line.balance
            elif line.display_type == "product":
                told[line.move_id] += line.price_total - line.price_subtotal
        return {move: booked[move] / told[move] if told[move] else 0.0 for move in self}
