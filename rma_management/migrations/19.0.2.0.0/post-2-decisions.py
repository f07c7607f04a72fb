"""Write the ledger of decisions from what the released version kept on returned products.

Quantities that people decided were cumulative there, carried out or not; what followed from the plan was not written
down and shows by its documents only. Each becomes a decision of its own; post-3 lets the documents point to it.
"""

from odoo.tools import SQL, sql

# Below any precision of units of measure.
NOTHING = 0.000001
NO_REASON = "Decided in version 19.0.1.2.0, that kept no reason."


def migrate(cr, version):
    if sql.column_exists(cr, "rma_order_line", "decided_refund_qty"):
        read_lines(cr)
        read_decisions(cr)
        write_decisions(cr)


def read_lines(cr):
    """Gather what was decided about each returned product, and how much of it ended in which way."""
    cr.execute(
        """CREATE TEMP TABLE rma_released_line AS
           SELECT line.id AS line_id,
                  line.product_id,
                  line.replacement_product_id,
                  operation.resolution AS operation,
                  COALESCE(line.decided_refund_qty, 0) AS decided_refund,
                  COALESCE(line.decided_replace_qty, 0) AS decided_replace,
                  COALESCE(line.decided_repair_qty, 0) AS decided_repair,
                  COALESCE(line.decided_return_only_qty, 0) AS decided_nothing,
                  COALESCE(line.decided_wait_qty, 0) AS decided_wait,
                  COALESCE(line.qty_uninvoiced, 0) AS uninvoiced,
                  COALESCE(line.qty_refunded, 0) + COALESCE(line.qty_uninvoiced, 0) AS credited,
                  COALESCE(line.qty_repair_ordered, 0) AS repaired,
                  COALESCE(line.qty_replaced, 0) - COALESCE(sold.quantity, 0) AS replaced_same,
                  COALESCE(sold.quantity, 0) AS replaced_other,
                  line.replacement_product_id IS NOT NULL AND line.replacement_product_id != line.product_id
                    AS is_exchange
             FROM rma_order_line line
             LEFT JOIN rma_operation_type operation ON operation.id = line.operation_type_id
             LEFT JOIN (
                SELECT rma_line_id, SUM(product_uom_qty) AS quantity
                  FROM sale_order_line
                 WHERE rma_line_id IS NOT NULL AND state != 'cancel'
                 GROUP BY rma_line_id
             ) sold ON sold.rma_line_id = line.id"""
    )
    # What another product replaces was part of the decision to replace, with no word of which product it was.
    cr.execute("ALTER TABLE rma_released_line ADD COLUMN exchanged numeric, ADD COLUMN refunded numeric")
    cr.execute(
        """UPDATE rma_released_line
              SET exchanged = CASE
                    WHEN decided_replace = 0 THEN replaced_other
                    WHEN is_exchange THEN GREATEST(0, decided_replace - replaced_same)
                    ELSE LEAST(replaced_other, decided_replace)
                  END"""
    )
    cr.execute("UPDATE rma_released_line SET refunded = GREATEST(0, credited - GREATEST(exchanged, replaced_other))")
    cr.execute("CREATE INDEX ON rma_released_line (line_id)")


def read_decisions(cr):
    """Make the decisions of the lines: what people decided, and what the plan did beyond that.

    `done` is how much of a decision its documents have carried out: it tells which documents are whose.
    """
    cr.execute(
        """CREATE TEMP TABLE rma_released (
            line_id integer, kind varchar, resolution varchar, product_id integer, is_planned boolean,
            quantity numeric, done numeric, qty_uninvoiced numeric DEFAULT 0, note text
        )"""
    )
    for kind, resolution, product, decided, done in (
        ("refund", "refund", "NULL::integer", "decided_refund", "refunded"),
        ("repair", "repair", "NULL::integer", "decided_repair", "repaired"),
        ("replace", "replace", "product_id", "GREATEST(0, decided_replace - exchanged)", "replaced_same"),
    ):
        read_decided_and_planned(cr, kind, resolution, *map(SQL, (product, decided, done)))
    read_exchanges(cr)
    cr.execute(
        """INSERT INTO rma_released (line_id, kind, resolution, is_planned, quantity, done, note)
           SELECT line_id, 'nothing', 'nothing', FALSE, decided_nothing, decided_nothing, %(note)s
             FROM rma_released_line WHERE decided_nothing > %(nothing)s
            UNION ALL
           SELECT line_id, 'wait', 'wait', FALSE, decided_wait, decided_wait, NULL
             FROM rma_released_line WHERE decided_wait > %(nothing)s""",
        {"note": NO_REASON, "nothing": NOTHING},
    )
    read_uninvoiced(cr)
    cr.execute("CREATE INDEX ON rma_released (line_id)")


