from odoo import models


class HelpdeskTicket(models.Model):
    """Show after-sales documents to the customer on the portal page of a ticket."""

    _inherit = "helpdesk.ticket"

    def _get_portal_documents(self, may_open):
        """Return the documents that the portal page lists.

        :param may_open: bool, whether the visitor gets links that open the documents
        :return: list of {"kind", "name", "state", "url"}; an empty url where there is nothing to open
        """
        self.ensure_one()
        # The page is shown to users without access to the documents, and only shows names and states.
        ticket = self.sudo()
        documents = ticket._get_documents()[ticket.id]
        return [
            self._prepare_portal_row(kind.portal_label, document, kind.state_field, may_open and kind.has_page)
            for name, kind in self._get_document_kinds().items()
            if kind.portal_label
            for document in documents[name].filtered_domain(kind.portal_domain)
        ]

    def _prepare_portal_row(self, kind, document, state_field, may_open):
        """Prepare one document of the portal page.

        :param kind: what it is, for people
        :param document: record, readable
        :param state_field: name of the status field
        :param may_open: bool, whether the visitor gets a link that opens it
        :return: dict, see `_get_portal_documents`
        """
        field = document._fields[state_field]
        if field.type == "selection":
            state = dict(field._description_selection(self.env)).get(document[state_field], "")
        else:
            state = document[state_field].display_name
        return {
            "kind": kind,
            "name": document.name,
            "state": state,
            "url": document.get_portal_url() if may_open else "",
        }
