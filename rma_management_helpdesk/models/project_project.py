from odoo import fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    # Makes it a project of field service: the window of a visit offers these.
    helpdesk_team_ids = fields.One2many(
        "helpdesk.ticket.team", "field_service_project_id", string="Teams That Plan Visits", copy=False
    )
