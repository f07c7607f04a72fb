"""Count what there is before and after, and compare it."""

from odoo.tools import SQL
from odoo.tools.sql import table_exists

from .keep import NEUTRAL, kept
from .messages import mend_links
from .say import say

HANGING = (
    ("Messages", "mail_message", "model"),
    ("Followers", "mail_followers", "res_model"),
    ("Files", "ir_attachment", "res_model"),
    ("Activities", "mail_activity", "res_model"),
)
# The status that each return has to have in the end. Whether what waits for a delivery is approved or in processing
# follows from its goods.
STATES = {
    "draft": ("draft",),
    "confirmed": ("approved",),
    "received": ("processing",),
    "waiting_return": ("processing", "approved"),
    "waiting_replacement": ("processing", "approved"),
    "refunded": ("done",),
    "returned": ("done",),
    "replaced": ("done",),
    "finished": ("done",),
    "locked": ("done",),
    "cancelled": ("cancel",),
}
BEFORE = {
    "Returns": "SELECT count(*) FROM rma",
    "Receipts": "SELECT count(DISTINCT reception_move_id) FROM rma WHERE product_id IS NOT NULL",
    "Deliveries": "SELECT count(*) FROM stock_move WHERE rma_id IS NOT NULL",
    "Credit notes": "SELECT count(DISTINCT refund_id) FROM rma",
    "Credit note lines": """
        SELECT count(*) FROM account_move_line l JOIN rma ON rma.id = l.rma_id AND rma.refund_id = l.move_id""",
    "Portal links": "SELECT count(*) FROM rma WHERE access_token IS NOT NULL",
    "Operations": "SELECT count(*) FROM rma_operation",
    "Tags": "SELECT count(*) FROM rma_tag",
    "Tags on returns": "SELECT count(*) FROM rma_rma_tag_rel",
}
OF_OCA = "JOIN rma_order o ON o.id = l.order_id WHERE o.oca_rma_id IS NOT NULL"
AFTER = {
    "Returns": "SELECT count(*) FROM rma_order WHERE oca_rma_id IS NOT NULL",
    "Receipts": f"""
        SELECT count(DISTINCT k.reception_move_id) FROM oca_kept_rma k
          JOIN stock_move m ON m.id = k.reception_move_id AND m.rma_role = 'receipt'
          JOIN rma_order_line l ON l.id = m.rma_line_id {OF_OCA}""",
    "Deliveries": f"""
        SELECT count(*) FROM oca_kept_delivery k JOIN stock_move m ON m.id = k.id
          JOIN rma_order_line l ON l.id = m.rma_line_id {OF_OCA} AND o.oca_rma_id = k.rma_id""",
    "Credit notes": """
        SELECT count(DISTINCT m.id) FROM oca_kept_rma k
          JOIN account_move m ON m.id = k.refund_id JOIN rma_order o ON o.id = m.rma_id""",
    "Credit note lines": f"""
        SELECT count(*) FROM oca_kept_credit k JOIN account_move_line c ON c.id = k.id
          JOIN rma_order_line l ON l.id = c.rma_line_id {OF_OCA} AND o.oca_rma_id = k.rma_id""",
    "Portal links": """
        SELECT count(*) FROM oca_kept_rma k
          JOIN rma_order o ON o.oca_rma_id = k.id AND o.access_token = k.access_token""",
    "Operations": """
        SELECT count(*) FROM oca_kept_operation k JOIN rma_return_reason r ON r.id = k.reason_id""",
    "Tags": "SELECT count(*) FROM oca_kept_tag k JOIN rma_order_tag t ON t.id = k.new_id",
    "Tags on returns": """
        SELECT count(*) FROM oca_kept_tag_rel k
          JOIN oca_kept_tag t ON t.id = k.rma_tag_id
          JOIN rma_order o ON o.oca_rma_id = k.rma_id
          JOIN rma_order_rma_order_tag_rel r ON r.rma_order_id = o.id AND r.rma_order_tag_id = t.new_id""",
}


def _count(cr, query):
    cr.execute(SQL(query))
    return cr.fetchone()[0]


