from odoo import Command, api, fields, models


class AccountMove(models.Model):
    """Add the bonus of the return policy to store credit.

    It is in the card's history beside the credit, and in the entry that closes the credit note: the cards of a program
    are worth what the store credit account says, bonuses included. Who takes the credit back takes the bonus back.
    """

    _inherit = "account.move"

    rma_bonus_points = fields.Float(
        string="Bonus Given",
        copy=False,
        readonly=True,
        help="What the return policy added to the card on top of this credit note.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_bonus_points"}

    def _get_bonus_rate(self):
        """Return the bonus on this credit note as a share of it: of several items, each by its part of the credit.

        :rtype: float
        """
        self.ensure_one()
        # What a customer chose, and not what an exchange leaves.
        if not self.rma_store_credit_program_id:
            return 0.0
        items = self.invoice_line_ids.filtered("rma_line_id")
        whole = sum(items.mapped("price_total"))
        if self.currency_id.compare_amounts(whole, 0) <= 0:
            return 0.0
        rewarded = sum(item.price_total * item.rma_line_id._get_policy_rule().bonus_percent for item in items)
        return max(0.0, rewarded / whole / 100)

    def _compute_bonus(self):
        """Return the bonus on what is still to be given of this credit note, in its currency.

        :rtype: float
        """
        self.ensure_one()
        return self.currency_id.round(self.amount_residual * self._get_bonus_rate())

    def _get_bonus_amount(self):
        """Return the bonus that was given on this credit note, in its currency.

        :rtype: float
        """
        self.ensure_one()
        return self.rma_bonus_points * (self._get_store_credit_program().reward_ids[:1].discount or 1.0)

    def _prepare_store_credit_entry_values(self, journal):
        """Book the bonus in the same entry."""
        values = super()._prepare_store_credit_entry_values(journal)
        bonus = self._compute_bonus()
        if bonus:
            values["line_ids"] += [Command.create(line) for line in self._prepare_bonus_lines_values(bonus)]
        return values

    def _prepare_bonus_lines_values(self, bonus):
        """Prepare the lines that book a bonus. Override it to carry a field of your own.

        :param bonus: float, in the currency of this credit note
        :return: list of values of `account.move.line`
        """
        self.ensure_one()
        company = self.company_id
        balance = self.currency_id._convert(bonus, company.currency_id, company, self.date)
        cost = company._get_rma_bonus_account(self._get_store_credit_program())
        return [
            {
                "name": self.env._("Store credit bonus for %s", self.name),
                "account_id": account.id,
                "partner_id": self.commercial_partner_id.id,
                "currency_id": self.currency_id.id,
                "amount_currency": sign * bonus,
                "balance": sign * balance,
            }
            for account, sign in ((cost, 1), (self._get_store_credit_account(), -1))
        ]

    def _give_store_credit(self):
        # Accountants and returns staff need no access to loyalty programs to give store credit.
        notes = self.sudo()
        bonuses = {note: note._compute_bonus() for note in notes}
        super()._give_store_credit()
        points = {}
        for note, bonus in bonuses.items():
            if bonus and note.rma_store_credit_points:
                points[note] = bonus / (note._get_store_credit_program().reward_ids[:1].discount or 1.0)
                note.rma_bonus_points = points[note]
        if points:
            notes._change_store_credit(points, self.env._("Bonus"))

    def _take_store_credit_back(self):
        # Accountants need no access to loyalty programs to take back store credit.
        notes = self.sudo()
        notes._check_store_credit_left()
        rewarded = notes.filtered("rma_bonus_points")
        if rewarded:
            rewarded._change_store_credit(
                {note: -note.rma_bonus_points for note in rewarded}, self.env._("Bonus taken back")
            )
            rewarded.rma_bonus_points = 0.0
        return super()._take_store_credit_back()

    def _get_points_given(self):
        return super()._get_points_given() + sum(self.mapped("rma_bonus_points"))
