from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition

# What is summed of a quarter of an hour has the date of its first delivery, so the limits are read as a whole.
MARGIN = timedelta(days=2)


# What these measures are computed from, besides themselves.
PARTS = {
    "return_count": ("order_id",),
    "restocked_share": ("qty_restocked", "qty_received"),
    "return_rate": ("qty_received", "qty_delivered"),
}


class RmaReport(models.Model):
    """Read no more than is asked for.

    The database applies a filter to the rows of the report, after it has joined and summed all that ever was. What the
    filter says of dates is therefore applied to what is summed, too. Nor does it leave out a column of rows of several
    kinds: where rows are grouped, those that no group and no measure needs are not read.
    """

    _inherit = "rma.report"

    @api.model
    def _search(self, domain, *args, **kwargs):
        report = self.with_context(rma_report_period=self._get_limits(domain))
        return super(RmaReport, report)._search(domain, *args, **kwargs)

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        report = self._asking_for(domain, [groupby], aggregates, having)
        return super(RmaReport, report)._read_group(domain, groupby, aggregates, having, offset, limit, order)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        report = self._asking_for(domain, grouping_sets, aggregates)
        return super(RmaReport, report)._read_grouping_sets(domain, grouping_sets, aggregates, order)

    @api.model
    def _asking_for(self, domain, grouping_sets, aggregates, having=()):
        """Return the report that reads only what is needed to group its rows.

        :return: `rma.report`
        """
        specs = [spec for groupby in grouping_sets for spec in groupby] + list(aggregates)
        names = {spec.split(":")[0].split(".")[0] for spec in specs} | {"id"}
        domains = [Domain(domain), Domain(having or [])]
        if not self.env.su:
            domains.append(self.env["ir.rule"]._compute_domain(self._name, "read"))
        for condition in (condition for part in domains for condition in part.iter_conditions()):
            names.add(condition.field_expr.split(":")[0].split(".")[0])
        for name in list(names):
            names.update(PARTS.get(name, ()))
            if name in self._fields and self._fields[name].type == "monetary":
                names.add("currency_id")
        return self.with_context(rma_report_fields=tuple(sorted(names)))

    @api.model
    def _get_fields_asked(self):
        """Return the fields that are needed, or None for all.

        :return: names of fields, or None
        """
        return self.env.context.get("rma_report_fields")

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
    def _get_period(self):
        """Return the period that is asked for.

        :return: (datetime or None, datetime or None)
        """
        return self.env.context.get("rma_report_period") or (None, None)
