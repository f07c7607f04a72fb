from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .dashboard_rma_report import TOP

# Days that a point of the trend stands for, by the longest period that is drawn so. Of longer ones a twelfth.
POINT_DAYS = ((31, 3), (100, 7))
TREND = ("qty_received", "qty_delivered", "qty_restocked")


class RmaReport(models.Model):
    """Provide what the dashboard plots."""

    _inherit = "rma.report"

    # === Returns over time ===

    @api.model
    def _get_dashboard_trend(self, date_from, date_to, scope):
        """Return the returns requested and the return rate over time, with those of as many days before.

        :param date_from: first day of the period
        :param date_to: last day of the period
        :param scope: see `_check_scope`
        :return: {"points": list of {"label", "returns": number, "rate": number, "previous_returns", "previous_rate"},
            "totals" and "previous_totals": {name of a measure: its sum}}
        """
        days = (date_to - date_from).days + 1
        width = next((width for most, width in POINT_DAYS if days <= most), -(-days // 12))
        length = timedelta(days=days)
        # Both periods in one pass.
        rows = self._read_days(self._get_period_domain("date_requested", date_from - length, date_to, scope))
        now = self._sum_by_point(date_from, date_to, width, rows)
        before = self._sum_by_point(date_from - length, date_to - length, width, rows)
        # Counted from the last day, so that the newest point is whole.
        points = [
            self._prepare_point(
                max(date_from, date_to - timedelta(days=(number + 1) * width - 1)),
                date_to - timedelta(days=number * width),
                now[number],
                before[number],
                scope,
            )
            for number in range(-(-days // width) - 1, -1, -1)
        ]
        return {"points": points, "totals": self._sum_points(now), "previous_totals": self._sum_points(before)}

    @api.model
    def _prepare_point(self, first, last, now, before, scope):
        """Return a point of the trend.

        :param first: first day
        :param last: last day
        :param now: {name of a measure: its sum}
        :param before: the same of as many days before the period
        :param scope: see `_check_scope`
        :return: dict as in `_get_dashboard_trend`
        """
        label = format_date(self.env, first, date_format="d MMM")
        if last > first:
            label = f"{label} – {format_date(self.env, last, date_format='d MMM')}"
        domain = self._get_period_domain("date_requested", first, last, scope)
        rate, previous_rate = (
            self._get_percentage(sums["qty_received"], sums["qty_delivered"]) for sums in (now, before)
        )
        return {
            "label": label,
            "returns": {
                "label": label,
                "value": now["return_count"],
                "type": "integer",
                "domain": [*domain, ("state", "not in", ("draft", "cancel"))],
            },
            "rate": {
                "label": label,
                "value": rate,
                "type": "percentage",
                "domain": [*domain, ("line_ids.qty_received", ">", 0)],
            },
            "previous_returns": before["return_count"],
            "previous_rate": previous_rate,
        }

    @api.model
    def _read_days(self, period):
        """Return the rows of a period by day.

        :param period: domain
        :return: list of (day, {name of a measure: its sum})
        """
        # Days are those that the period begins and ends with: of the zone of the reader, whatever the request says.
        report = self.with_context(tz=self.env.tz.zone)
        rows = [
            (day, dict(zip(TREND, (value or 0.0 for value in sums), strict=True)))
            for day, *sums in report._read_group(period, ["date_requested:day"], [f"{name}:sum" for name in TREND])
        ]
        requested = [*period, ("state", "not in", ("draft", "cancel"))]
        orders = self.env["rma.order"].with_context(tz=self.env.tz.zone)
        return rows + [
            (day, {"return_count": count})
            for day, count in orders._read_group(requested, ["date_requested:day"], ["__count"])
        ]

    @api.model
    def _sum_by_point(self, first_day, last_day, width, rows):
        """Return the sums of each point of a trend, of days of the current user.

        :param first_day: date
        :param last_day: date
        :param width: days that a point stands for
        :param rows: by day, see `_read_days`; of other days, too
        :return: list of {name of a measure: its sum}, the newest first
        """
        count = -(-((last_day - first_day).days + 1) // width)
        points = [dict.fromkeys(("return_count", *TREND), 0.0) for _point in range(count)]
        for moment, sums in rows:
            day = fields.Date.to_date(moment)
            if first_day <= day <= last_day:
                point = points[(last_day - day).days // width]
                for name, value in sums.items():
                    point[name] += value
        return points

    @api.model
    def _sum_points(self, points):
        return {name: sum(point[name] for point in points) for name in TREND}

    # === Money ===

    @api.model
    def _get_dashboard_waiting(self, scope):
        """Return the refunds that wait for accounting, whenever their returns were requested.

        :param scope: see `_check_scope`
        :return: list of numbers
        """
        domain = self._get_scope_domain(scope)
        notes = [
            ("rma_id", "in", self.env["rma.order"]._search(domain)),
            ("move_type", "=", "out_refund"),
        ]
        open_ = [("state", "=", "posted"), ("payment_state", "in", ("not_paid", "partial"))]
        return [
            self._prepare_waiting(
                "to_post",
                self.env._("Refunds to post"),
                [*notes, ("state", "=", "draft")],
                "amount_total_signed",
                [*domain, ("has_refund_to_post", "=", True)],
            ),
            self._prepare_waiting(
                "to_pay",
                self.env._("Refunds to pay"),
                [*notes, *open_],
                "amount_residual_signed",
                [*domain, ("has_refund_to_pay", "=", True)],
            ),
        ]

    @api.model
    def _prepare_waiting(self, key, label, notes, amount_name, domain):
        company = self.env.company
        today = fields.Date.context_today(self)
        # Returns staff see what waits without access to accounting, of the returns that they see.
        groups = self.env["account.move"].sudo()._read_group(notes, ["company_id"], [f"{amount_name}:sum"])
        value = -sum(
            owner.currency_id._convert(amount, company.currency_id, company, today) for owner, amount in groups
        )
        return {"key": key, "label": label, "value": value or 0.0, "type": "monetary", "domain": domain}

    @api.model
    def _get_dashboard_costs(self, period, products):
        """Return the products that most was refunded for, before taxes.

        :param period: domain
        :param products: {`product.product` record, empty for what is unknown: {name of a measure: its sum}}
        :return: list of numbers
        """
        costly = [
            (product, sums["amount_refunded_untaxed"])
            for product, sums in products.items()
            if product and sums["amount_refunded_untaxed"] > 0
        ]
        costly.sort(key=lambda row: (-row[1], row[0].id))
        return [
            {
                "key": product.id,
                "label": product.display_name,
                "value": amount,
                "type": "monetary",
                "domain": [*period, ("line_ids", "any", [("product_id", "=", product.id), ("qty_refunded", ">", 0)])],
            }
            for product, amount in costly[:TOP]
        ]

    @api.model
    def _get_dashboard_recovery(self, period, products):
        """Return what the returned goods are worth by where they went, at their cost of today.

        :param period: domain
        :param products: {`product.product` record, empty for what is unknown: {name of a measure: its sum}}
        :return: list of numbers
        """
        labels = {
            "qty_restocked": self.env._("Restocked"),
            "qty_refurbished": self.env._("Refurbished"),
            "qty_scrapped": self.env._("Scrapped"),
        }
        found = []
        for name, label in labels.items():
            value = sum(sums[name] * product.standard_price for product, sums in products.items() if product)
            domain = [*period, (f"line_ids.{name}", ">", 0)]
            found.append({"key": name, "label": label, "value": value, "type": "monetary", "domain": domain})
        return found

    # === Time ===

    @api.model
    def _get_dashboard_steps(self, period):
        """Return how many days the returns of a period took on average from one step to the next.

        :param period: domain
        :return: list of numbers
        """
        labels = {
            "approve": self.env._("Approval"),
            "receive": self.env._("Receipt"),
            "settle": self.env._("Settlement"),
        }
        steps = (
            ("approve", "date_requested", "date_approved", [("state", "not in", ("draft", "requested"))]),
            ("receive", "date_approved", "date_received", [("line_ids.qty_received", ">", 0)]),
            ("settle", "date_received", "date_done", [("state", "=", "done")]),
        )
        orders = self.env["rma.order"]
        query = orders._search([*period, ("state", "not in", ("draft", "cancel"))])
        averages = [
            SQL(
                "AVG(GREATEST(0.0, EXTRACT(EPOCH FROM %s - %s)::float8 / 86400))",
                orders._field_to_sql(query.table, end, query),
                orders._field_to_sql(query.table, begin, query),
            )
            for _key, begin, end, _domain in steps
        ]
        [values] = self.env.execute_query(query.select(*averages))
        return [
            {
                "key": key,
                "label": labels[key],
                "value": False if value is None else value,
                "type": "float",
                "domain": [*period, *domain],
            }
            for (key, _begin, _end, domain), value in zip(steps, values, strict=True)
        ]
