from odoo import fields, models


class RmaAnnouncement(models.Model):
    """Ask customers for the difference to a dearer product."""

    _inherit = "rma.announcement"

    kind = fields.Selection(selection_add=[("difference", "Difference to Pay")], ondelete={"difference": "cascade"})

    def _tell_difference(self):
        order = self._get_order()
        if order.amount_exchange_due <= 0:
            return self.env["mail.message"]
        return self._mail_with_slip(order.company_id.rma_mail_exchange_template_id)
