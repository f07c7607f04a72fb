from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command, Domain


class HelpdeskTicket(models.Model):
    """Count and open the documents created from a ticket or its returns."""

    _inherit = "helpdesk.ticket"

    refund_count = fields.Integer(string="Credit Notes", compute="_compute_document_counts", compute_sudo=True)
    invoice_count = fields.Integer(string="New Invoices", compute="_compute_document_counts", compute_sudo=True)
    coupon_count = fields.Integer(string="Coupons", compute="_compute_document_counts", compute_sudo=True)
    rma_count = fields.Integer(string="Return Count", compute="_compute_document_counts", compute_sudo=True)
    picking_count = fields.Integer(string="Transfers", compute="_compute_document_counts", compute_sudo=True)
    repair_count = fields.Integer(string="Repairs", compute="_compute_document_counts", compute_sudo=True)
    quotation_count = fields.Integer(string="Quotations", compute="_compute_document_counts", compute_sudo=True)
    task_count = fields.Integer(string="Tasks", compute="_compute_document_counts", compute_sudo=True)

    @api.model
    def _get_document_kinds(self):
        """Return the kinds of documents, and the field that links each to a return. A bridge adds its own.

        :return: {kind: (model, name of the field to `rma.order` or `rma.order.line`, or None)}
        """
        return {
            "refund": ("account.move", "rma_id"),
            "invoice": ("account.move", None),
            "coupon": ("rma.coupon", "rma_id"),
            "picking": ("stock.picking", None),
            "repair": ("repair.order", "rma_line_id"),
            "task": ("project.task", None),
        }

    @api.model
    def _get_document_domain(self, kind):
        """Return the domain of the records of a kind.

        :param kind: one of `_get_document_kinds`
        :return: `Domain`
        """
        # A refund may replace the invoice by a new one, which is linked to the ticket, too.
        types = {"refund": "out_refund", "invoice": "out_invoice"}
        return Domain("move_type", "=", types[kind]) if kind in types else Domain.TRUE

    @api.depends("rma_ids")
    def _compute_document_counts(self):
        documents = self._get_documents()
        for ticket in self:
            ticket.rma_count = len(ticket.rma_ids)
            for kind, records in documents[ticket.id].items():
                ticket[f"{kind}_count"] = len(records)

    def _get_documents(self):
        """Return the documents of tickets, with a constant number of queries. Documents of a ticket's return belong to
        the ticket, too.

        :return: {id of the ticket: {kind: records, readable}}
        """
        found = defaultdict(dict)
        # They are counted even if the user may not open them.
        by_rma = defaultdict(self.browse)
        for ticket in self.sudo():
            for rma in ticket.rma_ids:
                by_rma[rma] |= ticket
        for kind, (model, rma_field) in self._get_document_kinds().items():
            records = self.env[model].sudo().with_context(active_test=False)
            for ticket in self:
                found[ticket.id][kind] = records.browse()
            domain = self._get_document_domain(kind)
            of_tickets = domain & Domain("ticket_id", "in", self.ids)
            for ticket, group in records._read_group(of_tickets, ["ticket_id"], ["id:recordset"]):
                found[ticket.id][kind] |= group
            if not rma_field or not by_rma:
                continue
            path = rma_field if rma_field == "rma_id" else f"{rma_field}.order_id"
            of_rmas = domain & Domain(path, "in", [rma.id for rma in by_rma])
            for holder, group in records._read_group(of_rmas, [rma_field], ["id:recordset"]):
                rma = holder if holder._name == "rma.order" else holder.order_id
                for ticket in by_rma[rma]:
                    found[ticket.id][kind] |= group
        for documents in found.values():
            documents["quotation"] = documents["repair"].sale_order_id
        return found

    def action_view_refunds(self):
        """Open the credit notes of this ticket.

        :return: window action
        """
        return self._get_documents_action("refund", self.env._("Credit Notes"))

    def action_view_invoices(self):
        """Open the invoices that replace refunded ones.

        :return: window action
        """
        return self._get_documents_action("invoice", self.env._("New Invoices"))

    def action_view_quotations(self):
        """Open the quotations of the repairs of this ticket.

        :return: window action
        """
        return self._get_documents_action("quotation", self.env._("Quotations"))

    def action_view_coupons(self):
        """Open the coupons of this ticket.

        :return: window action
        """
        return self._get_documents_action("coupon", self.env._("Coupons"))

    def action_view_pickings(self):
        """Open the reverse transfers of this ticket.

        :return: window action
        """
        return self._get_documents_action("picking", self.env._("Transfers"))

    def action_view_repairs(self):
        """Open the repairs of this ticket.

        :return: window action
        """
        return self._get_documents_action("repair", self.env._("Repairs"))

    def action_view_tasks(self):
        """Open the tasks of this ticket.

        :return: window action
        """
        return self._get_documents_action("task", self.env._("Tasks"))

    def action_view_rmas(self):
        """Open the returns of this ticket.

        :return: window action
        """
        self.ensure_one()
        # Record rules determine which returns the agent sees.
        return self._prepare_documents_action(self.sudo().rma_ids, self.env._("Returns"))

    def _get_documents_action(self, kind, name):
        self.ensure_one()
        return self._prepare_documents_action(self._get_documents()[self.id][kind], name)

    @api.model
    def _prepare_documents_action(self, documents, name):
        """Prepare the action that opens documents: a form for one, a list for several.

        :param documents: records
        :param name: title of the window
        :return: window action
        """
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": documents._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", documents.ids)],
            "context": {"create": False, "active_test": False},
        }
        if len(documents) == 1:
            action.update(views=[(False, "form")], res_id=documents.id)
        return action

    def _add_rma(self, rma):
        """Link returns to this ticket.

        :param rma: `rma.order` records
        """
        # Agents may change their ticket, and the link is part of it; they need no write access to the return.
        self.sudo().rma_ids = [Command.link(order.id) for order in rma]
