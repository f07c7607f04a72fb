import base64

from odoo import api, fields, models
from odoo.tools import is_html_empty


class RmaOrder(models.Model):
    """Link the documents of a return, and provide its slip, emails and history."""

    _inherit = "rma.order"

    picking_ids = fields.One2many(
        "stock.picking", "rma_id", string="Transfers", readonly=True, help="Receipts and deliveries of this return."
    )
    reference_id = fields.Many2one(
        "stock.reference", readonly=True, copy=False, help="Groups the deliveries of this return."
    )
    repair_ids = fields.Many2many("repair.order", string="Repairs", compute="_compute_repair_ids")
    replacement_sale_order_ids = fields.Many2many(
        "sale.order", string="Replacement Orders", compute="_compute_replacement_sale_order_ids"
    )
    scrap_ids = fields.Many2many("stock.scrap", string="Scraps", compute="_compute_scrap_ids")
    documents = fields.Json(
        compute="_compute_documents",
        compute_sudo=True,
        help="Model, ID, number, and state of each document of the return, for integrations. Includes documents "
        "that the user may not open.",
    )
    picking_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    refund_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    repair_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    replacement_count = fields.Integer(compute="_compute_document_counts", compute_sudo=True)
    customer_message_ids = fields.One2many(
        "mail.message",
        "res_id",
        string="Customer Messages",
        domain=[
            ("model", "=", "rma.order"),
            ("message_type", "in", ("comment", "email", "email_outgoing", "auto_comment")),
            ("is_internal", "=", False),
            ("subtype_id.internal", "=", False),
        ],
        # Users who see the return see its messages.
        bypass_search_access=True,
        readonly=True,
        help="What the customer sees. Internal notes are not included.",
    )
    history_ids = fields.One2many("rma.history", "order_id", compute="_compute_history_ids", groups="base.group_user")

    @api.depends("line_ids.repair_ids")
    def _compute_repair_ids(self):
        for order in self:
            order.repair_ids = order.line_ids.repair_ids

    @api.depends("line_ids.replacement_line_ids")
    def _compute_replacement_sale_order_ids(self):
        for order in self:
            order.replacement_sale_order_ids = order.line_ids.replacement_line_ids.order_id

    @api.depends("line_ids.scrap_ids")
    def _compute_scrap_ids(self):
        for order in self:
            order.scrap_ids = order.line_ids.scrap_ids

    @api.depends(
        "picking_ids.state", "refund_ids.state", "line_ids.repair_ids.state", "line_ids.replacement_line_ids.state"
    )
    def _compute_documents(self):
        for order in self:
            order.documents = [
                {"model": document._name, "id": document.id, "name": document.name, "state": document.state}
                for documents in order._get_document_records()
                for document in documents
            ]

    def _get_document_records(self):
        """Return the documents of a return by kind. Override this to add another kind.

        :return: list of recordsets with `name` and `state`
        """
        self.ensure_one()
        return [self.picking_ids, self.refund_ids, self.repair_ids, self.replacement_sale_order_ids]

    @api.depends("picking_ids", "refund_ids", "line_ids.repair_ids", "line_ids.replacement_line_ids")
    def _compute_document_counts(self):
        for order in self:
            order.picking_count = len(order.picking_ids)
            order.refund_count = len(order.refund_ids)
            order.repair_count = len(order.repair_ids)
            order.replacement_count = len(order.replacement_sale_order_ids)

    def _compute_access_url(self):
        super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/returns/{order.id}"

    def get_slip(self):
        """Return the slip of a return, for integrations.

        :return: dict with the file's `name` and `data`, a Base64 PDF
        :raise AccessError: when the user may not read the return
        """
        self.ensure_one()
        self.check_access("read")
        # The slip shows products and addresses; users who see the return may print it.
        report = self.env["ir.actions.report"].sudo()
        pdf = report._render_qweb_pdf("rma_management.report_rma_order", self.ids)[0]
        return {"name": f"{self._get_report_base_filename()}.pdf", "data": base64.b64encode(pdf).decode()}

    def action_send(self):
        """Open the email composer with the slip attached.

        :return: window action
        """
        template = self.env.ref("rma_management.mail_template_rma_order")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by Email"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment" if len(self) == 1 else "mass_mail",
                "default_email_layout_xmlid": "rma_management.mail_layout",
                "force_email": True,
            },
        }

    def action_print(self):
        """Print the slip.

        :return: report action
        """
        return self.env.ref("rma_management.report_rma_order").report_action(self)

    def _get_documents(self):
        """Return all documents of this return, one recordset for each kind. A bridge adds its own kinds.

        :return: list of recordsets
        """
        self.ensure_one()
        # They are counted even if the user may not open them.
        order = self.sudo()
        return [
            order.refund_ids,
            order.replacement_sale_order_ids,
            order.picking_ids,
            order.repair_ids,
            order.scrap_ids,
        ]

    def action_view_pickings(self):
        """Open the transfers of this return.

        :return: window action
        """
        return self._get_documents_action(self.picking_ids, self.env._("Transfers"))

    def action_view_refunds(self):
        """Open the credit notes of this return.

        :return: window action
        """
        return self._get_documents_action(self.refund_ids, self.env._("Credit Notes"))

    def action_view_repairs(self):
        """Open the repair orders of this return.

        :return: window action
        """
        return self._get_documents_action(self.repair_ids, self.env._("Repairs"))

    def action_view_replacements(self):
        """Open the sales orders that replace returned products.

        :return: window action
        """
        return self._get_documents_action(self.replacement_sale_order_ids, self.env._("Replacement Orders"))

    @api.model
    def _get_documents_action(self, documents, name):
        """Open documents: their forms if the user may open them, otherwise a plain list.

        :param documents: records of one model
        :param name: title
        :return: window action
        """
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": documents._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", documents.ids)],
            "context": {"create": False},
        }
        plain_list = self._get_plain_lists().get(documents._name)
        if plain_list and not (self._may_open(documents._name) and documents.has_access("read")):
            action["views"] = [(self.env.ref(plain_list).id, "list")]
        elif len(documents) == 1:
            action.update(views=[(False, "form")], res_id=documents.id)
        return action

    def _get_made_action(self, documents):
        """Return a notification of the created documents, with links to those the user may read.

        :param documents: list of recordsets
        :return: client action
        """
        self.ensure_one()
        links = [
            # Users see that a document was created even if they may not open it.
            {"label": record.sudo().display_name, "url": self._get_document_url(record)}
            for records in documents
            for record in records
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("%s processed", self.name),
                "message": ", ".join(["%s"] * len(links)) or self.env._("No document was needed."),
                "links": links,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_document_url(self, record):
        """Return the URL of a document, or of the return if the user may not open the document.

        :rtype: str
        """
        may_open = self._may_open(record._name) and record.sudo(False).has_access("read")
        shown = record if may_open else self
        return f"/odoo/{shown._name}/{shown.id}"

    @api.model
    def _get_plain_lists(self):
        """Return the lists that show documents to users who may not open them.

        :return: {name of a model: external id of a view}
        """
        return {
            "repair.order": "rma_management.repair_order_view_list_plain",
            "sale.order": "rma_management.sale_order_view_list_plain",
            "stock.picking": "rma_management.stock_picking_view_list_plain",
        }

    def _get_reference(self):
        """Return the stock reference that keeps the deliveries of this return in one transfer.

        :return: `stock.reference` record
        """
        self.ensure_one()
        if not self.reference_id:
            # Returns staff need no access to Inventory to group deliveries.
            self.sudo().reference_id = self.env["stock.reference"].sudo().create({"name": self.name})
        return self.reference_id

    def _get_return_address(self):
        """Return the address where the goods are sent.

        :return: `res.partner` record
        """
        self.ensure_one()
        # The customer sees this address on the slip.
        order = self.sudo()
        receipts = order.picking_ids.move_ids.filtered(lambda move: move.rma_role == "receipt")
        warehouse = receipts.picking_type_id.warehouse_id[:1] or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", order.company_id.id)], limit=1
        )
        return (
            warehouse.rma_return_address_id
            or order.company_id.rma_return_address_id
            or warehouse.partner_id
            or order.company_id.partner_id
        )

    def _get_slip_url(self):
        """Return the URL of the QR code of the slip, which opens this return for customers and staff.

        :rtype: str
        """
        self.ensure_one()
        return self.get_base_url() + self.access_url

    def _get_send_by_date(self):
        """Return until when the customer has to send the goods.

        :return: date, or False when nothing has to be sent or the company names no date
        """
        self.ensure_one()
        # The customer reads this date on the slip.
        order = self.sudo()
        days = order.company_id.rma_send_days
        if not days or order.state not in ("approved", "processing") or not order._expects_goods():
            return False
        return order.date_approved and fields.Date.add(fields.Date.context_today(order, order.date_approved), days=days)

    def _has_return_instructions(self):
        """Return whether there are instructions to print below the items.

        :rtype: bool
        """
        self.ensure_one()
        # The customer reads these on the slip.
        return not is_html_empty(self.company_id.sudo().rma_return_instructions)

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Return %s", self.name)

    def _message_track(self, fields_iter, initial_values_dict):
        """Log the changes of a whole batch with two inserts instead of one by one.

        Messages with a subtype or a text of their own are left to `super()`.
        """
        texts = [f"mail.tracking.{kind}.{self._name}" for kind in ("message", "author")]
        if len(self) < 2 or not fields_iter or any(self.env.cr.precommit.data.get(text) for text in texts):
            return super()._message_track(fields_iter, initial_values_dict)
        tracked_fields = self.fields_get(fields_iter, attributes=("string", "type", "selection", "currency_field"))
        tracking = {
            order.id: order._mail_track(tracked_fields, initial_values_dict[order.id]) for order in self.exists()
        }
        changed = self.filtered(lambda order: tracking.get(order.id, (False,))[0])
        for order in changed:
            names = tracking[order.id][0]
            initial = {name: initial_values_dict[order.id][name] for name in names}
            if order._track_subtype(initial) or order._track_get_default_log_message(names):
                return super()._message_track(fields_iter, initial_values_dict)
        values = []
        for message in changed._message_log_batch({}):
            values += [
                dict(command_values, mail_message_id=message.id)
                for _command, _id, command_values in tracking[message.res_id][1]
            ]
        # Users may not write the history of a record; it is written for them.
        self.env["mail.tracking.value"].sudo().create(values)
        return tracking

    def _compute_history_ids(self):
        """Read all events by their return in one query, because searching the view by id is slow."""
        events = self.env["rma.history"].search_fetch(
            [("order_id", "in", self.ids)],
            [name for name, field in self.env["rma.history"]._fields.items() if field.store and name != "id"],
        )
        by_order = events.grouped("order_id")
        for order in self:
            order.history_ids = by_order.get(order._origin, events.browse())

    def action_write_to_customer(self):
        """Open the email composer with the customer as recipient.

        :return: window action
        """
        self.ensure_one()
        # What is in the cache already would be read by anybody.
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %s", self.partner_id.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.env._("Your return %s", self.name),
                "default_subtype_xmlid": "mail.mt_comment",
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
            },
        }
