from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _select_repairs(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN repair_order r ON r.rma_line_id = l.id AND r.state = 'done'
                 JOIN res_users u ON u.id = r.create_uid
            LEFT JOIN stock_move moved ON moved.id = r.move_id AND moved.state = 'done'
                 %s""",
            self._select_event(
                number,
                SQL("r.id"),
                SQL("l.order_id"),
                SQL("coalesce(change.date, moved.date, r.write_date)"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                SQL("'repaired'"),
                product_id=SQL("r.product_id"),
                quantity=SQL("r.product_qty::numeric"),
                product_uom_id=SQL("r.product_uom"),
                res_model=SQL("'repair.order'"),
                res_id=SQL("r.id"),
            ),
            self._join_last_change("repair.order", SQL("r.id")),
        )
