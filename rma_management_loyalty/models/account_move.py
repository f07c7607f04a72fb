from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Pay credit notes as store credit: posting one raises a card and closes the note by an entry, resetting or
    cancelling it undoes both. What was owed to the customer is from then on what the card is worth."""

    _inherit = "account.move"

    rma_store_credit_program_id = fields.Many2one(
        "loyalty.program",
        string="Store Credit",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The amount of this credit note is added to a card of this program.",
    )
    rma_rest_program_id = fields.Many2one(
        "loyalty.program",
        string="Rest as Store Credit",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The rest of this credit note after an exchange is added to a card of this program.",
    )
    rma_store_credit_card_id = fields.Many2one(
        "loyalty.card",
        string="Store Credit Card",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        # Its name holds the code: the buyer of a gift may read the credit note, and has no part in the card.
        groups="base.group_user",
    )
    rma_store_credit_points = fields.Float(
        string="Store Credit Given", copy=False, readonly=True, help="The amount this credit note added to the card."
    )
    rma_store_credit_entry_id = fields.Many2one(
        "account.move",
        string="Store Credit Entry",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="Closes this credit note and records its amount as store credit.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {
            "rma_store_credit_program_id",
            "rma_rest_program_id",
            "rma_store_credit_card_id",
            "rma_store_credit_points",
            "rma_store_credit_entry_id",
        }

    @api.depends("rma_store_credit_entry_id")
    def _compute_payment_state(self):
        """Show credit notes paid as store credit as paid, not reversed."""
        super()._compute_payment_state()
        for move in self:
            if move.payment_state == "reversed" and move.rma_store_credit_entry_id:
                move.payment_state = "paid"

    def _is_rma_posted_at_once(self):
        return super()._is_rma_posted_at_once() or bool(self.rma_store_credit_program_id)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Do not reconcile the invoice: the customer gets the money on a card instead."""
        given = reverse_moves.filtered("rma_store_credit_program_id")
        if not given:
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        others = reverse_moves - given
        super(AccountMove, others.reversed_entry_id)._reconcile_reversed_moves(others, move_reverse_cancel)
        return reverse_moves

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted.filtered(
            lambda move: move.rma_store_credit_program_id and not move.rma_store_credit_entry_id
        )._give_store_credit()
        notes = posted.filtered("rma_id")
        notes.invoice_line_ids.filtered("rma_lowering_id")._give_back_to_cards()
        notes._sync_points()
        return posted

    def button_draft(self):
        """Reset to draft and take back the store credit.

        :raise UserError: when it is already spent, or only the entry of a credit note would be reset
        """
        self._check_no_store_credit_entry()
        self.filtered("rma_store_credit_entry_id")._take_store_credit_back()
        self.filtered("rma_id").invoice_line_ids._take_back_from_cards()
        res = super().button_draft()
        self.filtered("rma_id")._sync_points()
        return res

    def _sync_points(self):
        """Take off the loyalty points that the sale of credited goods earned, or give them again."""
        # Accountants and returns staff need no rights on cards to have their points follow.
        for note in self.sudo():
            note.invoice_line_ids.sale_line_ids.order_id._sync_points_of_returns(note)

    def _is_set_off(self):
        """Leave out what the customer has on a card."""
        return super()._is_set_off() and not self.rma_store_credit_program_id

    def _get_use_of_credit(self, counterpart):
        if counterpart == self.rma_store_credit_entry_id:
            return "amount_store_credit"
        return super()._get_use_of_credit(counterpart)

    # === Giving ===

    def _get_store_credit_program(self):
        """Return the program that this credit note, or what an exchange leaves of it, goes to.

        :return: `loyalty.program` record
        """
        self.ensure_one()
        return self.rma_store_credit_program_id or self.rma_rest_program_id

    def _give_store_credit(self):
        """Add these credit notes to the customers' cards, and close them.

        :raise UserError: when a note is not in the currency of its program
        """
        # Accountants and returns staff need no access to loyalty programs to give store credit.
        notes = self.sudo().filtered(lambda note: not note.currency_id.is_zero(note.amount_residual))
        if not notes:
            return
        notes._check_store_credit_currency()
        cards, new_cards = notes._get_store_credit_cards()
        journals = notes.company_id._get_rma_store_credit_journals()
        entries = (
            self.env["account.move"]
            .sudo()
            .create([note._prepare_store_credit_entry_values(journals[note.company_id]) for note in notes])
        )
        for note, entry in zip(notes, entries, strict=True):
            # No booked amount changes, so balances need not be checked again.
            note.with_context(check_move_validity=False).write(
                {
                    "rma_store_credit_card_id": cards[note].id,
                    "rma_store_credit_points": note._get_store_credit_points(),
                    "rma_store_credit_entry_id": entry.id,
                }
            )
        notes._change_store_credit({note: note.rma_store_credit_points for note in notes}, self.env._("Store credit"))
        # The customer needs the code of the gift card, now that it has a balance.
        notes._announce_cards(new_cards)
        entries._post(soft=False)
        plan = []
        for owed, entry in zip(map(AccountMove._get_store_credit_owed, notes), entries, strict=True):
            plan.append(owed + entry.line_ids.filtered(lambda line, owed=owed: line.account_id in owed.account_id))
        self.env["account.move.line"].sudo()._reconcile_plan(plan)

    def _announce_cards(self, cards):
        """Send the customers their new cards after the commit.

        :param cards: new `loyalty.card` records of these credit notes
        """
        if not self.env.context.get("loyalty_no_mail"):
            orders = {note.rma_store_credit_card_id: note.rma_id for note in self}
            self.env["rma.announcement"]._queue(
                [{"order_id": orders[card].id, "kind": "card", "loyalty_card_id": card.id} for card in cards]
            )

    def _check_store_credit_currency(self):
        """Refuse currency conversion: the card would not hold the amount of the note, and change with the rate.

        :raise UserError: names the note, the program and what to do
        """
        for note in self:
            program = note._get_store_credit_program()
            if program.currency_id != note.currency_id:
                raise UserError(
                    self.env._(
                        "Invoice %(invoice)s is in %(currency)s, but %(program)s is in %(other)s. Choose a store "
                        "credit program in %(currency)s for the resolution, or none, or refund the product.",
                        invoice=note.reversed_entry_id.name or note.display_name,
                        currency=note.currency_id.name,
                        program=program.display_name,
                        other=program.currency_id.name,
                    )
                )

    def _get_store_credit_points(self):
        """Return the amount of this note in points of the program: one for each unit of the currency, unless the
        program counts otherwise.

        :rtype: float
        """
        self.ensure_one()
        worth = self._get_store_credit_program().reward_ids[:1].discount or 1.0
        return self.amount_residual / worth

    def _get_store_credit_amount(self):
        """Return what of this note was given as store credit, in its currency.

        :rtype: float
        """
        self.ensure_one()
        return self.rma_store_credit_points * (self._get_store_credit_program().reward_ids[:1].discount or 1.0)

    def _get_store_credit_cards(self):
        """Find or make the cards: the eWallet of the customer, or a gift card for each note. A note that is posted
        again keeps the card that it had.

        :return: {note: `loyalty.card` record}, and the `loyalty.card` records that were made
        """
        missing = self.filtered(lambda note: not note.rma_store_credit_card_id)
        today = max(company._get_loyalty_today() for company in self.company_id)
        cards = {
            (card.program_id, card.partner_id): card
            for card in self.env["loyalty.card"].search(
                [
                    ("program_id", "in", (missing.rma_store_credit_program_id | missing.rma_rest_program_id).ids),
                    ("program_id.program_type", "=", "ewallet"),
                    ("partner_id", "in", missing.rma_id.partner_id.ids),
                    "|",
                    ("expiration_date", "=", False),
                    ("expiration_date", ">=", today),
                ],
                order="id desc",
            )
        }
        keys = {note: note._get_store_credit_card_key() for note in missing}
        values = {key: note._prepare_store_credit_card_values() for note, key in keys.items() if key not in cards}
        new_cards = self.env["loyalty.card"].with_context(loyalty_no_mail=True).create(list(values.values()))
        cards.update(zip(values, new_cards, strict=True))
        return {note: note.rma_store_credit_card_id or cards[keys[note]] for note in self}, new_cards

    def _get_store_credit_card_key(self):
        """Return the grouping key of cards: one eWallet per customer and program, one gift card per note.

        :return: hashable
        """
        self.ensure_one()
        program = self._get_store_credit_program()
        return (program, self.rma_id.partner_id) if program.program_type == "ewallet" else self

    def _prepare_store_credit_card_values(self):
        """Prepare a card. Override it to carry a field of your own.

        :return: values of `loyalty.card`
        """
        self.ensure_one()
        program = self._get_store_credit_program()
        return {
            "program_id": program.id,
            "partner_id": self.rma_id.partner_id.id,
            "points": 0.0,
            # A gift card is created for this return; an eWallet belongs to the customer.
            "rma_id": program.program_type == "gift_card" and self.rma_id.id,
        }

    def _change_store_credit(self, changes, description):
        """Change the balances of the cards, and record why in their history.

        :param changes: {note: points, below zero where they are taken back}
        :param description: str, shown before the number of the note
        """
        totals = defaultdict(float)
        for note, points in changes.items():
            totals[note.rma_store_credit_card_id] += points
        for card, points in totals.items():
            card.points = card.currency_id.round(card.points + points)
        self.env["loyalty.history"].create(
            [
                {
                    "card_id": note.rma_store_credit_card_id.id,
                    "description": f"{description}: {note.name}",
                    "issued": max(0.0, points),
                    "used": max(0.0, -points),
                    "order_model": "rma.order",
                    "order_id": note.rma_id.id,
                }
                for note, points in changes.items()
            ]
        )

    # === The entry ===

    def _get_store_credit_owed(self):
        """Return the receivable lines of this credit note.

        :return: `account.move.line` records
        """
        return self.line_ids.filtered(lambda line: line.display_type == "payment_term" and not line.reconciled)

    def _prepare_store_credit_entry_values(self, journal):
        """Prepare the entry that closes this credit note and books its amount as store credit.

        :param journal: `account.journal` record
        :return: values of `account.move`
        """
        self.ensure_one()
        owed = self._get_store_credit_owed()
        name = self.env._("Store credit for %s", self.name)
        account = self._get_store_credit_account()
        lines = [
            {
                "name": name,
                "account_id": account_id.id,
                "partner_id": line.partner_id.id,
                "currency_id": line.currency_id.id,
                "amount_currency": sign * line.amount_residual_currency,
                "balance": sign * line.amount_residual,
            }
            for line in owed
            for account_id, sign in ((line.account_id, -1), (account, 1))
        ]
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "ref": name,
            "partner_id": self.commercial_partner_id.id,
            "line_ids": [Command.create(values) for values in lines],
        }

    def _get_store_credit_account(self):
        """Return the store credit account: that of the settings, or the one used when it is spent.

        :return: `account.account` record
        :raise UserError: when there is none
        """
        self.ensure_one()
        company = self.company_id
        product = self._get_store_credit_program().payment_program_discount_product_id.with_company(company)
        account = company.rma_store_credit_account_id or product.product_tmpl_id.get_product_accounts()["income"]
        if not account:
            raise UserError(self.env._("Choose the store credit account in the Returns settings, under Refunds."))
        return account

    def _check_no_store_credit_entry(self):
        """Refuse to reset the entry that closes a credit note, which must match the card balance.

        :raise UserError: names the credit note
        """
        entries = self.filtered(lambda move: move.move_type == "entry")
        # Users who reset an entry may not have access to every credit note.
        domain = [("rma_store_credit_entry_id", "in", entries.ids), ("id", "not in", self.ids)]
        note = entries and self.sudo().search(domain, limit=1)
        if note:
            raise UserError(
                self.env._(
                    "This entry records the store credit of %(note)s. Reset that credit note instead: the entry and "
                    "the card balance are updated with it.",
                    note=note.name,
                )
            )

    # === Taking back ===

    def _take_store_credit_back(self):
        """Lower the balances of the cards by these credit notes, and reverse the entries that closed them.

        :raise UserError: when the balance of a card is too low
        """
        # Accountants need no access to loyalty programs to take back store credit.
        notes = self.sudo()
        notes._check_store_credit_left()
        changes = {note: -note.rma_store_credit_points for note in notes}
        notes._change_store_credit(changes, self.env._("Store credit taken back"))
        entries = notes.rma_store_credit_entry_id
        notes.write({"rma_store_credit_points": 0.0, "rma_store_credit_entry_id": False})
        entries._reverse_moves([{"ref": self.env._("Reversal of: %s", entry.ref)} for entry in entries], cancel=True)

    def _get_points_given(self):
        """Return what these credit notes added to their cards, in points."""
        return sum(self.mapped("rma_store_credit_points"))

    def _check_store_credit_left(self):
        """Refuse to take back what the customer has spent.

        :raise UserError: names the note, the card, and what is left
        """
        for card, notes in self.grouped("rma_store_credit_card_id").items():
            given = notes._get_points_given()
            if card.currency_id.compare_amounts(card.points, given) < 0:
                raise UserError(
                    self.env._(
                        "The store credit of %(note)s was spent: %(left)s of %(given)s are left on %(card)s. Keep "
                        "the credit note, and invoice what the customer owes.",
                        note=notes[0].name,
                        left=card.points_display,
                        given=card._format_points(given),
                        card=card.display_name,
                    )
                )
