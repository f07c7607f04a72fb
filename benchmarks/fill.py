"""Fill a database with many returns by SQL: a few are made as people make them, and copied with all their documents."""

import random
import sys

from odoo import Command
from odoo.tools import SQL

# Tables of an order and its returns, and which of their columns name rows of which.
TABLES = {
    "sale_order": {},
    "sale_order_line": {"order_id": "sale_order"},
    "account_move": {"rma_id": "rma_order", "reversed_entry_id": "account_move"},
    "account_move_line": {
        "move_id": "account_move",
        "rma_line_id": "rma_order_line",
        "rma_settlement_id": "rma_settlement",
    },
    "stock_picking": {"sale_id": "sale_order", "rma_id": "rma_order"},
    "stock_move": {
        "picking_id": "stock_picking",
        "sale_line_id": "sale_order_line",
        "origin_returned_move_id": "stock_move",
        "rma_line_id": "rma_order_line",
        "rma_settlement_id": "rma_settlement",
    },
    "stock_move_line": {"move_id": "stock_move", "picking_id": "stock_picking"},
    "rma_order": {"sale_order_id": "sale_order"},
    "rma_order_line": {"order_id": "rma_order", "sale_line_id": "sale_order_line", "move_id": "stock_move"},
    "rma_settlement": {"order_id": "rma_order", "line_id": "rma_order_line"},
    "mail_message": {},
    "mail_tracking_value": {"mail_message_id": "mail_message"},
    "sale_order_line_invoice_rel": {"order_line_id": "sale_order_line", "invoice_line_id": "account_move_line"},
}
# Shares of a thousand returns, by the state that they are copied in: most of a shop's past is done.
SHARES = {"requested": 10, "approved": 10, "received": 10, "draft_refund": 20, "done": 950}
PRODUCTS = 200
CUSTOMERS_OF = 20
YEARS = 5


def main(env, size):
    """Fill the database.

    :param size: number of returns; as many orders besides have none
    """
    size = int(size)
    env = env(context={**env.context, "tracking_disable": False, "mail_notrack": False})
    people = _create_people(env, max(10, size // CUSTOMERS_OF))
    products = _create_products(env)
    templates = {state: _create_return(env, products, state) for state in SHARES}
    templates["sold"] = _sell(env, products)
    env.flush_all()
    # Triggers check each link of each row, which are right by the way they are made.
    env.cr.execute("SET session_replication_role = replica")
    for state, order in templates.items():
        count = size if state == "sold" else max(1, size * SHARES[state] // 1000)
        _copy(env, order, count, people, products)
        env.cr.commit()
        print(f"  {count} × {state}", file=sys.stderr)
    env.cr.execute("SET session_replication_role = DEFAULT")
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _create_people(env, count):
    env.cr.execute(
        "INSERT INTO res_partner (name, complete_name, email, active, autopost_bills, group_rfq, group_on, type,"
        " create_date, write_date) SELECT 'Buyer ' || n, 'Buyer ' || n, 'buyer' || n || '@example.com', true, 'ask',"
        " 'default', 'default', 'contact', now(), now() FROM generate_series(1, %s) n RETURNING id",
        [count],
    )
    ids = [row[0] for row in env.cr.fetchall()]
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [ids[0]])
    return ids


def _create_products(env):
    tax = env["account.tax"].create({"name": "15% (size)", "amount": 15.0, "type_tax_use": "sale"})
    products = env["product.product"].create(
        [
            {
                "name": f"Good {number}",
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
                "list_price": 20.0 + number,
                "standard_price": 10.0,
                "taxes_id": [Command.set(tax.ids)],
            }
            for number in range(PRODUCTS)
        ]
    )
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    for product in products:
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 1000)
    return products


def _sell(env, products):
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Size", "email": "size@example.com"}).id,
            "order_line": [Command.create({"product_id": products[0].id, "product_uom_qty": 3})],
        }
    )
    order.action_confirm()
    order.picking_ids.action_assign()
    order.picking_ids.move_ids.picked = True
    order.picking_ids.with_context(skip_backorder=True, skip_sms=True).button_validate()
    order._create_invoices().action_post()
    return order


def _create_return(env, products, state):
    order = _sell(env, products)
    reason = env["rma.return.reason"].search([], limit=1)
    operation = env.ref("rma_management.rma_operation_type_refund")
    values = order.order_line._prepare_rma_line_values(1, reason_id=reason.id, operation_type_id=operation.id)
    rma = env["rma.order"].create({**order._prepare_rma_values(), "line_ids": [Command.create(values)]})
    rma.action_request()
    if state != "requested":
        rma.action_approve()
    if state not in ("requested", "approved"):
        rma.picking_ids.move_ids.picked = True
        rma.picking_ids.with_context(skip_backorder=True, skip_sms=True).button_validate()
    if state in ("draft_refund", "done"):
        rma.action_settle()
    if state == "done":
        rma.refund_ids.filtered(lambda note: note.state == "draft").action_post()
    return order