def count_before(cr):
    """Count what OCA's rma holds.

    :return: {what: number}
    """
    counts = {label: _count(cr, query) for label, query in BEFORE.items()}
    for label, table, column in HANGING:
        cr.execute(
            SQL(
                "SELECT count(*) FROM %s JOIN rma ON rma.id = res_id WHERE %s IN ('rma', %s)",
                SQL.identifier(table),
                SQL.identifier(column),
                NEUTRAL,
            )
        )
        counts[label] = cr.fetchone()[0]
    return counts


def count_after(cr):
    """Count what has arrived of it.

    :return: {what: number}
    """
    counts = {label: _count(cr, query) for label, query in AFTER.items()}
    for label, table, column in HANGING:
        cr.execute(
            SQL(
                """SELECT count(*) FROM %s JOIN rma_order o ON o.id = res_id AND o.oca_rma_id IS NOT NULL
                    WHERE %s = 'rma.order'""",
                SQL.identifier(table),
                SQL.identifier(column),
            )
        )
        counts[label] = cr.fetchone()[0]
    return counts


def format_counts(before, after=None):
    """Return a table of the counts.

    :param before: as of `count_before`
    :param after: as of `count_after`, if known
    :rtype: str
    """
    lines = [f"{'':24}{'before':>8}" + (f"{'after':>8}" if after else "")]
    for label, number in before.items():
        line = f"{label:24}{number:>8}"
        if after:
            line += f"{after[label]:>8}" + ("" if after[label] == number else "  <- differs")
        lines.append(line)
    return "\n".join(lines)


def report(env, failed):
    """Print what there was and what has arrived.

    :param failed: {ID of a return of OCA: why it could not be taken over}
    :return: whether anything is lost
    """
    cr = env.cr
    mend_links(env)
    env.flush_all()
    cr.execute("SELECT counts FROM oca_kept_before")
    before, after = cr.fetchone()[0], count_after(cr)
    say(format_counts(before, after))
    problems = [*failed.values(), *_find_other_states(cr), *_find_changed_orders(cr)]
    for problem in problems:
        say(f"- {problem}")
    # More may have been written meanwhile, but nothing may be missing.
    return bool(problems) or any(after[label] < number for label, number in before.items())


def _find_other_states(cr):
    cr.execute(
        SQL(
            """SELECT o.name, k.state, o.state, coalesce(l.qty_expected, 0)
                 FROM %s k JOIN rma_order o ON o.oca_rma_id = k.id
                 LEFT JOIN rma_order_line l ON l.order_id = o.id
                ORDER BY k.id""",
            kept("rma"),
        )
    )
    for name, old, new, expected in cr.fetchall():
        # What OCA closed before its goods arrived waits for them.
        if new not in STATES[old] and not (expected and STATES[old] == ("done",)):
            yield f"{name} was {old}, and is {new}."


def _find_changed_orders(cr):
    if not table_exists(cr, "oca_kept_sale_line"):
        return
    cr.execute(
        """SELECT o.name, l.name, k.qty_delivered, l.qty_delivered, k.qty_invoiced, l.qty_invoiced,
                  k.qty_to_invoice, l.qty_to_invoice, k.invoice_status, l.invoice_status,
                  k.order_status, o.invoice_status
             FROM oca_kept_sale_line k
             JOIN sale_order_line l ON l.id = k.id
             JOIN sale_order o ON o.id = l.order_id
            WHERE (coalesce(k.qty_delivered, 0), coalesce(k.qty_invoiced, 0), coalesce(k.qty_to_invoice, 0),
                   k.invoice_status, k.order_status)
                  IS DISTINCT FROM
                  (coalesce(l.qty_delivered, 0), coalesce(l.qty_invoiced, 0), coalesce(l.qty_to_invoice, 0),
                   l.invoice_status, o.invoice_status)
            ORDER BY l.id"""
    )
    names = ("delivered", "invoiced", "to invoice", "status", "status of the order")
    for order, line, *values in cr.fetchall():
        pairs = zip(names, values[::2], values[1::2], strict=True)
        changes = ", ".join(f"{name} {old} -> {new}" for name, old, new in pairs if old != new)
        yield f"{order}, {line.splitlines()[0]}: {changes}"
