"""Tell what the moves of returns are."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Tell what each move of a return is, as the released version told it from the locations."""
    cr.execute(
        """UPDATE stock_move m
              SET rma_role = CASE
                    WHEN source.usage = 'customer' THEN 'receipt'
                    WHEN dest.usage = 'inventory' THEN 'scrap'
                    WHEN dest.usage = 'supplier' THEN 'vendor'
                    WHEN dest.usage = 'customer' AND m.rma_inspection_id IS NOT NULL THEN 'sent_back'
                    WHEN dest.usage = 'customer' AND m.origin_returned_move_id IS NOT NULL THEN 'repaired'
                    WHEN 'customer' IN (dest.usage, final.usage) THEN 'replacement'
                    WHEN result.disposition = 'refurbish' THEN 'refurbish'
                    WHEN source.usage = 'internal' AND dest.usage = 'internal' THEN 'restock'
                  END
             FROM stock_move moved
             JOIN stock_location source ON source.id = moved.location_id
             JOIN stock_location dest ON dest.id = moved.location_dest_id
             LEFT JOIN stock_location final ON final.id = moved.location_final_id
             LEFT JOIN rma_inspection result ON result.id = moved.rma_inspection_id
            WHERE moved.id = m.id AND m.rma_line_id IS NOT NULL AND m.rma_role IS NULL"""
    )
    compute_what_was_sent_back(cr)


def compute_what_was_sent_back(cr):
    """Count what went to the customer again by the return of a receipt."""
    cr.execute(
        """SELECT DISTINCT m.rma_line_id
             FROM stock_move m
             JOIN stock_move back
               ON back.origin_returned_move_id = m.id AND back.state = 'done' AND back.rma_role IS NULL
            WHERE m.rma_role = 'receipt'"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["rma.order.line"].browse([line_id for (line_id,) in cr.fetchall()])
    env.add_to_compute(lines._fields["qty_undone"], lines)
    lines.flush_recordset()
