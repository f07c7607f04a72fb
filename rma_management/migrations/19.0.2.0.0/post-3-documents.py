"""Let documents point to the decisions that they carry out, and tell by them who decided, and when."""

from odoo.tools import SQL, sql

# Below any precision of units of measure.
NOTHING = 0.000001
# Documents by which a decision was carried out: what they count, nothing where they were called off.
DOCUMENTS = {
    "repair_order": (
        "repair",
        "SELECT id, rma_line_id, product_id, 0 AS place, CASE WHEN state != 'cancel' THEN product_qty ELSE 0 END"
        " AS quantity FROM repair_order WHERE rma_line_id IS NOT NULL",
    ),
    "sale_order_line": (
        "exchange",
        "SELECT id, rma_line_id, product_id, 0 AS place, CASE WHEN state != 'cancel' THEN product_uom_qty ELSE 0 END"
        " AS quantity FROM sale_order_line WHERE rma_line_id IS NOT NULL",
    ),
    # The steps of a delivery carry the same goods.
    "stock_move": (
        "replace",
        "SELECT id, rma_line_id, product_id, location_dest_id AS place, CASE WHEN state != 'cancel' THEN"
        " COALESCE(product_qty, 0) ELSE 0 END AS quantity FROM stock_move WHERE rma_role = 'replacement'",
    ),
    "account_move_line": (
        "refund",
        "SELECT id, rma_line_id, product_id, 0 AS place, CASE WHEN parent_state != 'cancel' THEN quantity ELSE 0 END"
        " AS quantity FROM account_move_line WHERE rma_line_id IS NOT NULL AND rma_inspection_id IS NULL",
    ),
}


def migrate(cr, version):
    if sql.column_exists(cr, "rma_order_line", "decided_refund_qty"):
        link_documents(cr)
        date_decisions(cr)
        cr.execute("DROP TABLE rma_released, rma_released_line")


def link_documents(cr):
    """Let documents point to the decisions that they carry out."""
    for table, (kind, documents) in DOCUMENTS.items():
        link_documents_of_kind(cr, table, kind, SQL(documents))
    # Where nothing is refunded but the exchanged product, its credit is part of the exchange.
    link_documents_of_kind(cr, "account_move_line", "exchange", SQL(DOCUMENTS["account_move_line"][1]))
    cr.execute(
        """UPDATE stock_move move
              SET rma_settlement_id = repair.rma_settlement_id
             FROM repair_order repair
            WHERE repair.id = move.rma_repair_id"""
    )


def link_documents_of_kind(cr, table, kind, documents):
    """Give documents to decisions in the order both were made: by their shares, whatever unit each is counted in.

    :param table: of the documents
    :param kind: of the decisions, see `read_decisions`
    :param documents: SQL of the documents, see DOCUMENTS
    """
    cr.execute(
        SQL(
            """WITH document AS (
                    SELECT id, rma_line_id, product_id,
                           COALESCE(SUM(quantity) OVER (
                                PARTITION BY rma_line_id, product_id, place ORDER BY id
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                           ) / NULLIF(SUM(quantity) OVER (PARTITION BY rma_line_id, product_id, place), 0), 0) AS begin
                      FROM (%(documents)s) document
               ), decision AS (
                    SELECT settlement.id, released.line_id, released.product_id,
                           COALESCE(SUM(released.done) OVER (
                                PARTITION BY released.line_id, released.product_id
                                ORDER BY released.is_planned, settlement.id
                           ) / NULLIF(SUM(released.done) OVER (
                                PARTITION BY released.line_id, released.product_id
                           ), 0), 1) AS until
                      FROM rma_released released
                      JOIN rma_settlement settlement
                        ON settlement.line_id = released.line_id
                       AND settlement.resolution = released.resolution
                       AND settlement.is_planned = released.is_planned
                       AND settlement.product_id IS NOT DISTINCT FROM released.product_id
                     WHERE released.kind = %(kind)s
               ), link AS (
                    SELECT DISTINCT ON (document.id) document.id, decision.id AS settlement_id
                      FROM document
                      JOIN decision ON decision.line_id = document.rma_line_id
                     ORDER BY document.id, decision.product_id = document.product_id DESC NULLS LAST,
                              decision.until <= document.begin + %(nothing)s, decision.until, decision.id
               )
               UPDATE %(table)s document
                  SET rma_settlement_id = link.settlement_id
                 FROM link
                WHERE link.id = document.id AND document.rma_settlement_id IS NULL""",
            documents=documents,
            kind=kind,
            table=SQL.identifier(table),
            nothing=NOTHING,
        )
    )


def date_decisions(cr):
    """Tell who decided, and when: who made the first of the documents. Where there is none, it stays a guess."""
    tables = SQL(" UNION ALL ").join(
        SQL(
            "SELECT rma_settlement_id, create_uid, create_date FROM %s WHERE rma_settlement_id IS NOT NULL",
            SQL.identifier(table),
        )
        for table in DOCUMENTS
    )
    cr.execute(
        SQL(
            """UPDATE rma_settlement settlement
                  SET user_id = first.create_uid, date = first.create_date
                 FROM (
                    SELECT DISTINCT ON (rma_settlement_id) rma_settlement_id, create_uid, create_date
                      FROM (%s) document
                     WHERE create_uid IS NOT NULL
                     ORDER BY rma_settlement_id, create_date
                 ) first
                WHERE first.rma_settlement_id = settlement.id""",
            tables,
        )
    )
