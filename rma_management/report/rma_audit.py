from odoo import api, fields, models
from odoo.tools import SQL


class RmaAudit(models.Model):
    """Show who requested, approved, overrode, inspected, decided, credited, and paid, and when.

    Nothing is stored: rows are read from returns, decisions, and accounting, and cannot be changed here. Decisions
    about quantities have no amount; their cost is in the rows of their credit notes.
    """

    _name = "rma.audit"
    _description = "Returns Audit"
    _auto = False
    _order = "date desc, id desc"
    # Flushed to the database before the rows are read.
    _depends = {
        "account.move": ["amount_total", "amount_total_signed", "currency_id", "name", "rma_id", "state"],
        "account.move.line": ["move_id"],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "account.payment": ["amount", "currency_id", "move_id", "name", "state"],
        "res.company": ["currency_id"],
        "rma.approval": ["amount", "date", "level", "order_id", "user_id"],
        "rma.inspection": ["inspected_by_id", "line_id", "quantity", "remark"],
        "rma.order": [
            "amount_requested",
            "company_id",
            "currency_id",
            "date_requested",
            "name",
            "partner_id",
            "requested_by_id",
            "sale_order_id",
            "state",
            "user_id",
            "was_requested",
        ],
        "rma.order.line": [
            "order_id",
            "product_id",
            "refusal_override_date",
            "refusal_override_reason",
            "refusal_override_user_id",
        ],
        "rma.settlement": [
            "amount",
            "date",
            "line_id",
            "note",
            "order_id",
            "qty_revoked",
            "quantity",
            "resolution",
            "user_id",
        ],
        "sale.order": ["currency_rate"],
    }

    date = fields.Datetime(readonly=True, help="When it was done.")
    event = fields.Selection(
        [
            ("asked", "Requested"),
            ("approved", "Approved"),
            ("overridden", "Refusal Overridden"),
            ("inspected", "Inspected"),
            ("decided", "Decided"),
            ("credited", "Credited"),
            ("paid", "Paid"),
        ],
        string="What",
        readonly=True,
        help="What was done.",
    )
    user_id = fields.Many2one("res.users", string="Who", readonly=True, help="Who did it.")
    name = fields.Char(string="RMA Number", readonly=True, help="Number of the return.")
    order_id = fields.Many2one("rma.order", string="Return", readonly=True, help="The return.")
    line_id = fields.Many2one(
        "rma.order.line", string="Item", readonly=True, help="Empty for events of the whole return."
    )
    product_id = fields.Many2one("product.product", readonly=True, help="The returned product.")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, help="Taken from the return.")
    company_id = fields.Many2one("res.company", readonly=True, help="Taken from the return.")
    responsible_id = fields.Many2one("res.users", readonly=True, help="Taken from the return.")
    resolution = fields.Selection(
        lambda self: self.env["rma.settlement"]._get_resolutions(),
        string="Decision",
        readonly=True,
        help="What the customer receives.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of measure of the item.")
    amount = fields.Monetary(readonly=True, help="In the currency of the document. Credit notes include taxes.")
    currency_id = fields.Many2one("res.currency", readonly=True, help="Currency of the amount.")
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        readonly=True,
        currency_field="company_currency_id",
        help="At the rate of the order or of the document.",
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True, help="Currency of the company.")
    note = fields.Text(string="Details", readonly=True, help="The reason given, or the name of the document.")

    # === Rows ===

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._get_queries())

    @api.model
    def _get_queries(self):
        """Return the queries of all kinds of rows. The last digit of the IDs is unique to each kind.

        :return: list of SQL
        """
        return [
            self._query_asked(),
            self._query_approved(),
            self._query_overridden(),
            self._query_inspected(),
            self._query_decided(),
            self._query_credited(),
            self._query_paid(),
            self._query_paid_without_entry(),
        ]

    @api.model
    def _select(self, event, columns, source, condition):
        """Return a query with the columns in the order of the fields; missing columns are empty.

        :param event: value of the field `event`
        :param columns: {field name: SQL}
        :param source: SQL of the tables, with `rma` as the return
        :param condition: SQL condition of the rows
        :rtype: SQL
        """
        columns = {
            "event": SQL("%s", event),
            "name": SQL("rma.name"),
            "order_id": SQL("rma.id"),
            "partner_id": SQL("rma.partner_id"),
            "company_id": SQL("rma.company_id"),
            "responsible_id": SQL("rma.user_id"),
            "currency_id": SQL("rma.currency_id"),
            "company_currency_id": SQL("company.currency_id"),
            **columns,
        }
        return SQL(
            "SELECT %s FROM %s JOIN res_company company ON company.id = rma.company_id"
            " LEFT JOIN sale_order sale ON sale.id = rma.sale_order_id WHERE %s",
            SQL(", ").join(
                SQL("(%s)::%s AS %s", columns.get(name, SQL("NULL")), SQL(field.column_type[0]), SQL.identifier(name))
                for name, field in self._fields.items()
                if field.store and field.column_type
            ),
            source,
            condition,
        )

    @api.model
    def _convert(self, amount):
        """Return an amount of the return in company currency, at the rate of its order.

        :param amount: SQL
        :rtype: SQL
        """
        return SQL("ROUND((%s)::numeric / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric, 2)", amount)

    @api.model
    def _query_asked(self):
        columns = {
            "id": SQL("rma.id * 10"),
            "date": SQL("rma.date_requested"),
            "user_id": SQL("rma.requested_by_id"),
            "amount": SQL("rma.amount_requested"),
            "amount_company": self._convert(SQL("rma.amount_requested")),
        }
        return self._select("asked", columns, SQL("rma_order rma"), SQL("rma.was_requested"))

    @api.model
    def _query_approved(self):
        levels = self.env["rma.approval"]._fields["level"]._description_selection(self.env)
        # Approvals of former versions have no amount of their own.
        approved = SQL("COALESCE(approval.amount, %s)", self._convert(SQL("rma.amount_requested")))
        columns = {
            "id": SQL("approval.id * 10 + 1"),
            "date": SQL("approval.date"),
            "user_id": SQL("approval.user_id"),
            "amount": approved,
            "currency_id": SQL("company.currency_id"),
            "amount_company": approved,
            "note": SQL(
                "CASE approval.level %s END", SQL(" ").join(SQL("WHEN %s THEN %s", *level) for level in levels)
            ),
        }
        source = SQL("rma_approval approval JOIN rma_order rma ON rma.id = approval.order_id")
        return self._select("approved", columns, source, SQL("TRUE"))

    @api.model
    def _query_overridden(self):
        columns = {
            "id": SQL("line.id * 10 + 2"),
            "date": SQL("line.refusal_override_date"),
            "user_id": SQL("line.refusal_override_user_id"),
            "line_id": SQL("line.id"),
            "product_id": SQL("line.product_id"),
            "note": SQL("line.refusal_override_reason"),
        }
        source = SQL("rma_order_line line JOIN rma_order rma ON rma.id = line.order_id")
        return self._select("overridden", columns, source, SQL("line.refusal_override_user_id IS NOT NULL"))

    @api.model
    def _query_inspected(self):
        columns = {
            "id": SQL("result.id * 10 + 3"),
            "date": SQL("result.create_date"),
            "user_id": SQL("result.inspected_by_id"),
            "line_id": SQL("line.id"),
            "product_id": SQL("line.product_id"),
            "quantity": SQL("result.quantity"),
            "note": SQL("result.remark"),
        }
        source = SQL(
            "rma_inspection result JOIN rma_order_line line ON line.id = result.line_id"
            " JOIN rma_order rma ON rma.id = line.order_id"
        )
        return self._select("inspected", columns, source, SQL("TRUE"))

    @api.model
    def _query_decided(self):
        columns = {
            "id": SQL("decision.id * 10 + 4"),
            "date": SQL("decision.date"),
            "user_id": SQL("decision.user_id"),
            "line_id": SQL("line.id"),
            "product_id": SQL("line.product_id"),
            "resolution": SQL("decision.resolution"),
            "quantity": SQL("decision.quantity - COALESCE(decision.qty_revoked, 0)"),
            "amount": SQL("decision.amount"),
            "amount_company": self._convert(SQL("decision.amount")),
            "note": SQL("decision.note"),
        }
        source = SQL(
            "rma_settlement decision JOIN rma_order rma ON rma.id = decision.order_id"
            " LEFT JOIN rma_order_line line ON line.id = decision.line_id"
        )
        return self._select("decided", columns, source, SQL("TRUE"))

    @api.model
    def _query_credited(self):
        columns = {
            "id": SQL("credit.id * 10 + 5"),
            "date": SQL("credit.create_date"),
            "user_id": SQL("credit.create_uid"),
            "amount": SQL("credit.amount_total"),
            "currency_id": SQL("credit.currency_id"),
            "amount_company": SQL("-credit.amount_total_signed"),
            "note": SQL("credit.name"),
        }
        source = SQL("account_move credit JOIN rma_order rma ON rma.id = credit.rma_id")
        return self._select("credited", columns, source, SQL("credit.state != 'cancel'"))

    @api.model
    def _query_paid(self):
        """Return the query of payments and bank statement lines reconciled with credit notes."""
        columns = {
            "id": SQL("part.id * 10 + 6"),
            "date": SQL("paid.create_date"),
            "user_id": SQL("paid.create_uid"),
            "amount": SQL("part.amount"),
            "currency_id": SQL("company.currency_id"),
            "amount_company": SQL("part.amount"),
            "note": SQL("paid.name"),
        }
        source = SQL(
            "account_partial_reconcile part JOIN account_move_line owed ON owed.id = part.credit_move_id"
            " JOIN account_move credit ON credit.id = owed.move_id JOIN rma_order rma ON rma.id = credit.rma_id"
            " JOIN account_move_line debit ON debit.id = part.debit_move_id"
            " JOIN account_move paid ON paid.id = debit.move_id"
        )
        # Reconciliation with an invoice is not a payment.
        condition = SQL("paid.origin_payment_id IS NOT NULL OR paid.statement_line_id IS NOT NULL")
        return self._select("paid", columns, source, condition)

    @api.model
    def _query_paid_without_entry(self):
        """Return the query of payments without a journal entry."""
        columns = {
            "id": SQL("payment.id * 10 + 7"),
            "date": SQL("payment.create_date"),
            "user_id": SQL("payment.create_uid"),
            "amount": SQL("payment.amount"),
            "currency_id": SQL("payment.currency_id"),
            "amount_company": SQL("ABS(payment.amount_company_currency_signed)"),
            "note": SQL("payment.name"),
        }
        source = SQL(
            "account_payment payment JOIN LATERAL (SELECT MIN(credit.rma_id) AS rma_id FROM account_move credit"
            " JOIN account_move__account_payment link ON link.invoice_id = credit.id"
            " WHERE link.payment_id = payment.id) paid ON TRUE JOIN rma_order rma ON rma.id = paid.rma_id"
        )
        condition = SQL("payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')")
        return self._select("paid", columns, source, condition)
