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


class RmaReport(models.Model):
    """Provide the dashboard figures, each with the returns it counts."""

    _inherit = "rma.report"

    @api.model
    @api.readonly
    def get_dashboard_data(self, date_from, date_to):
        """Return the dashboard data of the returns that the current user can see.

        A number is a dictionary of `label`, `value` (False if unknown), `type` (`integer`, `float`,
        `percentage` or `monetary`) and `domain`, the returns behind it.

        :param date_from: first day of the period, a date or its text
        :param date_to: last day of the period
        :return: {"currency_id", "numbers": list of numbers, "open": see `_get_dashboard_open`,
            "products" and "reasons": see `_get_dashboard_rates`}
        """
        try:
            date_from, date_to = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Choose a start date and an end date.")) from error
        # Returns that were archived since count too.
        report = self.with_context(active_test=False)
        period = report._get_period_domain("date_requested", date_from, date_to)
        return {
            "currency_id": self.env.company.currency_id.id,
            "numbers": [
                report._get_dashboard_requested(period),
                report._get_dashboard_refunded(date_from, date_to),
                report._get_dashboard_days_to_close(date_from, date_to),
                report._get_dashboard_restocked(period),
            ],
            "open": report._get_dashboard_open(),
            "products": report._get_dashboard_rates(period, "product_id"),
            "reasons": report._get_dashboard_rates(period, "reason_id"),
        }

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
    def _get_period_domain(self, field_name, first_day, last_day):
        """Return the domain of a period, both days included. None means no limit.

        :return: domain, as a list that the browser can read
        """
        domain = []
        if first_day:
            domain.append((field_name, ">=", fields.Datetime.to_string(self._get_day_start(first_day))))
        if last_day:
            end = self._get_day_start(last_day + timedelta(days=1))
            domain.append((field_name, "<", fields.Datetime.to_string(end)))
        return domain

    # === Numbers of the period ===

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
    def _get_dashboard_refunded(self, date_from, date_to):
        """Return the amount of the credit notes posted in the period, whenever their returns were requested."""
        company = self.env.company
        value = 0.0
        order_ids = set()
        # Returns staff see refunded amounts without access to accounting, of their own returns only.
        visible_lines = self.env["rma.order.line"]._search([])
        for credit_company, balance, line_ids in (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("rma_line_id", "in", visible_lines),
                    ("parent_state", "=", "posted"),
                    ("display_type", "=", "product"),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                ],
                ["company_id"],
                ["balance:sum", "rma_line_id:array_agg_distinct"],
            )
        ):
            value += credit_company.currency_id._convert(balance, company.currency_id, company, date_to)
            order_ids.update(self.env["rma.order.line"].browse(line_ids).order_id.ids)
        return {
            "key": "refunded",
            "label": self.env._("Refunded before taxes"),
            "value": value,
            "type": "monetary",
            "domain": [("id", "in", sorted(order_ids))],
        }

    @api.model
    def _get_dashboard_days_to_close(self, date_from, date_to):
        domain = [("state", "=", "done"), *self._get_period_domain("date_done", date_from, date_to)]
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
    def _get_dashboard_restocked(self, period):
        [(value, received)] = self._read_group(period, [], ["restocked_share:avg", "qty_received:sum"])
        return {
            "key": "restocked",
            "label": self.env._("Put back in stock"),
            "value": value if received else False,
            "type": "percentage",
            "domain": [*period, ("line_ids.qty_received", ">", 0)],
        }

    # === Open returns ===

    @api.model
    def _get_dashboard_open(self):
        """Return the number of open returns by status and age.

        :return: {"ages": list of labels, "rows": list of {"label", "numbers": one for each age}}
        """
        states = dict(self.env["rma.order"]._fields["state"]._description_selection(self.env))
        rows = {state: {"key": state, "label": states[state], "numbers": []} for state in OPEN_STATES}
        ages = []
        for youngest, oldest in AGES:
            domain = self._get_age_domain(youngest, oldest)
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
    def _get_age_domain(self, youngest, oldest):
        """Return the domain of returns of an age in days. Future dates count in the youngest group.

        :return: domain, as a list that the browser can read
        """
        today = fields.Date.context_today(self)
        return self._get_period_domain(
            "date_requested",
            oldest and today - timedelta(days=oldest),
            youngest and today - timedelta(days=youngest),
        )

    # === Return rates ===

    @api.model
    def _get_dashboard_rates(self, period, field_name):
        """Return the highest return rates, from what was requested and delivered in the period.

        Products are measured by their own deliveries, reasons by all of them: nothing is delivered for a reason.

        :param period: domain
        :param field_name: "product_id" or "reason_id"
        :return: list of {"label", "received": number, "rate": number}
        """
        [(delivered,)] = self._read_group(period, [], ["qty_delivered:sum"])
        own = field_name == "product_id"
        groups = self._read_group(
            period,
            [field_name],
            ["qty_received:sum", "return_rate:avg"],
            having=[("qty_received:sum", ">", 0)],
            order="return_rate:avg desc nulls last, qty_received:sum desc" if own else "qty_received:sum desc",
            limit=TOP,
        )
        rows = []
        for record, received, own_rate in groups:
            label = record.display_name if record else self.env._("None")
            domain = [*period, ("line_ids", "any", [(field_name, "=", record.id), ("qty_received", ">", 0)])]
            rate = own_rate if own else delivered and 100.0 * received / delivered
            number = {"label": label, "domain": domain}
            rows.append(
                {
                    "key": record.id,
                    "label": label,
                    "received": {**number, "value": received, "type": "float"},
                    "rate": {**number, "value": rate or False, "type": "percentage"},
                }
            )
        return rows
