"""Makes a busy shop for the pages of customers: very many orders and returns, copied row by row in the database."""

import json
import sys

from odoo import Command
from odoo.tools import SQL
from shop import get_orders

PER_CUSTOMER = 100
LOGIN = "visitor"


def main(env, path, count):
    """Fill the database, and write down what to visit.

    :param path: file for the client
    :param count: number of orders, and of returns, as a string
    """
    order = get_orders(env, "warm-up")[:1]
    rma = _ask_return(env, order)
    customers = order.partner_id | env["res.partner"].create(
        [{"name": f"Visitor {number}"} for number in range(1, int(count) // PER_CUSTOMER)]
    )
    env["res.users"].create(
        {
            "login": LOGIN,
            "password": LOGIN,
            "partner_id": order.partner_id.id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
    env.flush_all()
    _multiply(env, order, rma, customers, count)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"login": LOGIN, "order": order.id, "return": rma.id, "count": int(count)}, file)
    print(f"  {count} orders and {count} returns of {len(customers)} customers", file=sys.stderr)


def _ask_return(env, order):
    """Return the return that is copied: of one product, requested."""
    values = order._prepare_rma_values()
    values["line_ids"] = [
        Command.create(
            {
                "sale_line_id": order.order_line.id,
                "product_id": order.order_line.product_id.id,
                "product_uom_qty": 1,
                "reason_id": env.ref("rma_management.rma_return_reason_other").id,
                "operation_type_id": env.ref("rma_management.rma_operation_type_refund").id,
            }
        )
    ]
    rma = env["rma.order"].create(values)
    rma.action_request()
    return rma


def _multiply(env, order, rma, customers, count):
    """Copy order, line, return and returned product: those of a number belong together, and to a customer in turn."""
    number = SQL("number")
    partner = SQL("(%s::int[])[1 + number %% %s]", list(customers.ids), len(customers))
    name = SQL("name || '-' || number")
    orders = _copy(env, "sale_order", order.id, count, {"name": name, "partner_id": partner})
    changed = {"order_id": _nth(orders, number), "order_partner_id": partner}
    lines = _copy(env, "sale_order_line", order.order_line.id, count, changed)
    changed = {"name": name, "partner_id": partner, "sale_order_id": _nth(orders, number)}
    returns = _copy(env, "rma_order", rma.id, count, changed)
    changed = {"order_id": _nth(returns, number), "partner_id": partner, "sale_line_id": _nth(lines, number)}
    _copy(env, "rma_order_line", rma.line_ids.id, count, changed)


def _nth(ids, number):
    return SQL("(%s::int[])[%s]", ids, number)


def _copy(env, table, record_id, count, changed):
    """Copy a row so many times.

    :param changed: {column: SQL that gives it, for the copy with this `number`}
    :return: ids of the copies
    """
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema AND table_name = %s AND column_name NOT IN %s",
            table,
            ("id", "access_token", *changed),
        )
    )
    kept = [SQL.identifier(name) for (name,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s)"
            " SELECT %(values)s FROM %(table)s, generate_series(1, %(count)s) AS number"
            " WHERE id = %(record)s ORDER BY number RETURNING id",
            table=SQL.identifier(table),
            names=SQL(", ").join([SQL.identifier(name) for name in changed] + kept),
            values=SQL(", ").join([*changed.values(), *kept]),
            count=int(count) - 1,
            record=record_id,
        )
    )
    return [row[0] for row in env.cr.fetchall()]
