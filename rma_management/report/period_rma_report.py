from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import SQL

# Deliveries are summed by day, of which no zone has a longer one: the days of the limits are read as a whole.
MARGIN = timedelta(days=2)


class RmaReport(models.Model):
    """Read no more than the period that is asked for.

    The database applies a filter to the rows of the report, after it has joined and summed all that ever was. What the
    filter says of dates is therefore applied to what is summed, too.
    """

    _inherit = "rma.report"

    @api.model
    def _search(self, domain, *args, **kwargs):
        report = self.with_context(rma_report_period=self._get_limits(domain))
        return super(RmaReport, report)._search(domain, *args, **kwargs)

    @api.model
    def _get_limits(self, domain):
        """Return the period that all records of a domain are of, two days more at both ends. None is no limit.

        :return: (datetime or None, datetime or None)
        """
        begin = end = None
        domain = Domain(domain)
        for condition in domain.children if isinstance(domain, DomainAnd) else [domain]:
            if not isinstance(condition, DomainCondition) or condition.field_expr != "date_requested":
                continue
            if condition.operator not in (">", ">=", "<", "<=") or not condition.value:
                continue
            try:
                moment = fields.Datetime.to_datetime(condition.value)
            except (TypeError, ValueError):
                # A day that the ORM understands, as in "-7d".
                continue
            if condition.operator in (">", ">="):
                begin = max(begin or moment, moment)
            else:
                end = min(end or moment, moment)
        return begin and begin - MARGIN, end and end + MARGIN

    @api.model
    def _sql_period(self, column):
        """Return the condition of the period that is asked for.

        :param column: SQL of a date and time
        :rtype: SQL
        """
        begin, end = self.env.context.get("rma_report_period") or (None, None)
        conditions = [SQL("TRUE")]
        if begin:
            conditions.append(SQL("%s >= %s", column, begin))
        if end:
            conditions.append(SQL("%s <= %s", column, end))
        return SQL(" AND ").join(conditions)

    @api.model
    def _sql_asked(self, column):
        """Return the condition of documents of returned products of the period that is asked for.

        :param column: SQL of the id of a `rma.order.line`
        :rtype: SQL
        """
        if not any(self.env.context.get("rma_report_period") or ()):
            return SQL("%s IS NOT NULL", column)
        return SQL(
            "%s IN (SELECT asked.id FROM rma_order_line asked WHERE %s)",
            column,
            self._sql_period(SQL("asked.date_requested")),
        )