def read_decided_and_planned(cr, kind, resolution, product, decided, done):
    """Make a decision of what people decided to end in a way, and one of what ended so besides, by the plan."""
    cr.execute(
        SQL(
            """INSERT INTO rma_released (line_id, kind, resolution, product_id, is_planned, quantity, done)
               SELECT line_id, %(kind)s, %(resolution)s, %(product)s, FALSE, %(decided)s, LEAST(%(decided)s, %(done)s)
                 FROM rma_released_line
                WHERE %(decided)s > %(nothing)s
                UNION ALL
               SELECT line_id, %(kind)s, %(resolution)s, %(product)s, TRUE, %(done)s - %(decided)s,
                      %(done)s - %(decided)s
                 FROM rma_released_line
                WHERE %(done)s - %(decided)s > %(nothing)s""",
            kind=kind,
            resolution=resolution,
            product=product,
            decided=decided,
            done=done,
            nothing=NOTHING,
        )
    )


def read_exchanges(cr):
    """Make a decision for each product that was sold in place of a returned one, or still is to be."""
    cr.execute(
        """WITH wanted AS (
                SELECT line.line_id, line.exchanged, line.operation, sold.product_id, sold.quantity, 1 AS place
                  FROM rma_released_line line
                  JOIN (
                    SELECT rma_line_id, product_id, SUM(product_uom_qty) AS quantity
                      FROM sale_order_line
                     WHERE rma_line_id IS NOT NULL AND state != 'cancel'
                     GROUP BY rma_line_id, product_id
                  ) sold ON sold.rma_line_id = line.line_id
                 UNION ALL
                SELECT line_id, exchanged, operation, replacement_product_id, exchanged, 2
                  FROM rma_released_line
                 WHERE is_exchange
           ), shared AS (
                SELECT line_id, operation, product_id, place,
                       LEAST(quantity, GREATEST(0, exchanged - COALESCE(SUM(quantity) OVER (
                            PARTITION BY line_id ORDER BY place, product_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0))) AS quantity
                  FROM wanted
           )
           INSERT INTO rma_released (line_id, kind, resolution, product_id, is_planned, quantity, done)
           SELECT line_id, 'exchange', 'replace', product_id, operation = 'replace', SUM(quantity),
                  COALESCE(SUM(quantity) FILTER (WHERE place = 1), 0)
             FROM shared
            GROUP BY line_id, operation, product_id
           HAVING SUM(quantity) > %s""",
        [NOTHING],
    )


def read_uninvoiced(cr):
    """Put what came back before it was invoiced with the decisions it was to be credited for: the latest ones."""
    cr.execute(
        """WITH room AS (
                SELECT released.ctid AS row, line.uninvoiced,
                       CASE WHEN released.kind = 'refund' THEN released.done ELSE released.quantity END AS most,
                       COALESCE(SUM(CASE WHEN released.kind = 'refund' THEN released.done ELSE released.quantity END)
                         OVER (
                            PARTITION BY released.line_id
                            ORDER BY released.kind DESC, released.is_planned DESC, released.product_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0) AS before
                  FROM rma_released released
                  JOIN rma_released_line line USING (line_id)
                 WHERE released.kind IN ('refund', 'exchange') AND line.uninvoiced > 0
           )
           UPDATE rma_released released
              SET qty_uninvoiced = LEAST(room.most, GREATEST(0, room.uninvoiced - room.before))
             FROM room
            WHERE room.row = released.ctid"""
    )


def write_decisions(cr):
    """Write the ledger."""
    cr.execute(
        """INSERT INTO rma_settlement (
                order_id, line_id, company_id, user_id, date, resolution, product_id, quantity, qty_revoked,
                qty_uninvoiced, is_planned, note, create_uid, create_date, write_uid, write_date
           )
           SELECT line.order_id, line.id, line.company_id,
                  COALESCE(line.write_uid, orders.user_id, orders.create_uid),
                  COALESCE(orders.date_done, line.write_date, line.create_date),
                  released.resolution, released.product_id, released.quantity, 0, released.qty_uninvoiced,
                  released.is_planned, released.note, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
             FROM rma_released released
             JOIN rma_order_line line ON line.id = released.line_id
             JOIN rma_order orders ON orders.id = line.order_id
            ORDER BY line.order_id, line.id, released.is_planned"""
    )
