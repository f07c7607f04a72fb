from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"

    @api.model
    def _select_inspections(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_inspection i
                 JOIN rma_order_line l ON l.id = i.line_id
                 LEFT JOIN res_users u ON u.id = i.inspected_by_id""",
            self._select_event(
                number,
                SQL("i.id"),
                SQL("i.order_id"),
                SQL("i.create_date"),
                SQL("u.partner_id"),
                SQL("'inspected'"),
                product_id=SQL("l.product_id"),
                quantity=SQL("i.quantity::numeric"),
                product_uom_id=SQL("l.product_uom_id"),
            ),
        )
