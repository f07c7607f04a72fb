from odoo import fields, models


class RmaOrder(models.Model):
    """What was decided about a return."""

    _inherit = "rma.order"

    settlement_ids = fields.One2many(
        "rma.settlement", "order_id", string="Decisions", readonly=True, copy=False, groups="base.group_user"
    )

    def _revoke_decisions(self):
        """Call off what is decided and not carried out: a return that begins again is decided about anew."""
        # Nobody has the right to write decisions but the engine.
        self.sudo().settlement_ids.filtered("line_id")._revoke()
