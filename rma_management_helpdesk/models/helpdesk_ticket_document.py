from odoo import api, models


class HelpdeskTicketDocument(models.AbstractModel):
    """A document that is made from tickets.

    Agents read it without any other right on its kind. They are then shown small views of its own: the full ones need
    rights on much more than the document.
    """

    _name = "helpdesk.ticket.document"
    _description = "Document of a Help Desk Ticket"

    @api.model
    def _get_ticket_paths(self):
        """Tell by which fields a document of this kind leads to its tickets.

        :return: list of field paths, each ending in a field to `helpdesk.ticket`
        """
        return ["ticket_id"]

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        if not view_id and self._is_shown_to_agent():
            view_id = self._get_agent_view(view_type).id or view_id
        return super().get_view(view_id, view_type, **options)

    @api.model
    def _is_shown_to_agent(self):
        """Tell whether the current user is an agent who has no other right on this kind of document.

        :rtype: bool
        """
        return self.env.user._reads_by_tickets_only(self._name)

    @api.model
    def _get_agent_view(self, view_type):
        """Find the view for agents who have no other right on this kind of document.

        :param view_type: "form", "list"
        :return: `ir.ui.view` record, empty where there is none
        """
        xml_id = f"rma_management_helpdesk.{self._table}_view_{view_type}_agent"
        # Which view is shown is no secret.
        return self.env.ref(xml_id, raise_if_not_found=False) or self.env["ir.ui.view"]

    def action_view_ticket(self):
        """Open the tickets that this document was made from.

        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        tickets = self.env["helpdesk.ticket"]
        for path in self._get_ticket_paths():
            # Which of the tickets the user sees, the rules on tickets say.
            tickets |= self.sudo().mapped(path).with_env(self.env)
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        action.update(domain=[("id", "in", tickets.ids)], context={"create": False})
        if len(tickets) == 1:
            action.update(views=[(False, "form")], res_id=tickets.id)
        return action
