from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicketTask(models.TransientModel):
    """Plan a visit as a task of a project."""

    _name = "helpdesk.ticket.task"
    _inherit = "helpdesk.ticket.service"
    _description = "Intervention from a Ticket"

    name = fields.Char(
        string="Title", compute="_compute_name", store=True, readonly=False, required=True, precompute=True
    )
    project_id = fields.Many2one(
        "project.project",
        compute="_compute_project_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('helpdesk_team_ids', '!=', False), ('company_id', 'in', [False, company_id])]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who visits the customer. If empty, the visit is assigned later.",
    )
    date_deadline = fields.Datetime(string="Date and Time", help="When the technician visits the customer.")

    @api.depends("ticket_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.ticket_id.name

    @api.depends("ticket_id")
    def _compute_project_id(self):
        for wizard in self:
            wizard.project_id = wizard.ticket_id.team_id.field_service_project_id

    def action_create(self):
        """Create the task and link it to the ticket.

        :return: action that closes the window
        :raise UserError: when no project is chosen
        """
        self._create_task()
        return {"type": "ir.actions.act_window_close"}

    def action_create_and_view(self):
        """Create the task, link it to the ticket, and open it.

        :return: window action
        :raise UserError: when no project is chosen
        """
        return self.ticket_id._prepare_documents_action(self._create_task(), self.env._("Task"))

    def _create_task(self):
        """Create the task, with the customer as follower.

        :return: `project.task` record, readable
        """
        self.ensure_one()
        ticket = self.ticket_id
        self._check_service()
        if not self.project_id:
            raise UserError(self.env._("Choose the project for the visit."))
        # Agents have no access to technicians' rights; only colleagues visit customers.
        if self.user_id.sudo().share:
            raise UserError(self.env._("%s is not a colleague. Choose another technician.", self.user_id.name))
        # Agents may use the project of their team; any other one only if they can see it.
        if self.project_id != ticket.team_id.field_service_project_id:
            self.project_id.check_access("read")
        # Agents have no access to projects. The project was checked.
        task = self.env["project.task"].sudo().create(self._prepare_task_values())
        if ticket.partner_id:
            task.message_subscribe(ticket.partner_id.ids)
        ticket._link_document(task, self.env._("Task"))
        return task

    def _prepare_task_values(self):
        """Prepare a task. Override it to carry a field of your own.

        :return: values of `project.task`
        """
        self.ensure_one()
        ticket = self.ticket_id
        return {
            "name": self.name,
            "project_id": self.project_id.id,
            "partner_id": ticket.partner_id.id,
            "description": ticket.description,
            "date_deadline": self.date_deadline,
            "ticket_id": ticket.id,
            "user_ids": [Command.set(self.user_id.ids)],
        }
