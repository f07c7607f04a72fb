from collections import defaultdict
from contextlib import suppress
from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Youngest and oldest age in days; the last group has no end.
AGES = ((0, 7), (8, 14), (15, 30), (31, None))
OPEN_STATES = ("draft", "requested", "approved", "processing")
TOP = 10
MEASURES = (
    "qty_delivered",
    "qty_received",
    "qty_restocked",
    "qty_refurbished",
    "qty_scrapped",
    "amount_refunded_untaxed",
)
# Periods that are asked for lie within: as many days before them are read, too.
FIRST_YEAR, LAST_YEAR = 1900, 2100


class RmaReport(models.Model):
    """Provide the dashboard figures, each with the returns it counts."""

    _inherit = "rma.report"

    @api.model
    @api.readonly
    def get_dashboard_data(self, date_from, date_to, scope=None):
        """Return the dashboard data of the returns that the current user can see.

        A number is a dictionary of `label`, `value` (False if unknown), `type` (`integer`, `float`, `percentage` or
        `monetary`) and `domain`, the returns behind it. A number of the period has `previous` besides: its value in as
        many days before.

        :param date_from: first day of the period, a date or its text
        :param date_to: last day of the period
        :param scope: what all of it is narrowed to: {"company_id", "warehouse_id", "team_id"}, an id each, or nothing
        :return: {"choices": see `_get_scope_choices`, "currency_id", "numbers": list of numbers, "open": see
            `_get_dashboard_open`, "products" and "reasons": see `_get_dashboard_rates`, "trend": see
            `_get_dashboard_trend`, "costs": see `_get_dashboard_costs`, "recovery": see `_get_dashboard_recovery`,
            "steps": see `_get_dashboard_steps`}
        """
        date_from, date_to = self._check_period(date_from, date_to)
        previous = date_from - timedelta(days=(date_to - date_from).days + 1), date_from - timedelta(days=1)
        scope = self._check_scope(scope)
        # Returns that were archived since count too.
        report = self._get_scope_report(scope).with_context(active_test=False)
        period = report._get_period_domain("date_requested", date_from, date_to, scope)
        by_product, by_reason = report._read_dashboard_groups(period)
        products = dict(by_product)
        trend = report._get_dashboard_trend(date_from, date_to, scope)
        return {
            "choices": self._get_scope_choices(scope),
            "currency_id": report.env.company.currency_id.id,
            "numbers": report._get_dashboard_numbers((date_from, date_to), previous, trend, scope)
            + report._get_dashboard_waiting(scope),
            "open": report._get_dashboard_open(scope),
            "products": report._get_dashboard_rates(period, products),
            "reasons": report._get_dashboard_reasons(period, products, by_reason),
            "trend": trend,
            "costs": report._get_dashboard_costs(period, products),
            "recovery": report._get_dashboard_recovery(period, products),
            "steps": report._get_dashboard_steps(period),
        }

    @api.model
    def _check_period(self, date_from, date_to):
        """Check a period that somebody asks for.

        :return: (first day, last day)
        :raise UserError: when there is no such period, or the calendar ends in it or in the one before
        """
        with suppress(AttributeError, TypeError, ValueError):
            date_from, date_to = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
            if date_from.year >= FIRST_YEAR and date_from <= date_to and date_to.year <= LAST_YEAR:
                return date_from, date_to
        raise UserError(self.env._("Choose a start date and an end date."))

    @api.model
    def _get_day_start(self, day):
        """Return when a day begins for the current user.

        :param day: date
        :return: datetime in UTC
        """
        tz = self.env.tz
        midnight = datetime.combine(day, time.min)
        # Some countries change their clocks at midnight: of two midnights the first one begins the day, and if there
        # is none, the change does.
        starts = [tz.normalize(tz.localize(midnight, is_dst=is_dst)) for is_dst in (True, False)]
        start = next((start for start in starts if start.date() == day), starts[-1])
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_period_domain(self, field_name, first_day, last_day, scope):
        """Return the domain of a period, both days included, in a scope. None means no limit.

        :return: domain, as a list that the browser can read
        """
        domain = self._get_scope_domain(scope)
        if first_day:
            domain.append((field_name, ">=", fields.Datetime.to_string(self._get_day_start(first_day))))
        if last_day:
            end = self._get_day_start(last_day + timedelta(days=1))
            domain.append((field_name, "<", fields.Datetime.to_string(end)))
        return domain

    @api.model
    def _read_dashboard_groups(self, period):
        """Read what the dashboard shows of the products and the reasons of a period, in one pass.

        :param period: domain
        :return: the rows by product, and by reason: each a tuple of the record and {name of a measure: its sum}
        """
        by_product = defaultdict(lambda: dict.fromkeys(MEASURES, 0.0))
        by_reason = defaultdict(lambda: dict.fromkeys(MEASURES, 0.0))
        # Not by grouping sets: the database reads those with one processor only.
        for product, reason, *sums in self._read_group(
            period, ["product_id", "reason_id"], [f"{name}:sum" for name in MEASURES]
        ):
            for name, value in zip(MEASURES, sums, strict=True):
                by_product[product][name] += value or 0.0
                by_reason[reason][name] += value or 0.0
        return list(by_product.items()), list(by_reason.items())

    # === Numbers of the period ===

    @api.model
    def _get_dashboard_numbers(self, period, previous, trend, scope):
        """Return the numbers of a period, each beside what it was in the one before.

        :param period: first and last day
        :param previous: first and last day of as many days before
        :param trend: of the period
        :param scope: see `_check_scope`
        :return: list of numbers
        """
        balances = self._read_refunded_balances(previous[0], period[1], scope)
        now, before = (
            [
                self._get_dashboard_requested(self._get_period_domain("date_requested", *days, scope)),
                self._get_dashboard_refunded(*days, scope, balances),
                self._get_dashboard_days_to_close(self._get_period_domain("date_done", *days, scope)),
                self._get_dashboard_restocked(self._get_period_domain("date_requested", *days, scope), totals),
            ]
            for days, totals in ((period, trend["totals"]), (previous, trend["previous_totals"]))
        )
        return [{**number, "previous": old["value"]} for number, old in zip(now, before, strict=True)]

    @api.model
    def _get_dashboard_requested(self, period):
        domain = [*period, ("state", "not in", ("draft", "cancel"))]
        return {
            "key": "requested",
            "label": self.env._("Returns requested"),
            "value": self.env["rma.order"].search_count(domain),
            "type": "integer",
            "domain": domain,
        }

    @api.model
    def _get_dashboard_refunded(self, date_from, date_to, scope, balances):
        """Return the amount of the credit notes posted in the period, whenever their returns were requested.

        :param balances: see `_read_refunded_balances`; of other days, too
        :return: number
        """
        company = self.env.company
        sums = defaultdict(float)
        for owner, day, balance in balances:
            if date_from <= day <= date_to:
                sums[owner] += balance
        value = sum(
            owner.currency_id._convert(balance, company.currency_id, company, date_to)
            for owner, balance in sums.items()
        )
        return {
            "key": "refunded",
            "label": self.env._("Refunded before taxes"),
            "value": value or 0.0,
            "type": "monetary",
            "domain": [*self._get_scope_domain(scope), ("refunded_in", "=", f"{date_from}/{date_to}")],
        }

    @api.model
    def _read_refunded_balances(self, date_from, date_to, scope):
        """Return what was refunded each day.

        :return: list of (company, day, amount in its currency)
        """
        # Returns staff see refunded amounts without access to accounting, of their own returns only.
        visible_lines = self._get_scope_lines(scope)
        return (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("rma_line_id", "!=", False),
                    ("rma_line_id", "in", visible_lines),
                    ("parent_state", "=", "posted"),
                    ("display_type", "=", "product"),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                ],
                ["company_id", "date:day"],
                ["balance:sum"],
            )
        )

    @api.model
    def _get_dashboard_days_to_close(self, period):
        domain = [*period, ("state", "=", "done")]
        orders = self.env["rma.order"]
        query = orders._search(domain)
        days = SQL(
            "AVG(GREATEST(0.0, EXTRACT(EPOCH FROM %s - %s)::float8 / 86400))",
            orders._field_to_sql(query.table, "date_done", query),
            orders._field_to_sql(query.table, "date_requested", query),
        )
        [(value,)] = self.env.execute_query(query.select(days))
        return {
            "key": "days_to_close",
            "label": self.env._("Average days to close"),
            "value": False if value is None else value,
            "type": "float",
            "domain": domain,
        }

    @api.model
    def _get_dashboard_restocked(self, period, totals):
        received = totals["qty_received"]
        return {
            "key": "restocked",
            "label": self.env._("Put back in stock"),
            "value": 100.0 * totals["qty_restocked"] / received if received else False,
            "type": "percentage",
            "domain": [*period, ("line_ids.qty_received", ">", 0)],
        }

    # === Open returns ===

    @api.model
    def _get_dashboard_open(self, scope):
        """Return the number of open returns by status and age.

        :return: {"ages": list of labels, "rows": list of {"label", "numbers": one for each age}}
        """
        states = dict(self.env["rma.order"]._fields["state"]._description_selection(self.env))
        rows = {state: {"key": state, "label": states[state], "numbers": []} for state in OPEN_STATES}
        ages = []
        for youngest, oldest in AGES:
            domain = self._get_age_domain(youngest, oldest, scope)
            label = (
                self.env._("%(youngest)s to %(oldest)s days", youngest=youngest, oldest=oldest)
                if oldest
                else self.env._("Over %s days", youngest - 1)
            )
            ages.append(label)
            counts = dict(
                self.env["rma.order"]._read_group(
                    Domain("state", "in", OPEN_STATES) & Domain(domain), ["state"], ["__count"]
                )
            )
            for state, row in rows.items():
                row["numbers"].append(
                    {
                        "label": self.env._("%(state)s, %(age)s", state=row["label"], age=label),
                        "value": counts.get(state, 0),
                        "type": "integer",
                        "domain": [("state", "=", state), *domain],
                    }
                )
        return {"ages": ages, "rows": list(rows.values())}

    @api.model
    def _get_age_domain(self, youngest, oldest, scope):
        """Return the domain of returns of an age in days. Future dates count in the youngest group.

        :return: domain, as a list that the browser can read
        """
        today = fields.Date.context_today(self)
        return self._get_period_domain(
            "date_requested",
            oldest and today - timedelta(days=oldest),
            youngest and today - timedelta(days=youngest),
            scope,
        )

    # === Return rates ===

    @api.model
    def _get_dashboard_rates(self, period, products):
        """Return the products with the highest return rates, measured by their own deliveries of the period.

        :param period: domain
        :param products: {`product.product` record, empty for what is unknown: {name of a measure: its sum}}
        :return: list of {"key", "label", "received": number, "rate": number}
        """
        rates = [
            (product, sums["qty_received"], self._get_percentage(sums["qty_received"], sums["qty_delivered"]))
            for product, sums in products.items()
            if sums["qty_received"] > 0
        ]
        rates.sort(key=lambda row: (row[2] is False, -row[2], -row[1], row[0].id))
        return [self._prepare_rate(period, "product_id", *row) for row in rates[:TOP]]

    @api.model
    def _get_dashboard_reasons(self, period, products, rows):
        """Return the most frequent reasons, measured by all that was delivered: nothing is delivered for a reason.

        :param period: domain
        :param products: {`product.product` record, empty for what is unknown: {name of a measure: its sum}}
        :param rows: by reason, see `_read_dashboard_groups`
        :return: list as in `_get_dashboard_rates`
        """
        delivered = sum(sums["qty_delivered"] for sums in products.values())
        reasons = [(reason, sums["qty_received"]) for reason, sums in rows if sums["qty_received"] > 0]
        reasons.sort(key=lambda row: (-row[1], row[0].id))
        return [
            self._prepare_rate(period, "reason_id", reason, received, self._get_percentage(received, delivered))
            for reason, received in reasons[:TOP]
        ]

    @api.model
    def _prepare_rate(self, period, field_name, record, received, rate):
        label = record.display_name if record else self.env._("None")
        domain = [*period, ("line_ids", "any", [(field_name, "=", record.id), ("qty_received", ">", 0)])]
        number = {"label": label, "domain": domain}
        return {
            "key": record.id,
            "label": label,
            "received": {**number, "value": received, "type": "float"},
            "rate": {**number, "value": rate or False, "type": "percentage"},
        }

    @api.model
    def _get_percentage(self, part, whole):
        """Return a percentage, or False where it would be of nothing."""
        return 100.0 * part / whole if whole else False
