from odoo import api, fields, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    """List how the goods were to come back, as it was chosen and changed."""

    _inherit = "rma.history"

    kind = fields.Selection(selection_add=[("way_chosen", "Return method chosen")])

    @api.model
    def _get_parts(self):
        return super()._get_parts() + ["ways"]

    @api.model
    def _select_ways(self, number):
        field = self.env["ir.model.fields"]._get
        return SQL(
            """SELECT %s
                 FROM rma_order o
                 JOIN mail_message m ON m.model = 'rma.order' AND m.res_id = o.id
                 JOIN mail_tracking_value v ON v.mail_message_id = m.id
                WHERE v.field_id IN %s""",
            self._select_event(
                number,
                SQL("v.id"),
                SQL("o.id"),
                SQL("m.date"),
                SQL("m.author_id"),
                SQL("'way_chosen'"),
                note=SQL(
                    """concat_ws(
                        ' → ',
                        coalesce(nullif(v.old_value_char, ''), v.old_value_datetime::date::text),
                        coalesce(nullif(v.new_value_char, ''), v.new_value_datetime::date::text, '–')
                    )"""
                ),
            ),
            (field("rma.order", "return_method_id").id, field("rma.order", "pickup_date").id),
        )
