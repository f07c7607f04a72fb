from odoo import api, fields, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"
    _depends = {"loyalty.card": ["code", "program_id", "rma_id"]}

    kind = fields.Selection(selection_add=[("coupon_given", "Coupon given")])

    @api.model
    def _get_parts(self):
        return super()._get_parts() + ["coupons"]

    @api.model
    def _select_coupons(self, number):
        return SQL(
            """SELECT %s
                 FROM loyalty_card c
                 JOIN res_users u ON u.id = c.create_uid
                WHERE c.rma_id IS NOT NULL""",
            self._select_event(
                number,
                SQL("c.id"),
                SQL("c.rma_id"),
                SQL("c.create_date"),
                SQL("u.partner_id"),
                SQL("'coupon_given'"),
                note=SQL("c.code"),
                res_model=SQL("'rma.coupon'"),
                res_id=SQL("c.id"),
            ),
        )
