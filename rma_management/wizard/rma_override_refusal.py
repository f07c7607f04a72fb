from odoo import api, fields, models


class RmaOverrideRefusal(models.TransientModel):
    """Ask a returns manager why an item is accepted although the return policy refuses it."""

    _name = "rma.override.refusal"
    _inherit = "rma.window.mixin"
    _description = "Override a Refusal"

    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade")
    policy_refusal = fields.Text(related="rma_id.policy_refusal")
    reason = fields.Char(required=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id"]

    def action_override(self):
        """Override the refusals of the return with the reason.

        :return: action that closes the window
        :raise AccessError: when the user is not a returns manager
        """
        self.ensure_one()
        refused = self.rma_id.line_ids.filtered(lambda line: line.policy_refusal and not line.refusal_override_reason)
        refused.action_override_refusal(self.reason)
        return {"type": "ir.actions.act_window_close"}
