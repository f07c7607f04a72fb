from odoo import api, models


class HelpdeskTicketDocument(models.AbstractModel):
    """Share the behavior of documents created from tickets.

    Agents can read it without other access to its model. They then get reduced views, because the full ones need
    access to much more than the document.
    """

    _name = "helpdesk.ticket.document"
    _description = "Document of a Help Desk Ticket"

    @api.model
    def _get_ticket_paths(self):
        """Return the field paths from a document to its tickets.

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
        """Return whether the current user is an agent without other access to this model.

        :rtype: bool
        """
        return self.env.user._reads_by_tickets_only(self._name)

    @api.model
    def _get_agent_view(self, view_type):
        """Return the view for agents without other access to this model.

        :param view_type: "form", "list"
        :return: `ir.ui.view` record, empty if there is none
        """
        xml_id = f"rma_management_helpdesk.{self._table}_view_{view_type}_agent"
        # The choice of view is not confidential.
        return self.env.ref(xml_id, raise_if_not_found=False) or self.env["ir.ui.view"]

    def action_view_ticket(self):
        """Open the tickets that this document was made from.

        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        tickets = self.env["helpdesk.ticket"]
        for path in self._get_ticket_paths():
            # Record rules determine which tickets the user sees.
            tickets |= self.sudo().mapped(path).with_env(self.env)
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        action.update(domain=[("id", "in", tickets.ids)], context={"create": False})
        if len(tickets) == 1:
            action.update(views=[(False, "form")], res_id=tickets.id)
        return action
