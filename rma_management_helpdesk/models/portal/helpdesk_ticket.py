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
        shown = [
            (self.env._("Return"), ticket.rma_ids, "state", may_open, lambda rma: rma.state not in ("draft", "cancel")),
            (self.env._("Return transfer"), documents["picking"], "state", False, lambda doc: doc.state != "cancel"),
            (
                self.env._("Credit note"),
                documents["refund"],
                "payment_state",
                may_open,
                lambda move: move.state == "posted",
            ),
            (self.env._("Repair"), documents["repair"], "state", False, lambda doc: doc.state != "cancel"),
            (self.env._("Visit"), documents["task"], "stage_id", may_open, lambda task: task.active),
        ]
        return [
            self._prepare_portal_row(kind, document, state_field, with_link)
            for kind, found, state_field, with_link, condition in shown
            for document in found.filtered(condition)
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
