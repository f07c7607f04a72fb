from odoo import api, fields, models


class RmaProcessPreview(models.TransientModel):
    _name = "rma.process.preview"
    _inherit = "rma.window.mixin"
    _description = "Preview of the Email about a Processed Return"

    wizard_id = fields.Many2one("rma.process", string="Screen", required=True, ondelete="cascade", readonly=True)
    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id", "wizard_id"]

    def action_back(self):
        """Open the process screen again, as it was left.

        :return: window action
        """
        self.ensure_one()
        return self.wizard_id._get_window_action()
