from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.http import request
from odoo.tools import consteq


class CustomerPortal(CustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["after_sales_documents"] = ticket._get_portal_documents(
            self._may_open_ticket_documents(ticket, access_token)
        )
        return values

    def _may_open_ticket_documents(self, ticket, access_token):
        """Return whether the visitor gets links to the documents: the customer, or whoever has the ticket's link.
        Other followers of the ticket only see the documents and their status.

        :param ticket: `helpdesk.ticket` record
        :param access_token: str, or None
        :rtype: bool
        """
        customer = request.env.user.partner_id.commercial_partner_id
        if not request.env.user._is_public() and customer == ticket.commercial_partner_id:
            return True
        return bool(access_token and ticket.access_token and consteq(ticket.access_token, access_token))
