from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _get_parts(self):
        return super()._get_parts() + ["decisions"]

    @api.model
    def _select_decisions(self, number):
        """Return the decisions of users. Planned ones show through their documents."""
        return SQL(
            """SELECT %s
                 FROM rma_settlement d
                 JOIN res_users u ON u.id = d.user_id
                 LEFT JOIN rma_order_line l ON l.id = d.line_id
                 LEFT JOIN rma_order o ON o.id = d.order_id
                WHERE d.is_planned IS NOT TRUE""",
            self._select_event(
                number,
                SQL("d.id"),
                SQL("d.order_id"),
                SQL("d.date"),
                SQL("u.partner_id"),
                SQL("'decided'"),
                product_id=SQL("l.product_id"),
                quantity=SQL("d.quantity::numeric"),
                product_uom_id=SQL("l.product_uom_id"),
                amount=SQL("d.amount::numeric"),
                currency_id=SQL("CASE WHEN d.line_id IS NULL THEN o.currency_id END"),
                note=SQL("d.note"),
                res_model=SQL("'rma.settlement'"),
                res_id=SQL("d.id"),
            ),
        )
