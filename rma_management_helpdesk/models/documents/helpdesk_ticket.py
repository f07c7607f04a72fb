from collections import defaultdict
from typing import NamedTuple

from lxml import etree
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class DocumentKind(NamedTuple):
    """What is to be known of a kind of document: counting, buttons, links and the portal page follow from it."""

    label: str
    icon: str
    # Method of the ticket that opens them.
    action: str = "action_view_documents"
    # Where documents have `ticket_id`: their model, the field to a return or its item, and which of the model they are.
    model: str = ""
    rma_field: str = ""
    domain: Domain = Domain.TRUE
    # How the customer reads of one on the portal page. Without a label it is not listed there.
    portal_label: str = ""
    portal_domain: Domain = Domain("state", "!=", "cancel")
    state_field: str = "state"
    has_page: bool = False


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
        """Return the kinds of documents, in the order of their buttons. An addon adds its own, and for each a field
        `<kind>_count` that is computed by `_compute_document_counts`.

        :return: {kind: `DocumentKind`}
        """
        return {**self._get_kinds_of_money(), **self._get_kinds_of_work()}

    @api.model
    def _get_kinds_of_money(self):
        """Return the kinds of documents about money.

        :return: {kind: `DocumentKind`}
        """
        return {
            "refund": DocumentKind(
                self.env._("Credit Notes"),
                "fa-money",
                "action_view_refunds",
                "account.move",
                "rma_id",
                Domain("move_type", "=", "out_refund"),
                portal_label=self.env._("Credit note"),
                portal_domain=Domain("state", "=", "posted"),
                state_field="payment_state",
                has_page=True,
            ),
            # A refund may replace the invoice by a new one, which is linked to the ticket, too.
            "invoice": DocumentKind(
                self.env._("New Invoices"),
                "fa-file-text-o",
                "action_view_invoices",
                "account.move",
                domain=Domain("move_type", "=", "out_invoice"),
            ),
            "coupon": DocumentKind(self.env._("Coupons"), "fa-ticket", "action_view_coupons", "rma.coupon", "rma_id"),
            "quotation": DocumentKind(self.env._("Quotations"), "fa-dollar", "action_view_quotations"),
        }

    @api.model
    def _get_kinds_of_work(self):
        """Return the kinds of documents that somebody works on.

        :return: {kind: `DocumentKind`}
        """
        return {
            "rma": DocumentKind(
                self.env._("Returns"),
                "fa-undo",
                "action_view_rmas",
                portal_label=self.env._("Return"),
                portal_domain=Domain("state", "not in", ("draft", "cancel")),
                has_page=True,
            ),
            "picking": DocumentKind(
                self.env._("Transfers"),
                "fa-truck",
                "action_view_pickings",
                "stock.picking",
                portal_label=self.env._("Return transfer"),
            ),
            "repair": DocumentKind(
                self.env._("Repairs"),
                "fa-wrench",
                "action_view_repairs",
                "repair.order",
                "rma_line_id",
                portal_label=self.env._("Repair"),
            ),
            "task": DocumentKind(
                self.env._("Tasks"),
                "fa-calendar-check-o",
                "action_view_tasks",
                "project.task",
                portal_label=self.env._("Visit"),
                portal_domain=Domain("active", "=", True),
                state_field="stage_id",
                has_page=True,
            ),
        }

    @api.depends("rma_ids")
    def _compute_document_counts(self):
        documents = self._get_documents()
        for ticket in self:
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
        for name, kind in self._get_document_kinds().items():
            if not kind.model:
                continue
            for ticket in self:
                found[ticket.id][name] = self.env[kind.model].sudo()
            for ticket, records in self._find_documents(kind, by_rma):
                found[ticket.id][name] |= records
        for ticket in self.sudo():
            documents = found[ticket.id]
            documents.update(rma=ticket.rma_ids, quotation=documents["repair"].sale_order_id)
        return found

    def _find_documents(self, kind, by_rma):
        """Yield the documents of a kind that were made from these tickets, and from their returns.

        :param kind: `DocumentKind` with a model
        :param by_rma: {return: tickets}
        :return: iterator of (ticket, records)
        """
        # As above.
        records = self.env[kind.model].sudo().with_context(active_test=False)
        of_tickets = kind.domain & Domain("ticket_id", "in", self.ids)
        yield from records._read_group(of_tickets, ["ticket_id"], ["id:recordset"])
        if not kind.rma_field or not by_rma:
            return
        path = kind.rma_field if kind.rma_field == "rma_id" else f"{kind.rma_field}.order_id"
        of_rmas = kind.domain & Domain(path, "in", [rma.id for rma in by_rma])
        for holder, group in records._read_group(of_rmas, [kind.rma_field], ["id:recordset"]):
            for ticket in by_rma[holder if holder._name == "rma.order" else holder.order_id]:
                yield ticket, group

    # === Buttons ===

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put a button for each kind of document on the form."""
        arch, view = super()._get_view(view_id, view_type, **options)
        box = arch.find(".//div[@name='button_box']") if view_type == "form" else None
        if box is not None:
            for name, kind in self._get_document_kinds().items():
                box.append(self._prepare_document_button(name, kind))
        return arch, view

    @api.model
    def _prepare_document_button(self, name, kind):
        """Prepare the button that opens the documents of a kind.

        :param name: one of `_get_document_kinds`
        :param kind: its `DocumentKind`
        :return: `lxml` element
        """
        button = etree.Element(
            "button",
            {
                "name": kind.action,
                "type": "object",
                "class": "oe_stat_button",
                "icon": kind.icon,
                "invisible": f"not {name}_count",
                "context": str({"ticket_document_kind": name}),
            },
        )
        etree.SubElement(button, "field", {"name": f"{name}_count", "widget": "statinfo", "string": kind.label})
        return button

    def action_view_documents(self):
        """Open the documents of the kind that the button names in its context.

        :return: window action
        :raise UserError: when there is no such kind
        """
        name = self.env.context.get("ticket_document_kind")
        if not isinstance(name, str) or name not in self._get_document_kinds():
            raise UserError(self.env._("Open documents by a button of the ticket."))
        return self._get_documents_action(name)

    def action_view_refunds(self):
        """Open the credit notes of this ticket.

        :return: window action
        """
        return self._get_documents_action("refund")

    def action_view_invoices(self):
        """Open the invoices that replace refunded ones.

        :return: window action
        """
        return self._get_documents_action("invoice")

    def action_view_quotations(self):
        """Open the quotations of the repairs of this ticket.

        :return: window action
        """
        return self._get_documents_action("quotation")

    def action_view_coupons(self):
        """Open the coupons of this ticket.

        :return: window action
        """
        return self._get_documents_action("coupon")

    def action_view_pickings(self):
        """Open the reverse transfers of this ticket.

        :return: window action
        """
        return self._get_documents_action("picking")

    def action_view_repairs(self):
        """Open the repairs of this ticket.

        :return: window action
        """
        return self._get_documents_action("repair")

    def action_view_tasks(self):
        """Open the tasks of this ticket.

        :return: window action
        """
        return self._get_documents_action("task")

    def action_view_rmas(self):
        """Open the returns of this ticket.

        :return: window action
        """
        return self._get_documents_action("rma")

    def _get_documents_action(self, name):
        """Prepare the action that opens the documents of a kind.

        :param name: one of `_get_document_kinds`
        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        # Record rules determine which of them the agent sees.
        documents = self._get_documents()[self.id][name]
        return self._prepare_documents_action(documents, self._get_document_kinds()[name].label)

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
