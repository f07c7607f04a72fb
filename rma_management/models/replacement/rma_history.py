from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _select_replacement_orders(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN sale_order_line sl ON sl.rma_line_id = l.id
                 JOIN sale_order s ON s.id = sl.order_id AND s.state = 'sale'
                 JOIN res_users u ON u.id = s.create_uid""",
            self._select_event(
                number,
                SQL("sl.id"),
                SQL("l.order_id"),
                SQL("s.date_order"),
                SQL("u.partner_id"),
                SQL("'ordered'"),
                product_id=SQL("sl.product_id"),
                quantity=SQL("sl.product_uom_qty::numeric"),
                product_uom_id=SQL("sl.product_uom_id"),
                res_model=SQL("'sale.order'"),
                res_id=SQL("s.id"),
            ),
        )
