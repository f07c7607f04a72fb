"""Write down what else was decided: by inspections, and besides the price of the goods."""

from odoo.tools import sql


def migrate(cr, version):
    if sql.column_exists(cr, "rma_order_line", "decided_refund_qty"):
        write_worthless(cr)
        write_charges(cr)


def write_worthless(cr):
    """Write down that nothing was given for what an inspection found worth nothing, where the line was settled."""
    cr.execute(
        """INSERT INTO rma_settlement (
                order_id, line_id, company_id, user_id, date, resolution, quantity, qty_revoked, qty_uninvoiced,
                inspection_id, is_planned, note, create_uid, create_date, write_uid, write_date
           )
           SELECT line.order_id, line.id, line.company_id, COALESCE(result.inspected_by_id, result.create_uid),
                  result.create_date, 'nothing', result.quantity, 0, 0, result.id, FALSE,
                  concat_ws(': ', grade.name ->> 'en_US', NULLIF(result.remark, '')),
                  1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
             FROM rma_inspection result
             JOIN rma_grade grade ON grade.id = result.grade_id
             JOIN rma_order_line line ON line.id = result.line_id
            WHERE COALESCE(result.refund_percent, 0) = 0
              AND (line.is_settled OR EXISTS (SELECT FROM rma_settlement made WHERE made.line_id = line.id))"""
    )


def write_charges(cr):
    """Write down what credit notes gave or kept besides the price of the goods."""
    cr.execute(
        """WITH charge AS (
                SELECT CASE
                         WHEN line.product_id = company.rma_fee_product_id THEN 'fee'
                         WHEN line.product_id = company.rma_adjustment_product_id THEN 'adjustment'
                         WHEN EXISTS (
                            SELECT FROM sale_order_line_invoice_rel rel
                              JOIN sale_order_line sold ON sold.id = rel.order_line_id
                             WHERE rel.invoice_line_id = line.id AND sold.is_delivery
                         ) THEN 'shipping'
                       END AS resolution,
                       line.id, line.name, line.price_subtotal, line.price_total,
                       orders.id AS order_id, orders.company_id, move.create_uid AS user_id, move.create_date AS date
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN rma_order orders ON orders.id = move.rma_id AND orders.currency_id = move.currency_id
                  JOIN res_company company ON company.id = orders.company_id
                 WHERE move.move_type = 'out_refund' AND move.state != 'cancel'
                   AND line.display_type = 'product' AND line.rma_line_id IS NULL
           )
           INSERT INTO rma_settlement (
                order_id, company_id, user_id, date, resolution, quantity, qty_revoked, qty_uninvoiced, amount,
                is_planned, is_booked, note, create_uid, create_date, write_uid, write_date
           )
           SELECT order_id, company_id, user_id, date, resolution, 0, 0, 0,
                  CASE resolution WHEN 'shipping' THEN price_total ELSE price_subtotal END,
                  resolution != 'adjustment', TRUE, CASE resolution WHEN 'adjustment' THEN name END,
                  1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
             FROM charge
            WHERE resolution IS NOT NULL
            ORDER BY id"""
    )
