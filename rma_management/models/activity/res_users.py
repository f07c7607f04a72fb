from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    rma_reminder_date = fields.Date(readonly=True, copy=False, help="When the last reminder of late returns was sent.")

    def _get_rma_overdue(self):
        """Give the returns that wait for this person longer than they should.

        :return: `rma.order` records that the person may see
        """
        self.ensure_one()
        activities = self.env["rma.order"]._get_overdue_step_activities()
        orders = self.env["rma.order"].browse(
            activities.filtered(lambda activity: activity.user_id == self).mapped("res_id")
        )
        visible = orders.with_user(self).with_context(allowed_company_ids=self.company_ids.ids)._filtered_access("read")
        return orders.browse(visible.ids).sorted("date_requested")

    def _get_rma_today(self):
        """Return the day that it is where this person lives, as Odoo reckons it for activities.

        :rtype: date
        """
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.tz or "UTC"))

    def _needs_rma_reminder(self):
        """Tell whether this person was not reminded of late returns today.

        :rtype: bool
        """
        self.ensure_one()
        return self.rma_reminder_date != self._get_rma_today()

    def _send_rma_reminder(self):
        """Mail this person the returns that wait too long; the template calls `_get_rma_overdue`."""
        self.ensure_one()
        self.rma_reminder_date = self._get_rma_today()
        if self._get_rma_overdue():
            self.env.ref("rma_management.mail_template_rma_reminder").send_mail(
                self.id, email_layout_xmlid="mail.mail_notification_light"
            )
