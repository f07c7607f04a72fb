"""Divide a receipt of several returns. OCA splits a return without its receipt; ours have receipts of their own."""

from odoo.tools import SQL

SHARED = ("product_qty", "product_uom_qty", "quantity", "value", "weight", "packaging_uom_qty")
LINE_SHARED = ("quantity", "quantity_product_uom")


def split_move(move, quantity):
    """Divide a move and its lines, done or not, by SQL: what moved, and what it was worth, stays the same in total.

    :param move: `stock.move` record
    :param quantity: float for the new one, in the unit of measure of the move
    :return: the new `stock.move` record; the move itself where it is not larger than that
    """
    env = move.env
    if move.product_uom.compare(move.product_uom_qty, quantity) <= 0:
        return move
    env.flush_all()
    left = quantity * move.quantity / move.product_uom_qty
    left = move.product_uom._compute_quantity(left, move.product_id.uom_id)
    new_id = _copy_row(env.cr, "stock_move", move.id, (quantity, move.product_uom_qty), SHARED)
    for line in move.move_line_ids.sorted("id", reverse=True):
        held = line.quantity_product_uom
        if move.product_id.uom_id.compare(left, 0) <= 0:
            break
        if move.product_id.uom_id.compare(held, left) <= 0:
            env.cr.execute(SQL("UPDATE stock_move_line SET move_id = %s WHERE id = %s", new_id, line.id))
        else:
            line_id = _copy_row(env.cr, "stock_move_line", line.id, (left, held), LINE_SHARED)
            env.cr.execute(SQL("UPDATE stock_move_line SET move_id = %s WHERE id = %s", new_id, line_id))
        left -= held
    for table, column, other in (
        ("stock_move_move_rel", "move_orig_id", "move_dest_id"),
        ("stock_move_move_rel", "move_dest_id", "move_orig_id"),
        ("stock_reference_move_rel", "move_id", "reference_id"),
    ):
        _copy_links(env.cr, table, column, other, move.id, new_id)
    env.invalidate_all()
    return move.browse(new_id)


def _copy_row(cr, table, record_id, share, shared):
    """Copy a row with a share of its quantities, and lower its own by that.

    :param share: the quantity of the copy, and the whole that it is taken from
    :param shared: columns to share
    :return: ID of the copy
    """
    columns = _get_columns(cr, table)
    target = SQL.identifier(table)
    values = [
        # In this order, and by digits: a third of three is one.
        SQL("%s * %s::numeric / %s::numeric", SQL.identifier(name), *share) if name in shared else SQL.identifier(name)
        for name in columns
    ]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s RETURNING id",
            target,
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            target,
            record_id,
        )
    )
    new_id = cr.fetchone()[0]
    lowered = [SQL("%s = old.%s - new.%s", *[SQL.identifier(name)] * 3) for name in shared if name in columns]
    cr.execute(
        SQL(
            "UPDATE %s old SET %s FROM %s new WHERE old.id = %s AND new.id = %s",
            target,
            SQL(", ").join(lowered),
            target,
            record_id,
            new_id,
        )
    )
    return new_id


def _get_columns(cr, table):
    cr.execute(
        SQL(
            """SELECT column_name FROM information_schema.columns
                WHERE table_schema = current_schema AND table_name = %s AND column_name <> 'id'""",
            table,
        )
    )
    return [row[0] for row in cr.fetchall()]


def _copy_links(cr, table, column, other, record_id, new_id):
    cr.execute(
        SQL(
            "INSERT INTO %s (%s, %s) SELECT %s, %s FROM %s WHERE %s = %s ON CONFLICT DO NOTHING",
            SQL.identifier(table),
            SQL.identifier(column),
            SQL.identifier(other),
            new_id,
            SQL.identifier(other),
            SQL.identifier(table),
            SQL.identifier(column),
            record_id,
        )
    )
