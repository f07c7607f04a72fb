from odoo import api, fields, models
from odoo.tools import SQL


class RmaReport(models.Model):
    """Returns analysis: a row for each returned product, and rows for what was delivered, to measure it by.

    Quantities are in the unit of measure of the product, values in the currency of the company. What a returned product
    keeps follows its documents; deliveries are read from the stock moves, or from `rma.delivered`.
    """

    _name = "rma.report"
    _description = "Returns Analysis"
    _auto = False
    _rec_name = "order_id"
    _order = "date_requested desc, id desc"
    # Flushed before the view is read.
    _depends = {
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id", "uom_id"],
        "res.company": ["currency_id"],
        "res.partner": ["country_id"],
        "rma.operation.type": ["resolution"],
        "rma.order": ["date_done", "team_id", "warehouse_id"],
        "rma.order.line": [
            "amount_refunded",
            "amount_refunded_untaxed",
            "company_id",
            "date_received",
            "date_requested",
            "operation_type_id",
            "order_id",
            "partner_id",
            "product_id",
            "product_uom_qty",
            "product_unit_ratio",
            "qty_received",
            "qty_refunded",
            "qty_refurbished",
            "qty_repaired",
            "qty_replaced",
            "qty_restocked",
            "qty_scrapped",
            "reason_id",
            "state",
            "user_id",
        ],
        "sale.order": ["partner_id", "team_id", "warehouse_id"],
        "sale.order.line": ["order_id", "product_id"],
        "stock.location": ["usage"],
        "stock.move": [
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "origin_returned_move_id",
            "product_id",
            "product_uom",
            "quantity",
            "rma_line_id",
            "rma_role",
            "sale_line_id",
            "state",
        ],
        "uom.uom": ["factor"],
    }

    order_id = fields.Many2one("rma.order", string="Return", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", string="Product Template", readonly=True)
    product_categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    reason_id = fields.Many2one("rma.return.reason", readonly=True)
    operation_type_id = fields.Many2one("rma.operation.type", string="Resolution", readonly=True)
    resolution = fields.Selection(
        lambda self: self.env["rma.operation.type"]._fields["resolution"]._description_selection(self.env),
        string="Customer Gets",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", string="Customer Country", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        readonly=True,
        help="Where the goods are received. For deliveries, the warehouse of the sales order.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True, help="The sales team of the sales order.")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    state = fields.Selection(
        lambda self: self.env["rma.order"]._fields["state"]._description_selection(self.env),
        string="Status",
        readonly=True,
    )
    date_requested = fields.Datetime(string="Requested on", readonly=True, help="For deliveries, the delivery date.")
    date_done = fields.Datetime(string="Done on", readonly=True)

    return_count = fields.Integer(
        string="Returns", readonly=True, help="A return with several products counts once in each group it belongs to."
    )
    qty_asked = fields.Float(string="Requested", digits="Product Unit", readonly=True)
    qty_received = fields.Float(string="Received", digits="Product Unit", readonly=True)
    qty_restocked = fields.Float(string="Restocked", digits="Product Unit", readonly=True)
    qty_scrapped = fields.Float(string="Scrapped", digits="Product Unit", readonly=True)
    qty_refurbished = fields.Float(string="Refurbished", digits="Product Unit", readonly=True)
    qty_refunded = fields.Float(string="Refunded", digits="Product Unit", readonly=True)
    qty_replaced = fields.Float(string="Replaced", digits="Product Unit", readonly=True)
    qty_repaired = fields.Float(string="Repaired", digits="Product Unit", readonly=True)
    qty_delivered = fields.Float(
        string="Delivered",
        digits="Product Unit",
        readonly=True,
        help="Delivered for sales orders. Replacements and repaired products sent by returns are not included.",
    )
    amount_refunded_untaxed = fields.Monetary(
        string="Refunded before Taxes", readonly=True, help="Based on posted credit notes."
    )
    amount_refunded = fields.Monetary(string="Refunded with Taxes", readonly=True, help="Based on posted credit notes.")
    days_to_receive = fields.Float(
        readonly=True, aggregator="avg", help="From the request until the first receipt, on average per product."
    )
    days_to_close = fields.Float(
        readonly=True, aggregator="avg", help="From the request until the return is done, on average per product."
    )
    restocked_share = fields.Float(
        string="Restocked (%)",
        readonly=True,
        aggregator="avg",
        help="Restocked quantity as a percentage of the received quantity.",
    )
    return_rate = fields.Float(
        string="Return Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Received quantity as a percentage of the delivered quantity. Empty if nothing was delivered.",
    )

    # === Rows ===

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._get_queries())

    @api.model
    def _get_queries(self):
        """Return the queries of the rows of each kind.

        :return: list of SQL
        """
        return [self._query_returned()]

    @api.model
    def _query_returned(self):
        """Return the query of the returned products.

        :rtype: SQL
        """
        return SQL("%s %s", self._select(self._get_returned_columns()), self._from_returned())

    @api.model
    def _select(self, columns):
        """Return the columns that are asked for in the order of the fields, NULL for those missing in a query.

        In all queries they have the same types: only then does the database read them as one, with several processors.

        :param columns: {field name: SQL}
        :rtype: SQL
        """
        asked = self._get_fields_asked()
        wanted = [
            field
            for field in self._fields.values()
            if field.store and field.column_type and (asked is None or field.name in asked)
        ]
        return SQL(
            "SELECT %s",
            SQL(", ").join(
                SQL(
                    "(%s)::%s AS %s",
                    columns.get(field.name, SQL("NULL")),
                    SQL("float8" if field.type in ("float", "monetary") else field.column_type[0]),
                    SQL.identifier(field.name),
                )
                for field in wanted
            ),
        )

    @api.model
    def _get_returned_columns(self):
        """Return the columns of a returned product. Override it to add one.

        :return: {field name: SQL}
        """
        quantities = {
            name: SQL("%s::float8 * line.product_unit_ratio", SQL.identifier("line", column))
            for name, column in self._get_returned_quantities().items()
        }
        return {
            "id": SQL("line.id"),
            "order_id": SQL("line.order_id"),
            "product_id": SQL("line.product_id"),
            "product_tmpl_id": SQL("product.product_tmpl_id"),
            "product_categ_id": SQL("template.categ_id"),
            "product_uom_id": SQL("template.uom_id"),
            "reason_id": SQL("line.reason_id"),
            "operation_type_id": SQL("line.operation_type_id"),
            "resolution": SQL("operation.resolution"),
            "partner_id": SQL("line.partner_id"),
            "country_id": SQL("partner.country_id"),
            "company_id": SQL("line.company_id"),
            "currency_id": SQL("company.currency_id"),
            "warehouse_id": SQL("rma.warehouse_id"),
            "team_id": SQL("rma.team_id"),
            "user_id": SQL("line.user_id"),
            "state": SQL("line.state"),
            "date_requested": SQL("line.date_requested"),
            "date_done": SQL("rma.date_done"),
            "return_count": SQL("1"),
            **quantities,
            "qty_delivered": SQL("0.0"),
            "amount_refunded_untaxed": SQL("line.amount_refunded_untaxed"),
            "amount_refunded": SQL("line.amount_refunded"),
            "days_to_receive": self._sql_days(SQL("line.date_received")),
            "days_to_close": self._sql_days(SQL("rma.date_done")),
            "restocked_share": SQL("100.0 * line.qty_restocked / NULLIF(line.qty_received, 0.0)"),
            "return_rate": SQL("NULL::float8"),
        }

    @api.model
    def _get_returned_quantities(self):
        """Return which quantities of a returned product are shown, in the unit of measure of the product.

        :return: {field name: field name of `rma.order.line`}
        """
        return {
            "qty_asked": "product_uom_qty",
            "qty_received": "qty_received",
            "qty_restocked": "qty_restocked",
            "qty_refurbished": "qty_refurbished",
            "qty_scrapped": "qty_scrapped",
            "qty_refunded": "qty_refunded",
            "qty_replaced": "qty_replaced",
            "qty_repaired": "qty_repaired",
        }

    @api.model
    def _sql_days(self, date):
        """Return the days from the request to a date, never less than zero.

        :param date: SQL of a date and time
        :rtype: SQL
        """
        return SQL(
            "CASE WHEN %(date)s >= line.date_requested"
            " THEN EXTRACT(EPOCH FROM %(date)s - line.date_requested)::float8 / 86400"
            " WHEN %(date)s IS NOT NULL THEN 0.0 END",
            date=date,
        )

    @api.model
    def _from_returned(self):
        """Return the tables of a returned product.

        All of them are there; LEFT lets the database leave out those that a query asks nothing of.

        :rtype: SQL
        """
        return SQL(
            """
              FROM rma_order_line line
         LEFT JOIN rma_order rma ON rma.id = line.order_id
         LEFT JOIN res_company company ON company.id = line.company_id
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
         LEFT JOIN rma_operation_type operation ON operation.id = line.operation_type_id
            """
        )

    # === Groups ===

    def _read_group_select(self, aggregate_spec, query):
        """Count each return once, and compute rates from sums rather than averaging them."""
        if aggregate_spec == "return_count:sum":
            return SQL("COUNT(DISTINCT %s)", self._field_to_sql(self._table, "order_id", query))
        if aggregate_spec == "return_rate:avg":
            return self._sql_percentage("qty_received", "qty_delivered", query)
        if aggregate_spec == "restocked_share:avg":
            return self._sql_percentage("qty_restocked", "qty_received", query)
        return super()._read_group_select(aggregate_spec, query)

    def _sql_percentage(self, part, whole, query):
        """Return the percentage of two sums.

        :return: SQL, NULL if the divisor is zero
        """
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0.0)",
            self._field_to_sql(self._table, part, query),
            self._field_to_sql(self._table, whole, query),
        )

    # === Actions ===

    def action_open_rma(self):
        """Open the return of this row, if it is not a delivery.

        :return: window action, or False
        """
        self.ensure_one()
        return self.order_id._get_records_action() if self.order_id else False
