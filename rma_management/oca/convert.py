"""Convert returns of OCA into ours, by the rules of our models."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tools import SQL
from psycopg2 import Error as DatabaseError

from .catalog import Catalog
from .documents import CLOSED, Documents
from .keep import kept
from .messages import Messages
from .values import Values

# Nothing is logged, mailed, or followed because of the conversion.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}
REFUSALS = (AccessError, MissingError, UserError, ValidationError, DatabaseError, ValueError)


class Converter:
    """Create a return with one item for each return of OCA, with all that belongs to it."""

    def __init__(self, env):
        self.env = env(context={**env.context, **QUIET})
        self.cr = env.cr

    def prepare(self):
        """Create what all returns refer to."""
        Catalog(self.env).prepare()

    def convert(self, ids):
        """Convert returns. Each is converted as a whole, or not at all.

        :param ids: IDs in OCA's table
        :return: {ID: why it could not be converted}
        """
        self.catalog = Catalog(self.env)
        self.values = Values(self.env, self.catalog)
        self.cr.execute(SQL("SELECT * FROM %s WHERE id IN %s ORDER BY id", kept("rma"), tuple(ids)))
        reasons = {row["id"]: self._try(row) for row in self.cr.dictfetchall()}
        return {rma_id: reason for rma_id, reason in reasons.items() if reason}

    def _try(self, row):
        """Convert a return.

        :param row: row of OCA's table
        :return: why it could not be converted, empty if it was
        """
        try:
            with self._apart():
                self._convert_one(row)
        except REFUSALS as error:
            self.env.invalidate_all()
            return f"{row['name']}: {error}"
        return ""

    @contextmanager
    def _apart(self):
        """Do something as a whole or not at all, and without a word."""
        with self.cr.savepoint():
            try:
                yield
                self.env.flush_all()
            finally:
                # What our models would announce, log or ask for is not news.
                self.cr.precommit.clear()

    def _convert_one(self, row):
        order = self._create(row)
        Messages(self.env, row, order).move()
        documents = Documents(self.env, row, order)
        documents.link()
        if row["state"] not in ("draft", "cancelled"):
            documents.decide(self.catalog)
        self._set_state(row, order)
        self._set_dates(row, order)

    def _create(self, row):
        """Create a return with its item. A link that contradicts our rules is left out, and noted.

        :param row: row of OCA's table
        :return: `rma.order` record
        """
        company = self.values.get_company(row)
        returns = self.env["rma.order"].with_company(company)
        order_values = self.values.get_order_values(row)
        line_values = self.values.get_line_values(row)
        dropped = []
        for names in ((), ("move_id",), ("move_id", "sale_line_id"), ("move_id", "sale_line_id", "sale_order_id")):
            values = {name: value for name, value in order_values.items() if name not in names}
            item = {name: value for name, value in line_values.items() if name not in names}
            if "sale_line_id" in names:
                item["sale_line_id"] = False
            try:
                with self._apart():
                    order = returns.create({**values, "line_ids": [(0, 0, item)] if line_values else []})
                dropped = [name for name in names if order_values.get(name) or line_values.get(name)]
                break
            except (UserError, ValidationError):
                self.env.invalidate_all()
                if len(names) == 3 or not line_values:
                    raise
        self.values.note_dropped(row, order, dropped)
        return order

    # === Status ===

    def _set_state(self, row, order):
        """Set the status: from the approval on, it follows from the documents."""
        if row["state"] in ("draft", "cancelled"):
            if row["state"] == "cancelled":
                order.write({"state": "cancel"})
            return
        approved, by = self._get_first_change(row, order)
        order.write({"state": "approved", "date_approved": approved, "approved_by_id": by})
        self.env.flush_all()
        # Once more: what is open depends on the approval.
        self.env.add_to_compute(order._fields["state"], order)
        self.env.flush_all()
        if row["state"] in CLOSED and order.state != "done" and not order.line_ids.qty_expected:
            order.write({"state": "done"})

    def _get_first_change(self, row, order):
        """Return when OCA's return was confirmed, and by whom.

        :return: date, and ID of a `res.users` or False
        """
        self.cr.execute(
            SQL(
                """SELECT m.date, (SELECT u.id FROM res_users u WHERE u.partner_id = m.author_id AND u.active LIMIT 1)
                     FROM mail_message m
                     JOIN mail_tracking_value v ON v.mail_message_id = m.id
                     JOIN %s k ON k.id = v.id AND k.name = 'state'
                    WHERE m.model = 'rma.order' AND m.res_id = %s
                    ORDER BY m.date, m.id LIMIT 1""",
                kept("tracking"),
                order.id,
            )
        )
        found = self.cr.fetchone()
        return (found[0], found[1] or False) if found else (row["create_date"], row["create_uid"])

    def _get_last_change(self, row, order):
        self.cr.execute(
            SQL(
                """SELECT max(m.date)
                     FROM mail_message m
                     JOIN mail_tracking_value v ON v.mail_message_id = m.id
                     JOIN %s k ON k.id = v.id AND k.name = 'state'
                    WHERE m.model = 'rma.order' AND m.res_id = %s""",
                kept("tracking"),
                order.id,
            )
        )
        return self.cr.fetchone()[0] or row["write_date"]

    def _set_dates(self, row, order):
        """Set the dates of what happened, which our models take from the clock."""
        self.env.flush_all()
        dates = {"create_date": row["create_date"], "create_uid": row["create_uid"]}
        ended = self._get_last_change(row, order)
        if order.state == "done":
            dates.update(date_done=ended, date_closed=ended)
        elif order.state == "cancel":
            dates["date_closed"] = ended
        elif order.state == "processing":
            received = order.line_ids._get_receipts().mapped("date")
            dates["date_processing"] = min(received, default=ended)
        if row.get("access_token"):
            dates["access_token"] = row["access_token"]
        for name, value in dates.items():
            self.cr.execute(SQL("UPDATE rma_order SET %s = %s WHERE id = %s", SQL.identifier(name), value, order.id))
        self.env.invalidate_all()
        # The deadline is counted from the date of arrival.
        self.env.add_to_compute(order._fields["date_due"], order)
        self.env.flush_all()
