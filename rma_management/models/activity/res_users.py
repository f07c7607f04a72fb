from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    rma_reminder_date = fields.Date(
        readonly=True, copy=False, help="When the last reminder about late returns was sent."
    )
    rma_overdue_ids = fields.Many2many(
        "rma.order", string="Late Returns", compute="_compute_rma_overdue_ids", groups="base.group_system"
    )

    def _compute_rma_overdue_ids(self):
        """Compute overdue returns once for all users, so that reminders need no search for each of them."""
        activities = self.env["rma.order"]._get_overdue_step_activities().grouped("user_id")
        orders = self.env["rma.order"].browse({a.res_id for group in activities.values() for a in group})
        orders.sudo().fetch(["user_id", "company_id", "date_requested"])
        staff = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.group_rma_user")
        for user in self:
            waiting = orders.browse(activities.get(user, self.env["mail.activity"]).mapped("res_id")).sudo()
            # Access rights are read for each user. The responsible needs them only for the company.
            theirs = waiting.filtered(
                lambda order, user=user: (
                    order.user_id in (user, user.browse())
                    and order.company_id in user.company_ids
                    and staff in user.all_group_ids.ids
                )
            )
            others = (waiting - theirs).with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            visible = orders.browse(theirs.ids + (others._filtered_access("read").ids if others else []))
            user.rma_overdue_ids = visible.sorted("date_requested")

    def _get_rma_overdue(self):
        """Return the overdue returns of this user.

        :return: `rma.order` records that the person may see
        """
        self.ensure_one()
        # The template is rendered for users who may not read other users' returns.
        return self.sudo().rma_overdue_ids

    def _get_rma_today(self):
        """Return today's date in the time zone of this user, as Odoo does for activities.

        :rtype: date
        """
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.tz or "UTC"))

    def _needs_rma_reminder(self):
        """Return whether this user still needs today's reminder about late returns.

        :rtype: bool
        """
        self.ensure_one()
        return self.rma_reminder_date != self._get_rma_today()

    def _send_rma_reminders(self):
        """Email these users their overdue returns; the template calls `_get_rma_overdue`."""
        self.invalidate_recordset(["rma_overdue_ids"])
        for day, users in self.grouped(lambda user: user._get_rma_today()).items():
            users.rma_reminder_date = day
        reminded = self.filtered(lambda user: user._get_rma_overdue())
        self.env.ref("rma_management.mail_template_rma_reminder").send_mail_batch(
            reminded.ids, email_layout_xmlid="rma_management.mail_layout"
        )
