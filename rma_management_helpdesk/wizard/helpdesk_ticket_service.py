from odoo import api, fields, models
from odoo.tools import clean_context


class HelpdeskTicketService(models.AbstractModel):
    """Share the behavior of all service wizards, which are for agents who may give the service."""

    _name = "helpdesk.ticket.service"
    _inherit = "rma.window.mixin"
    _description = "Service from a Ticket"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    company_id = fields.Many2one(related="ticket_id.company_id")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["ticket_id"]

    @api.model
    def _may_link(self, name, records):
        return records.has_access("write") if name == "ticket_id" else super()._may_link(name, records)

    @api.model_create_multi
    def create(self, vals_list):
        windows = super().create(vals_list)
        windows._check_service()
        # Now, by their user: what is written next stays, and the rows that are proposed are the user's own.
        windows.flush_recordset()
        return windows

    def write(self, vals):
        result = super().write(vals)
        if "ticket_id" in vals:
            self._check_service()
        return result

    @api.model
    def _get_service(self):
        """Return the service of this wizard.

        :return: one of `helpdesk.ticket._get_services`
        """
        return self._name.removeprefix("helpdesk.ticket.")

    def _check_service(self):
        """Refuse users who cannot give the service from the ticket, because the wizard shows its documents.

        :raise UserError: says why
        """
        for window in self:
            window.ticket_id._check_service(window._get_service())

    @api.model
    def _get_maker(self, model_name):
        """Return a model that creates documents for agents, who have no rights on it. Check first what they ask for.

        :param model_name: str
        :return: empty recordset of the superuser, without the default values that the caller's context may carry
        """
        return self.env[model_name].sudo().with_context(clean_context(self.env.context))

    def _get_window_action(self, name):
        """Return the action that opens this window.

        :param name: its title
        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
