from odoo import api, fields, models


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )

    @api.model
    def _is_shown_to_agent(self):
        # All employees may read tasks, but the full form needs access to projects.
        user = self.env.user
        return user.has_group("helpdesk_mgmt.group_helpdesk_user_own") and not user.has_group(
            "project.group_project_user"
        )
