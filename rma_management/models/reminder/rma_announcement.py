from odoo import fields, models


class RmaAnnouncement(models.Model):
    """Remind customers to send the goods."""

    _inherit = "rma.announcement"

    kind = fields.Selection(selection_add=[("reminder", "Reminder")], ondelete={"reminder": "cascade"})

    def _tell_reminder(self):
        order = self._get_order()
        # The goods may have arrived, or the date may be over, since.
        if not order._is_to_remind():
            return self.env["mail.message"]
        return self._mail_with_slip(order.company_id.rma_mail_send_template_id)
