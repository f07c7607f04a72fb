from odoo import fields, models


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
