from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


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
        domain="[('helpdesk_team_ids.use_field_service', '=', True), ('company_id', 'in', [False, company_id])]",
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
        self._check_project()
        self._check_technician()
        # Agents have no access to projects. The project was checked.
        task = self._get_maker("project.task").create(self._prepare_task_values())
        if ticket.partner_id:
            task.message_subscribe(ticket.partner_id.ids)
        ticket._link_document(task, self.env._("Task"))
        return task

    def _check_project(self):
        """Refuse a project that the window does not offer: it is that of the ticket's team, or one of field service
        that the agent can see.

        :raise UserError: says what to choose
        """
        ticket = self.ticket_id
        if self.project_id == ticket.team_id.field_service_project_id and ticket._is_in_team():
            return
        offered = self.env["project.project"].search(
            Domain("id", "=", self.project_id.id)
            & Domain("helpdesk_team_ids.use_field_service", "=", True)
            & Domain("company_id", "in", [False, ticket.company_id.id])
        )
        if not offered:
            # Without its name, which the agent may not know.
            raise UserError(
                self.env._("Visits are not planned in this project. Choose one that a team uses for field service.")
            )

    def _check_technician(self):
        """Refuse a technician who is no colleague in the company of the ticket.

        :raise UserError: names the user
        """
        # Agents have no access to others' rights.
        user = self.user_id.sudo()
        if user and (user.share or not user.active or self.ticket_id.company_id not in user.company_ids):
            raise UserError(
                self.env._("%s is not a colleague in the company of the ticket. Choose another technician.", user.name)
            )

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
