from odoo import api, fields, models


class RmaReject(models.TransientModel):
    _name = "rma.reject"
    _inherit = "rma.window.mixin"
    _description = "Reject Returns"

    rma_ids = fields.Many2many("rma.order", string="Returns", required=True)
    reason = fields.Text(required=True, help="Shown to the customer.")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_ids"]

    def action_reject(self):
        """Reject the returns with the reason.

        :return: action that closes the window
        :raise UserError: when a return does not wait for approval
        """
        self.rma_ids.action_reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
