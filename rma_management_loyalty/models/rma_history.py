from odoo import api, fields, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    _inherit = "rma.history"
    _depends = {"account.move": ["rma_store_credit_program_id"], "loyalty.card": ["code", "rma_id"]}

    kind = fields.Selection(
        selection_add=[("coupon_given", "Coupon given"), ("store_credit", "Store credit given")],
    )

    @api.model
    def _get_refund_kind(self):
        return SQL("CASE WHEN m.rma_store_credit_program_id IS NULL THEN 'refunded' ELSE 'store_credit' END")

    @api.model
    def _get_parts(self):
        return super()._get_parts() + ["coupons"]

    @api.model
    def _select_coupons(self, number):
        return SQL(
            """SELECT %s
                 FROM loyalty_card c
                 JOIN res_users u ON u.id = c.create_uid
                 JOIN loyalty_program p ON p.id = c.program_id
                WHERE c.rma_id IS NOT NULL AND p.program_type = 'coupons'""",
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
