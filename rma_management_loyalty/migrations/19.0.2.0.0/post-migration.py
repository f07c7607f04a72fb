"""Write the decisions to give store credit into the ledger, from what the released version kept on returned products.

It runs after that of `rma_management`, which wrote all other decisions.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql

# Below any precision of units of measure.
NOTHING = 0.000001


def migrate(cr, version):
    if not sql.column_exists(cr, "rma_order_line", "decided_store_credit_qty"):
        return
    write_decisions(cr)
    link_documents(cr)
    choose_programs(cr)


def write_decisions(cr):
    """Make a decision of what people decided, and one of what the plan gave besides."""
    cr.execute(
        """INSERT INTO rma_settlement (
                order_id, line_id, company_id, user_id, date, resolution, quantity, qty_revoked, qty_uninvoiced,
                is_planned, create_uid, create_date, write_uid, write_date
           )
           SELECT line.order_id, line.id, line.company_id,
                  COALESCE(note.create_uid, line.write_uid, line.create_uid),
                  COALESCE(note.create_date, line.write_date, line.create_date),
                  'store_credit', decision.quantity, 0, 0, decision.is_planned,
                  1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
             FROM rma_order_line line
             JOIN LATERAL (
                VALUES (COALESCE(line.decided_store_credit_qty, 0), FALSE),
                       (COALESCE(line.qty_store_credit, 0) - COALESCE(line.decided_store_credit_qty, 0), TRUE)
             ) decision (quantity, is_planned) ON decision.quantity > %s
             LEFT JOIN LATERAL (
                SELECT credit.create_uid, credit.create_date
                  FROM account_move_line credit
                  JOIN account_move move ON move.id = credit.move_id
                 WHERE credit.rma_line_id = line.id AND move.rma_store_credit_program_id IS NOT NULL
                 ORDER BY credit.id
                 LIMIT 1
             ) note ON TRUE
            ORDER BY line.order_id, line.id, decision.is_planned""",
        [NOTHING],
    )


def link_documents(cr):
    """Let the credit notes that gave store credit point to these decisions, in the order both were made."""
    cr.execute(
        """WITH credit AS (
                SELECT credit.id, credit.rma_line_id,
                       COALESCE(SUM(counted.quantity) OVER (
                            PARTITION BY credit.rma_line_id ORDER BY credit.id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ) / NULLIF(SUM(counted.quantity) OVER (PARTITION BY credit.rma_line_id), 0), 0) AS begin
                  FROM account_move_line credit
                  JOIN account_move move ON move.id = credit.move_id
                  JOIN LATERAL (
                    SELECT CASE WHEN credit.parent_state != 'cancel' THEN credit.quantity ELSE 0 END AS quantity
                  ) counted ON TRUE
                 WHERE credit.rma_line_id IS NOT NULL AND credit.rma_inspection_id IS NULL
                   AND move.rma_store_credit_program_id IS NOT NULL
           ), decision AS (
                SELECT decision.id, decision.line_id,
                       COALESCE(SUM(LEAST(decision.quantity, line.qty_store_credit)) OVER (
                            PARTITION BY decision.line_id ORDER BY decision.is_planned, decision.id
                       ) / NULLIF(line.qty_store_credit, 0), 1) AS until
                  FROM rma_settlement decision
                  JOIN rma_order_line line ON line.id = decision.line_id
                 WHERE decision.resolution = 'store_credit'
           ), link AS (
                SELECT DISTINCT ON (credit.id) credit.id, decision.id AS settlement_id
                  FROM credit
                  JOIN decision ON decision.line_id = credit.rma_line_id
                 ORDER BY credit.id, decision.until <= credit.begin + %s, decision.until, decision.id
           )
           UPDATE account_move_line credit
              SET rma_settlement_id = link.settlement_id
             FROM link
            WHERE link.id = credit.id""",
        [NOTHING],
    )


def choose_programs(cr):
    """Say where the credit goes: to the program of the latest credit note, or as it would be decided now."""
    cr.execute(
        """UPDATE rma_settlement decision
              SET store_credit_program_id = latest.program_id
             FROM (
                SELECT DISTINCT ON (credit.rma_line_id) credit.rma_line_id,
                       move.rma_store_credit_program_id AS program_id
                  FROM account_move_line credit
                  JOIN account_move move ON move.id = credit.move_id
                 WHERE credit.rma_line_id IS NOT NULL AND move.rma_store_credit_program_id IS NOT NULL
                 ORDER BY credit.rma_line_id, credit.id DESC
             ) latest
            WHERE latest.rma_line_id = decision.line_id AND decision.resolution = 'store_credit'"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    decisions = env["rma.settlement"].search(
        [("resolution", "=", "store_credit"), ("store_credit_program_id", "=", False)]
    )
    for program, lines in decisions.line_id.grouped(decisions.line_id._get_store_credit_programs().get).items():
        decisions.filtered(lambda decision, lines=lines: decision.line_id in lines).store_credit_program_id = program
