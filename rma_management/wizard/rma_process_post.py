from odoo import models


class RmaProcess(models.TransientModel):
    """Who may post credit notes does so where they process."""

    _inherit = "rma.process"

    def action_complete_and_post(self):
        """Carry out what the screen shows, and post the credit notes, with the rights of the user.

        :return: as `action_complete`
        :raise AccessError: when the user may not post credit notes
        :raise UserError: as `action_complete`
        """
        # Users who process may not have access to accounting; who posts is checked by Odoo.
        known = self.rma_id.sudo().refund_ids
        action = self.action_complete()
        made = self.rma_id.sudo().refund_ids - known
        made.filtered(lambda note: note.state == "draft").with_env(self.env).action_post()
        return action
