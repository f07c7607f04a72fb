from odoo import models


class HelpdeskTicket(models.Model):
    """What the customer sees of the after-sales documents on the portal page of a ticket."""

    _inherit = "helpdesk.ticket"

    def _get_portal_documents(self, may_open):
        """Give the documents that the portal page lists.

        :param may_open: bool, whether the visitor gets links that open the documents
        :return: list of {"kind", "name", "state", "url"}; an empty url where there is nothing to open
        """
        self.ensure_one()
        # The page is shown to people with no rights on the documents; it gives their names and states only.
        ticket = self.sudo()
        documents = ticket._get_documents()[ticket.id]
        rows = []
        for rma in ticket.rma_ids.filtered(lambda rma: rma.state not in ("draft", "cancel")):
            rows.append(self._prepare_portal_row(self.env._("Return"), rma, "state", may_open))
        for picking in documents["picking"].filtered(lambda picking: picking.state != "cancel"):
            rows.append(self._prepare_portal_row(self.env._("Return transfer"), picking, "state", False))
        for refund in documents["refund"].filtered(lambda refund: refund.state == "posted"):
            rows.append(self._prepare_portal_row(self.env._("Credit note"), refund, "payment_state", may_open))
        for repair in documents["repair"].filtered(lambda repair: repair.state != "cancel"):
            rows.append(self._prepare_portal_row(self.env._("Repair"), repair, "state", False))
        for task in documents["task"].filtered("active"):
            rows.append(self._prepare_portal_row(self.env._("Visit"), task, "stage_id", may_open))
        return rows

    def _prepare_portal_row(self, kind, document, state_field, may_open):
        """Prepare one document of the portal page.

        :param kind: what it is, for people
        :param document: record, readable
        :param state_field: name of the field that says how far it is
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
            "name": document.display_name,
            "state": state,
            "url": document.get_portal_url() if may_open else "",
        }
