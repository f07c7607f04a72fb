from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _select_refunds(self, number):
        return SQL(
            """SELECT %s
                 FROM account_move m
                 JOIN res_users u ON u.id = m.create_uid
                 %s
                WHERE m.rma_id IS NOT NULL AND m.state = 'posted'""",
            self._select_event(
                number,
                SQL("m.id"),
                SQL("m.rma_id"),
                SQL("coalesce(change.date, m.create_date)"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                self._get_refund_kind(),
                amount=SQL("m.amount_total"),
                currency_id=SQL("m.currency_id"),
                res_model=SQL("'account.move'"),
                res_id=SQL("m.id"),
            ),
            self._join_last_change("account.move", SQL("m.id")),
        )

    @api.model
    def _get_refund_kind(self):
        """Return the event kind of a credit note. An addon with other ways to pay overrides it, using `m`.

        :return: SQL
        """
        return SQL("'refunded'")
