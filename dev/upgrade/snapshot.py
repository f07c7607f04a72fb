"""Tell all that people see of returns, with whichever version of the addons runs. See dev/upgrade_test."""

import json
from datetime import date, datetime

from documents import describe_documents
from odoo import fields
from shop import USERS
from versions import REPLACED, get_decisions, get_due, get_name

# Told by the documents, the conversation or the activities; or it changes with every write.
SKIPPED = {"id", "write_date", "write_uid", "access_token", "campaign_id", "source_id", "medium_id"}
SKIPPED_PREFIXES = ("activity_", "message_", "my_activity_", "rating_", "website_message_")
# Lists of these are told by names; other lists are documents.
NAMED = {"res.groups", "res.partner", "res.users", "rma.operation.type", "rma.return.reason", "stock.lot", "uom.uom"}
# Sentences may be worded otherwise: only whether there is one counts.
SENTENCES = {"approval_refusal"}
SETTINGS = ("rma.operation.type", "rma.return.reason", "rma.grade")
PLAN = ("amount_products", "amount_shipping", "amount_total_refund", "fee_type", "refund_fee", "refund_shipping")


class Snapshot:
    """All that people see, as plain values."""

    def __init__(self, env):
        self.env = env
        # What happens later happens "now": two runs never do the same at the same second.
        self.since = fields.Datetime.to_datetime(env["ir.config_parameter"].get_param("upgrade_test.since"))

    def take(self):
        """Give the whole snapshot.

        :return: {subject: {name: values}}
        """
        orders = self.env["rma.order"].with_context(active_test=False).search([], order="id")
        # Read at once for all returns.
        self.events = self.env["rma.history"].search([]).grouped("order_id")
        return {
            "return": {self.get_label(order): self._describe_return(order) for order in orders},
            "order": self._describe_sales(),
            "settings": self._describe_settings(),
            "stock": self._describe_stock(),
            "dashboard": {"numbers": self._describe_dashboard(), "analysis": self._describe_analysis()},
            "ticket": self._describe_tickets(),
            "person": self._describe_people(),
        }

    def value(self, value):
        """Make a plain value of whatever a field, or a query, gives."""
        if isinstance(value, float):
            return round(value, 6) + 0.0
        if hasattr(value, "_name"):
            return value.display_name if len(value) < 2 else sorted(value.mapped("display_name"))
        if isinstance(value, datetime):
            return "now" if value >= self.since else str(value)
        if isinstance(value, date):
            return str(value)
        return value

    def describe(self, record, only=None):
        """Tell the fields of a record.

        :param only: names of fields; all that are worth telling otherwise
        :return: {name of the field in the new version: plain value}
        """
        names = only or [name for name, field in record._fields.items() if self._is_told(name, field)]
        values = {}
        for name in names:
            value = self.value(record[name])
            values[get_name(name)] = bool(value) if name in SENTENCES else value
        return values

    def _is_told(self, name, field):
        if name in SKIPPED or name in REPLACED or name.startswith(SKIPPED_PREFIXES):
            return False
        if field.type in ("one2many", "many2many"):
            return field.comodel_name in NAMED
        return field.type not in ("binary", "properties", "properties_definition", "reference")

    def get_label(self, order):
        """Name a return: its number, and what case it is."""
        reference = order.customer_reference
        return f"{order.name} ({reference})" if reference else order.name

    def _describe_return(self, order):
        return {
            **self.describe(order),
            "items": {f"{number}. {line.product_id.display_name}": self._describe_line(line)
                      for number, line in enumerate(order.line_ids.sorted("id"), 1)},
            "approvals": [self.describe(approval) for approval in order.approval_ids.sorted("id")],
            "inspection results": [self.describe(result) for result in order.inspection_ids.sorted("id")],
            "documents": describe_documents(order, self),
            "history": self._describe_history(order),
            "messages": len(order.message_ids),
            "activities": [
                self.describe(activity, ["summary", "user_id", "activity_type_id", "date_deadline"])
                for activity in order.activity_ids.sorted("id")
            ],
            "process screen": self._describe_plan(order),
        }  # fmt: skip

    def _describe_line(self, line):
        return {**self.describe(line), "decisions": get_decisions(line), "due": get_due(line)}

    def _describe_history(self, order):
        told = ["date", "kind", "partner_id", "product_id", "quantity", "product_uom_id", "amount", "currency_id"]
        rows = [self.describe(event, told) for event in self.events.get(order, ())]
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    def _describe_plan(self, order):
        if not order.can_process:
            return {}
        wizard = self.env["rma.process"].create({"rma_id": order.id})
        return self.describe(wizard, PLAN)

    # === Around the returns ===

    def _describe_sales(self):
        told = [
            "product_uom_qty",
            "qty_delivered",
            "qty_invoiced",
            "qty_to_invoice",
            "qty_returnable",
            "invoice_status",
            "untaxed_amount_to_invoice",
            "amount_to_invoice",
            "price_unit",
            "price_total",
        ]
        returned = self.env["rma.order.line"].search([]).mapped("sale_line_id.order_id")
        orders = returned | self.env["sale.order.line"].search([("rma_line_id", "!=", False)]).order_id
        sales = {}
        for order in orders.sorted("id"):
            returns = order.rma_ids.sorted("id")[:1]
            name = f"{order.name if order in returned else 'replacement'} of {self.get_label(returns)}"
            # A return may have several.
            number = sum(other.startswith(name) for other in sales)
            sales[f"{name} ({number + 1})" if number else name] = {
                **self.describe(order, ["state", "invoice_status", "amount_total", "rma_count", "rma_can_return"]),
                "lines": [
                    {"product": line.product_id.display_name, **self.describe(line, told)}
                    for line in order.order_line.sorted("id")
                ],
            }
        return sales

    def _describe_settings(self):
        settings = {
            f"{model} {record.id}": self.describe(record)
            for model in SETTINGS
            for record in self.env[model].with_context(active_test=False).search([], order="id")
        }
        for record in self.env["res.company"].search([]):
            names = [name for name in record._fields if name.startswith("rma_")]
            settings[f"company {record.name}"] = self.describe(record, names)
        for record in self.env["stock.warehouse"].search([]):
            names = [name for name in record._fields if name.startswith("rma_")]
            settings[f"warehouse {record.name}"] = self.describe(record, names)
        return {**settings, **self._describe_mails()}

    def _describe_mails(self):
        """Tell what the mails say: their templates are data that an upgrade leaves alone."""
        mails = {}
        for model, text in {"mail.template": "body_html", "sms.template": "body"}.items():
            for template in self.env[model].search([("model", "=like", "rma.%")], order="id"):
                record = self.env[template.model].search([], order="id", limit=1)
                mails[f"{model} {template.name}"] = {
                    name: str(template._render_field(name, record.ids)[record.id]) if record else template[name]
                    for name in (text, "subject")
                    if name in template._fields
                }
        return mails

    def _describe_stock(self):
        groups = self.env["stock.quant"]._read_group([], ["location_id", "product_id", "lot_id"], ["quantity:sum"])
        stock = {}
        for location, product, lot, quantity in groups:
            goods = f"{product.display_name} {lot.name or ''}".strip()
            place = stock.setdefault(location.complete_name, {})
            place[goods] = self.value(place.get(goods, 0.0) + quantity)
        return stock

    def _describe_dashboard(self):
        today = fields.Date.today()
        data = self.env["rma.report"].get_dashboard_data(fields.Date.subtract(today, days=90), today)
        return {
            **{
                number["key"]: self.value(number["value"])
                for number in data["numbers"]
                # Returns that are done now are done some seconds later by the one version than by the other.
                if number["key"] != "days_to_close"
            },
            **{row["key"]: [number["value"] for number in row["numbers"]] for row in data["open"]["rows"]},
            **{
                f"{kind} {row['label']}": [self.value(row["received"]["value"]), self.value(row["rate"]["value"])]
                for kind in ("products", "reasons")
                for row in data[kind]
            },
        }

    def _describe_analysis(self):
        report = self.env["rma.report"]
        measures = [
            name for name, field in report._fields.items() if name.startswith(("qty_", "amount_")) and field.store
        ]
        groups = report._read_group([], ["resolution", "state"], ["__count", *(f"{name}:sum" for name in measures)])
        return {
            f"{resolution} {state}": dict(zip(["rows", *measures], map(self.value, values), strict=True))
            for resolution, state, *values in groups
        }

    def _describe_tickets(self):
        counts = [name for name in self.env["helpdesk.ticket"]._fields if name.endswith("_count")]
        told = [name for name in counts if not name.startswith("message_")]
        tickets = self.env["helpdesk.ticket"].search([], order="id")
        return {ticket.number: self.describe(ticket, told) for ticket in tickets}

    def _describe_people(self):
        """Tell how many records each person sees."""
        people = {}
        for login in ("portal", "agent", *USERS):
            user = self.env["res.users"].search([("login", "=", f"upgrade_{login}")])
            people[login] = {
                model: self.env[model].with_user(user).search_count([])
                for model in ("rma.order", "rma.order.line", "rma.inspection", "rma.approval")
                if self.env[model].with_user(user).has_access("read")
            }
        return people
