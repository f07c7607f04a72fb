"""Rename what is called otherwise now, and fill columns that Odoo would compute from a ledger that is still empty."""

from odoo.tools import SQL, sql

RENAMED = {
    "rma.grade": {"refund_share": "refund_percent"},
    "rma.inspection": {"refund_share": "refund_percent"},
    "rma.order.line": {"qty_in_repair": "qty_repair_ordered", "qty_missing": "qty_without_receipt"},
}
# New columns of returned products, and what they were called in the released version.
DECIDED = {"qty_nothing": "decided_return_only_qty", "qty_kept_here": "decided_wait_qty"}
FIGURES = [
    ("rma_order", "date_received", "timestamp"),
    ("rma_order_line", "amount_refunded", "float8"),
    ("rma_order_line", "amount_refunded_untaxed", "float8"),
    ("rma_order_line", "date_received", "timestamp"),
    ("rma_order_line", "product_unit_ratio", "float8"),
]
# How the goods come back was not chosen yet.
METHODS = [("rma_order", "return_method_id", "int4"), ("rma_order", "pickup_date", "date")]


def migrate(cr, version):
    for model, names in RENAMED.items():
        for old, new in names.items():
            rename_field(cr, model, old, new)
    for name, released in DECIDED.items():
        copy_column(cr, "rma_order_line", name, released)
    # Odoo would compute them return by return; post-9 does it at once.
    for table, name, kind in FIGURES + METHODS:
        if not sql.column_exists(cr, table, name):
            sql.create_column(cr, table, name, kind)
    # Odoo would compute it with what was received, before the moves have their roles.
    if not sql.column_exists(cr, "rma_order_line", "qty_undone"):
        sql.create_column(cr, "rma_order_line", "qty_undone", "numeric")
        cr.execute("UPDATE rma_order_line SET qty_undone = 0")


def rename_field(cr, model, old, new):
    """Rename a field with its column, so that filters, exports and what was tracked keep it."""
    table = model.replace(".", "_")
    if sql.column_exists(cr, table, old) and not sql.column_exists(cr, table, new):
        sql.rename_column(cr, table, old, new)
    cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [new, model, old])
    cr.execute(
        "UPDATE ir_model_data SET name = %s WHERE module LIKE 'rma_management%%' AND name = %s",
        [f"field_{table}__{new}", f"field_{table}__{old}"],
    )
    cr.execute(
        """UPDATE ir_filters
              SET domain = regexp_replace(domain, %(old)s, %(new)s, 'g'),
                  context = regexp_replace(context, %(old)s, %(new)s, 'g'),
                  sort = regexp_replace(sort, %(old)s, %(new)s, 'g')
            WHERE model_id LIKE 'rma.%%'""",
        {"old": rf"\m{old}\M", "new": new},
    )


def copy_column(cr, table, name, source):
    """Make a column with the values of another one."""
    if sql.column_exists(cr, table, source) and not sql.column_exists(cr, table, name):
        sql.create_column(cr, table, name, "numeric")
        cr.execute(
            SQL("UPDATE %s SET %s = %s", SQL.identifier(table), SQL.identifier(name), SQL.identifier(source)),
        )
