from odoo import fields, models


class RmaOrder(models.Model):
    """Hold the decisions about a return."""

    _inherit = "rma.order"

    settlement_ids = fields.One2many(
        "rma.settlement",
        "order_id",
        string="Decisions",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What was decided for which quantity, by whom and when.",
    )

    def _revoke_decisions(self):
        """Revoke decisions that are not carried out, so that a reset return starts without any."""
        # Only the engine writes decisions.
        self.sudo().settlement_ids.filtered("line_id")._revoke()
