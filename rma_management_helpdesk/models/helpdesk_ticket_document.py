from lxml import etree
from odoo import api, fields, models


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

    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)

    @api.depends(lambda self: self._get_link_paths())
    def _compute_ticket_count(self):
        for document in self:
            document.ticket_count = len(document._get_linked_tickets())

    @api.model
    def _get_link_paths(self):
        """Return the field paths from a document to the tickets that led to it.

        :return: list of field paths, each ending in a field to `helpdesk.ticket`
        """
        return self._get_ticket_paths()

    def _get_linked_tickets(self):
        """Return the tickets that led to these documents.

        :return: `helpdesk.ticket` records, readable
        """
        # They are counted even if the user may not open them.
        tickets = self.env["helpdesk.ticket"].sudo()
        for path in self._get_link_paths():
            tickets |= self.sudo().mapped(path)
        return tickets

    @api.model
    def get_views(self, views, options=None):
        """Offer agents only the actions that their rights suffice for."""
        result = super().get_views(views, options)
        if self._is_shown_to_agent():
            allowed = {self.env.ref(xml_id).id for xml_id in self._get_agent_actions()}
            for view in result["views"].values():
                for kind, actions in view.get("toolbar", {}).items():
                    view["toolbar"][kind] = [action for action in actions if action["id"] in allowed]
        return result

    @api.model
    def _get_agent_actions(self):
        """Return the actions and reports that agents without other access to this model may use.

        :return: set of external IDs
        """
        return set()

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        if not view_id and self._is_shown_to_agent():
            view_id = self._get_agent_view(view_type).id or view_id
        return super().get_view(view_id, view_type, **options)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put the button that leads to the tickets on the forms of all documents, those of agents and of Odoo."""
        arch, view = super()._get_view(view_id, view_type, **options)
        box = arch.find(".//div[@name='button_box']") if view_type == "form" else None
        if box is not None:
            box.append(self._prepare_ticket_button())
        return arch, view

    @api.model
    def _prepare_ticket_button(self):
        """Prepare the button that leads from a document to its tickets.

        :return: `lxml` element
        """
        button = etree.Element(
            "button",
            {
                "name": "action_view_ticket",
                "type": "object",
                "class": "oe_stat_button",
                "icon": "fa-life-ring",
                "invisible": "not ticket_count",
                "groups": "helpdesk_mgmt.group_helpdesk_user_own",
            },
        )
        etree.SubElement(
            button, "field", {"name": "ticket_count", "widget": "statinfo", "string": self.env._("Tickets")}
        )
        return button

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
        # Record rules determine which tickets the user sees.
        tickets = self._get_linked_tickets().with_env(self.env)
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        action.update(domain=[("id", "in", tickets.ids)], context={"create": False})
        if len(tickets) == 1:
            action.update(views=[(False, "form")], res_id=tickets.id)
        return action
