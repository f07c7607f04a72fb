from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

# Optional details of an event, besides its return, date, person and kind.
DETAILS = {
    "product_id": SQL("NULL::integer"),
    "quantity": SQL("NULL::numeric"),
    "product_uom_id": SQL("NULL::integer"),
    "amount": SQL("NULL::numeric"),
    "currency_id": SQL("NULL::integer"),
    "note": SQL("NULL::text"),
    "res_model": SQL("NULL::varchar"),
    "res_id": SQL("NULL::integer"),
}


class RmaHistory(models.Model):
    """List every event of a return with its author and date, from documents, messages and tracked values.

    It is a view without a table, so events cannot be edited.
    """

    _name = "rma.history"
    _description = "Event of a Return"
    _auto = False
    _rec_name = "kind"
    _order = "date desc, id desc"
    _depends = {
        "account.move": ["amount_total", "currency_id", "rma_id", "state"],
        "mail.message": ["author_id", "date", "message_type", "model", "partner_ids", "res_id", "subject"],
        "mail.tracking.value": ["field_id", "mail_message_id", "new_value_char", "old_value_char"],
        "repair.order": ["product_id", "product_qty", "rma_line_id", "state"],
        "rma.approval": ["date", "level", "order_id", "user_id"],
        "rma.inspection": ["disposition", "grade_id", "inspected_by_id", "line_id", "quantity", "remark"],
        "rma.order": ["partner_id"],
        "rma.order.line": [
            "order_id",
            "refusal_override_date",
            "refusal_override_reason",
            "refusal_override_user_id",
        ],
        "rma.settlement": ["amount", "date", "is_planned", "line_id", "note", "order_id", "quantity", "user_id"],
        "sale.order": ["date_order", "state"],
        "sale.order.line": ["product_id", "product_uom_qty", "rma_line_id"],
        "stock.move": [
            "date",
            "location_dest_id",
            "location_final_id",
            "product_id",
            "quantity",
            "rma_line_id",
            "rma_role",
            "state",
        ],
    }

    order_id = fields.Many2one("rma.order", string="Return", readonly=True)
    date = fields.Datetime(readonly=True)
    partner_id = fields.Many2one("res.partner", string="By", readonly=True)
    kind = fields.Selection(
        [
            ("created", "Return created"),
            ("state", "Status changed"),
            ("customer_told", "Customer notified"),
            ("customer_texted", "Customer notified by SMS"),
            ("customer_wrote", "Customer wrote"),
            ("staff_told", "Staff notified"),
            ("received", "Received"),
            ("approved", "Approved"),
            ("overridden", "Refusal overridden"),
            ("inspected", "Inspected"),
            ("decided", "Decided"),
            ("restocked", "Put back in stock"),
            ("refurbished", "Moved to refurbishing"),
            ("sent_to_vendor", "Sent back to the vendor"),
            ("scrapped", "Scrapped"),
            ("replaced", "Replacement delivered"),
            ("ordered", "Replacement ordered"),
            ("repaired", "Repaired"),
            ("sent_back", "Sent back"),
            ("refunded", "Refunded"),
        ],
        string="Event",
        readonly=True,
    )
    product_id = fields.Many2one("product.product", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    note = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    detail = fields.Char(compute="_compute_detail")
    document = fields.Char(compute="_compute_document")
    can_open = fields.Boolean(compute="_compute_can_open")

    @api.depends("product_id", "quantity", "product_uom_id", "amount", "currency_id", "note")
    def _compute_detail(self):
        for event in self:
            if event.product_id:
                quantity = event.product_uom_id._format_rma_quantity(event.quantity)
                event.detail = f"{quantity} {event.product_uom_id.name} {event.product_id.display_name}"
            elif event.currency_id:
                event.detail = formatLang(self.env, event.amount, currency_obj=event.currency_id)
            else:
                event.detail = event.note
            if event.kind == "decided" and event.note:
                event.detail = f"{event.detail}: {event.note}"

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        self.document = False
        for model, events in self.filtered("res_id").grouped("res_model").items():
            # Users who see the return may know the names of its documents.
            names = {
                record.id: record.display_name
                for record in self.env[model].sudo().browse(set(events.mapped("res_id"))).exists()
            }
            for event in events:
                event.document = names.get(event.res_id)

    @api.depends_context("uid")
    @api.depends("res_model", "res_id")
    def _compute_can_open(self):
        self.can_open = False
        for model, events in self.filtered("res_id").grouped("res_model").items():
            if self.env["rma.order"]._may_open(model):
                records = self.env[model].browse(set(events.mapped("res_id"))).exists()
                readable = set(records._filtered_access("read").ids)
                for event in events:
                    event.can_open = event.res_id in readable

    def action_open(self):
        """Open the document of an event.

        :return: window action
        :raise AccessError: when the user may not open it
        """
        self.ensure_one()
        if not self.can_open:
            raise AccessError(self.env._("You do not have access to %s.", self.document or self.detail))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === Query ===

    @property
    def _table_query(self):
        selects = [getattr(self, f"_select_{part}")(number) for number, part in enumerate(self._get_parts())]
        return SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects)

    @api.model
    def _get_parts(self):
        """Return the sources of events. Each has a method `_select_<name>(number)`; an addon adds its own at the end.

        :return: list of at most 16 names
        """
        return [
            "creation",
            "states",
            "messages",
            "moves",
            "refunds",
            "repairs",
            "replacement_orders",
            "approvals",
            "inspections",
            "overrides",
        ]

    @api.model
    def _select_event(self, number, record_id, order_id, date, partner_id, kind, **details):
        """Return the columns of a source of events, in the order that all sources have them.

        :param number: number of the source, which makes ids unique across all of them
        :param record_id: SQL of the id of the record behind the event
        :param order_id: SQL of the id of the return; queries filter by it, so it has to be a column with an index
        :param date: SQL of the date and time
        :param partner_id: SQL of the id of the `res.partner` who did it
        :param kind: SQL of the value of `kind`
        :param details: SQL of any of `DETAILS`
        :return: SQL
        """
        columns = {
            "id": SQL("%s::bigint * 16 + %s", record_id, number),
            "order_id": order_id,
            "date": date,
            "partner_id": partner_id,
            "kind": SQL("%s::varchar", kind),
            **DETAILS,
            **details,
        }
        return SQL(", ").join(SQL("%s AS %s", column, SQL.identifier(name)) for name, column in columns.items())

    @api.model
    def _join_last_change(self, model, record_id):
        """Return the join of the author and date of the last status change, as `change`.

        :param model: name of the model of the document
        :param record_id: SQL of the id of the document
        :return: SQL
        """
        return SQL(
            """LEFT JOIN LATERAL (
                SELECT message.date, message.author_id
                  FROM mail_message message
                  JOIN mail_tracking_value value ON value.mail_message_id = message.id
                 WHERE message.model = %s AND message.res_id = %s AND value.field_id = %s
                 ORDER BY message.id DESC
                 LIMIT 1
            ) change ON TRUE""",
            model,
            record_id,
            self._get_state_field_id(model),
        )

    @api.model
    def _get_state_field_id(self, model):
        return self.env["ir.model.fields"]._get(model, "state").id

    @api.model
    def _select_creation(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order o
                 JOIN res_users u ON u.id = o.create_uid""",
            self._select_event(
                number,
                SQL("o.id"),
                SQL("o.id"),
                SQL("o.create_date"),
                SQL("u.partner_id"),
                SQL("'created'"),
            ),
        )

    @api.model
    def _select_states(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order o
                 JOIN mail_message m ON m.model = 'rma.order' AND m.res_id = o.id
                 JOIN mail_tracking_value v ON v.mail_message_id = m.id
                WHERE v.field_id = %s""",
            self._select_event(
                number,
                SQL("v.id"),
                SQL("o.id"),
                SQL("m.date"),
                SQL("m.author_id"),
                SQL("'state'"),
                note=SQL("concat(v.old_value_char, ' → ', v.new_value_char)"),
            ),
            self._get_state_field_id("rma.order"),
        )

    @api.model
    def _select_messages(self, number):
        """Return messages with the recipients stored on them, because notifications are deleted after a while."""
        kind = SQL(
            """CASE
                WHEN m.message_type = 'sms' THEN 'customer_texted'
                WHEN m.message_type IN ('comment', 'email') AND author.partner_share THEN 'customer_wrote'
                WHEN m.message_type IN ('comment', 'auto_comment', 'email_outgoing')
                     AND (recipients.external OR m.outgoing_email_to <> '') THEN 'customer_told'
                WHEN recipients.internal THEN 'staff_told'
            END"""
        )
        return SQL(
            """SELECT %s
                 FROM rma_order o
                 JOIN mail_message m ON m.model = 'rma.order' AND m.res_id = o.id
                 LEFT JOIN res_partner author ON author.id = m.author_id
                 LEFT JOIN LATERAL (
                    SELECT bool_or(p.partner_share) AS external,
                           bool_or(p.partner_share IS NOT TRUE) AS internal,
                           string_agg(p.name, ', ') AS names
                      FROM mail_message_res_partner_rel r
                      JOIN res_partner p ON p.id = r.res_partner_id
                     WHERE r.mail_message_id = m.id
                 ) recipients ON TRUE
                WHERE (%s) IS NOT NULL""",
            self._select_event(
                number,
                SQL("m.id"),
                SQL("o.id"),
                SQL("m.date"),
                SQL("m.author_id"),
                kind,
                note=SQL("concat_ws(': ', coalesce(recipients.names, m.outgoing_email_to), m.subject)"),
            ),
            kind,
        )

    @api.model
    def _get_kind_by_role(self):
        """Return the event kind of each move role. An addon with its own role adds it here.

        :return: {value of `stock.move.rma_role`: value of `kind`}
        """
        return {
            "receipt": "received",
            "restock": "restocked",
            "refurbish": "refurbished",
            "scrap": "scrapped",
            "vendor": "sent_to_vendor",
            "replacement": "replaced",
            "repaired": "sent_back",
            "sent_back": "sent_back",
        }

    @api.model
    def _select_moves(self, number):
        """Return done moves, except intermediate steps of replacement deliveries."""
        kinds = self._get_kind_by_role()
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN stock_move m ON m.rma_line_id = l.id AND m.state = 'done' AND m.rma_role IN %s
                 JOIN stock_location dest ON dest.id = m.location_dest_id
                 LEFT JOIN stock_location final ON final.id = m.location_final_id
                 LEFT JOIN stock_scrap s ON s.id = m.scrap_id
                 JOIN res_users u ON u.id = m.create_uid
                 %s
                WHERE m.rma_role <> 'replacement'
                   OR final.id IS NULL
                   OR starts_with(dest.parent_path, final.parent_path)
            """,
            self._select_event(
                number,
                SQL("m.id"),
                SQL("l.order_id"),
                SQL("m.date"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                SQL(
                    "CASE m.rma_role %s END",
                    SQL(" ").join(SQL("WHEN %s THEN %s", role, kind) for role, kind in kinds.items()),
                ),
                product_id=SQL("m.product_id"),
                quantity=SQL("m.quantity::numeric"),
                product_uom_id=SQL("m.product_uom"),
                res_model=SQL(
                    """CASE
                        WHEN s.id IS NOT NULL THEN 'stock.scrap'
                        WHEN m.picking_id IS NOT NULL THEN 'stock.picking'
                    END"""
                ),
                res_id=SQL("coalesce(s.id, m.picking_id)"),
            ),
            tuple(kinds),
            self._join_last_change("stock.picking", SQL("m.picking_id")),
        )
