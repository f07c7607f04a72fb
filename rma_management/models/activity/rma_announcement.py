from odoo import fields, models


class RmaAnnouncement(models.Model):
    """Tell users of the activities that many returns got at once."""

    _inherit = "rma.announcement"

    kind = fields.Selection(selection_add=[("activity", "Activity")], ondelete={"activity": "cascade"})

    def _tell_activity(self):
        self._get_order()._notify_step_activities()
