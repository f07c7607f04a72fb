from odoo import api, fields, models


class RmaReleaseDelivery(models.TransientModel):
    """Ask a returns manager why a replacement is shipped before the difference is paid."""

    _name = "rma.release.delivery"
    _inherit = "rma.window.mixin"
    _description = "Ship before Payment"

    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade")
    wait_note = fields.Char(related="rma_id.wait_note")
    reason = fields.Char(required=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id"]

    def action_release(self):
        """Release the deliveries of the return, with the reason.

        :return: action that closes the window
        :raise AccessError: when the user is no returns manager
        """
        self.ensure_one()
        self.rma_id.action_release_delivery(self.reason)
        return {"type": "ir.actions.act_window_close"}