# === Copies ===


def _copy(env, order, count, people, products):
    """Copy an order and all that belongs to it, spread over customers, products, and years."""
    rows = _get_rows(env, order)
    bases = {}
    for table, ids in rows.items():
        if ids and table != "sale_order_line_invoice_rel":
            env.cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
            bases[table] = env.cr.fetchone()[0]
    for table, ids in rows.items():
        if ids:
            _copy_table(env, table, ids, count, (rows, bases), (people, products.ids))
    for table, base in bases.items():
        env.cr.execute("SELECT setval(%s, %s)", [f"{table}_id_seq", base + count * len(rows[table])])


def _get_rows(env, order):
    """Return the ids of the rows of each table that belong to an order."""
    rma = order.order_line.rma_line_ids.order_id
    moves = order.order_line.move_ids | rma.line_ids.move_ids
    invoices = order.invoice_ids
    messages = env["mail.message"].search([("model", "=", "rma.order"), ("res_id", "in", rma.ids)])
    env.cr.execute(
        "SELECT order_line_id, invoice_line_id FROM sale_order_line_invoice_rel WHERE order_line_id IN %s",
        [tuple(order.order_line.ids)],
    )
    links = env.cr.fetchall()
    records = {
        "sale_order": order,
        "sale_order_line": order.order_line,
        "account_move": invoices,
        "account_move_line": invoices.line_ids,
        "stock_picking": moves.picking_id,
        "stock_move": moves,
        "stock_move_line": moves.move_line_ids,
        "rma_order": rma,
        "rma_order_line": rma.line_ids,
        "rma_settlement": rma.line_ids.settlement_ids,
        "mail_message": messages,
        "mail_tracking_value": messages.sudo().tracking_value_ids,
    }
    return {**{table: sorted(record.ids) for table, record in records.items()}, "sale_order_line_invoice_rel": links}


def _copy_table(env, table, ids, count, copied, spread):
    columns = _get_columns(env, table, count, copied, spread)
    source = SQL("SELECT * FROM %s WHERE id = ANY(%s)", SQL.identifier(table), ids)
    if table == "sale_order_line_invoice_rel":
        source = SQL("SELECT * FROM %s WHERE order_line_id = ANY(%s)", SQL.identifier(table), [line for line, _ in ids])
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM generate_series(1, %s) copy(n), (%s) src",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(columns.values()),
            count,
            source,
        )
    )


def _get_columns(env, table, count, copied, spread):
    """Return the value of each column of a copy.

    :return: {name of a column: SQL}
    """
    rows, bases = copied
    env.cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns = {}
    for name, kind in env.cr.fetchall():
        column = SQL("src.%s", SQL.identifier(name))
        target = _get_target(table, name)
        if target and rows[target]:
            columns[name] = SQL(
                "COALESCE(%s + (copy.n - 1) * %s + array_position(%s, %s), %s)",
                bases[target],
                len(rows[target]),
                rows[target],
                column,
                column,
            )
        else:
            columns[name] = _spread(table, name, kind, column, count, spread)
    return columns


def _get_target(table, name):
    """Return the table whose rows a column names, where these are copied, too."""
    if name == "id":
        return table
    if (table, name) == ("mail_message", "res_id"):
        return "rma_order"
    return TABLES[table].get(name)


def _spread(table, name, kind, column, count, spread):
    """Return the value of a column that names no copied row: of another customer, product, day and number."""
    people, products = spread
    # Days of the past, the newest copies last.
    moved = SQL("interval '1 day' * (-%s + copy.n::float8 * %s / %s)", 365 * YEARS, 365 * YEARS, count)
    chosen = "CASE WHEN %s IS NULL THEN NULL ELSE (%s)[1 + (copy.n::bigint * %s %% %s)] END"
    if name in ("partner_id", "commercial_partner_id", "partner_shipping_id", "partner_invoice_id"):
        return SQL(chosen, column, people, 7919, len(people))
    if name == "product_id":
        return SQL(chosen, column, products, 31, len(products))
    if kind == "timestamp without time zone":
        return SQL("%s + %s", column, moved)
    if kind == "date":
        return SQL("(%s + %s)::date", column, moved)
    if name in ("name", "reference", "access_token") and table not in ("sale_order_line", "account_move_line"):
        return SQL("%s || '-' || %s || '-' || copy.n", column, random.randrange(10**6))
    if name == "sequence_number":
        return SQL("src.sequence_number + copy.n")
    return column
