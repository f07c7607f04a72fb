from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _select_approvals(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_approval a
                 JOIN res_users u ON u.id = a.user_id""",
            self._select_event(
                number,
                SQL("a.id"),
                SQL("a.order_id"),
                SQL("a.date"),
                SQL("u.partner_id"),
                SQL("'approved'"),
            ),
        )

    @api.model
    def _select_overrides(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN res_users u ON u.id = l.refusal_override_user_id""",
            self._select_event(
                number,
                SQL("l.id"),
                SQL("l.order_id"),
                SQL("l.refusal_override_date"),
                SQL("u.partner_id"),
                SQL("'overridden'"),
                note=SQL("l.refusal_override_reason"),
            ),
        )
