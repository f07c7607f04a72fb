from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

# Days begin in all time zones at such a moment, so what is summed is of one day for every reader.
BUCKET = timedelta(minutes=15)
# Transactions that take longer are found by the next rebuild only.
LONGEST_TRANSACTION = timedelta(hours=1)
UNTIL = "rma_management.delivered_until"
COLUMNS = ("id", "date", "product_key", "partner_key", "company_id", "warehouse_key", "team_key", "quantity")


class RmaDelivered(models.Model):
    """Delivered quantities of the past, read from the stock moves by a job, so that the analysis need not read them.

    The job notes until when it has read; what was delivered since is read from the stock moves. Every night all is
    compared with the stock moves again, and what was changed afterwards, as the sales team of an order, is right again
    then. Nobody else writes it, and deliveries pay nothing for it.
    """

    _name = "rma.delivered"
    _description = "Delivered Quantities"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Datetime(required=True, index=True, readonly=True, help="First delivery of a quarter of an hour.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, help="Company that delivered.")
    # Keys and no links: whoever deletes a record need not look for it here.
    product_key = fields.Integer(string="Product ID", readonly=True, help="ID of the product.")
    partner_key = fields.Integer(string="Customer ID", readonly=True, help="ID of the customer.")
    warehouse_key = fields.Integer(string="Warehouse ID", readonly=True, help="ID of the warehouse.")
    team_key = fields.Integer(string="Sales Team ID", readonly=True, help="ID of the sales team.")
    quantity = fields.Float(readonly=True, help="In the unit of measure of the product.")

    @api.model
    def _get_until(self):
        """Return until when the deliveries are kept here. Later ones, or all if there is none, are in the stock moves.

        :return: datetime in UTC, or None
        """
        # A technical parameter that no user may read.
        return fields.Datetime.to_datetime(self.env["ir.config_parameter"].sudo().get_param(UNTIL)) or None

    # === Rebuild ===

    @api.model
    def _cron_rebuild(self):
        self._rebuild(fields.Datetime.now() - LONGEST_TRANSACTION, by_job=True)

    @api.model
    def _rebuild(self, until, by_job=False):
        """Read all deliveries from the stock moves again, and write what differs, quarter by quarter of the years.

        :param until: datetime in UTC; later deliveries are not kept here
        :param by_job: commit each quarter
        """
        until -= (until - datetime.min) % BUCKET
        self.env.flush_all()
        self.env.cr.execute("SELECT MIN(date) FROM stock_move WHERE state = 'done' AND sale_line_id IS NOT NULL")
        begin = datetime.combine((self.env.cr.fetchone()[0] or until).date(), time.min)
        self.env.cr.execute(SQL("DELETE FROM rma_delivered WHERE date < %s OR date >= %s", begin, until))
        while begin < until:
            end = min(begin + relativedelta(months=3), until)
            self._rebuild_period(begin, end)
            if by_job:
                self.env["ir.cron"]._commit_progress()
            begin = end
        # A technical parameter that no user may write.
        self.env["ir.config_parameter"].sudo().set_param(UNTIL, fields.Datetime.to_string(until))
        self.invalidate_model()

    @api.model
    def _rebuild_period(self, begin, end):
        """Write what differs in a period.

        :param begin: datetime in UTC, included
        :param end: datetime in UTC, not included
        """
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        fresh = self._query_sums(begin, end)
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE rma_delivered_fresh AS %s", fresh))
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM rma_delivered
                 WHERE id IN (
                           SELECT id FROM (
                               SELECT %(columns)s FROM rma_delivered WHERE date >= %(begin)s AND date < %(end)s
                               EXCEPT SELECT %(columns)s FROM rma_delivered_fresh
                           ) other
                       )
                """,
                columns=columns,
                begin=begin,
                end=end,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rma_delivered (%(columns)s)
                SELECT %(columns)s FROM rma_delivered_fresh fresh
                 WHERE NOT EXISTS (SELECT FROM rma_delivered WHERE rma_delivered.id = fresh.id)
                """,
                columns=columns,
            )
        )
        self.env.cr.execute("DROP TABLE rma_delivered_fresh")

    @api.model
    def _sql_period(self, column, begin, end):
        """Return the condition of a period.

        :param column: SQL of a date and time
        :param begin: datetime in UTC, or None
        :param end: datetime in UTC, not included, or None
        :rtype: SQL
        """
        conditions = [SQL("TRUE")]
        if begin:
            conditions.append(SQL("%s >= %s", column, begin))
        if end:
            conditions.append(SQL("%s < %s", column, end))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_customer_locations(self):
        """Return the locations where deliveries arrive.

        :return: tuple of ids, never empty
        """
        # Whoever analyzes returns need no access to locations.
        locations = self.env["stock.location"].sudo().with_context(active_test=False)
        return tuple(locations.search([("usage", "=", "customer")], order="id").ids) or (0,)

    @api.model
    def _query_sums(self, begin=None, end=None):
        """Return the query of what the stock moves of a period delivered for sales orders, without what returns send.

        The database would take being what the line sold for a rare coincidence, and join row by row: it is asked in a
        way that it makes no guess of. Locations are named: a query in the query would keep to one processor.

        :param begin: datetime in UTC, or None
        :param end: datetime in UTC, not included, or None
        :return: SQL of the columns of this model
        """
        return SQL(
            """
            SELECT MIN(move.id) AS id,
                   MIN(move.date) AS date,
                   move.product_id AS product_key,
                   sale.partner_id AS partner_key,
                   move.company_id,
                   sale.warehouse_id AS warehouse_key,
                   sale.team_id AS team_key,
                   SUM(move.quantity * unit.factor / product_unit.factor)::float8 AS quantity
              FROM stock_move move
              JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
              JOIN sale_order sale ON sale.id = sale_line.order_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = move.product_uom
              JOIN uom_uom product_unit ON product_unit.id = template.uom_id
             WHERE %(period)s
               AND move.state = 'done'
               AND move.location_dest_id IN %(customers)s
               AND COALESCE(move.product_id = sale_line.product_id, FALSE)
               AND move.rma_line_id IS NULL
               AND move.origin_returned_move_id IS NULL
          GROUP BY move.product_id, sale.partner_id, move.company_id, sale.warehouse_id, sale.team_id,
                   FLOOR(EXTRACT(EPOCH FROM move.date) / %(bucket)s)
            """,
            period=self._sql_period(SQL("move.date"), begin, end),
            bucket=int(BUCKET.total_seconds()),
            customers=self._get_customer_locations(),
        )
