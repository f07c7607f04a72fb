from odoo import api, models
from odoo.tools import SQL


class RmaHistory(models.Model):
    """The events that documents tell of."""

    _inherit = "rma.history"

    @api.model
    def _select_moves(self, number):
        """Done moves, told apart as the return lines count them; steps on the way to the customer are no events."""
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN stock_move m ON m.rma_line_id = l.id AND m.state = 'done'
                 JOIN stock_location source ON source.id = m.location_id
                 JOIN stock_location dest ON dest.id = m.location_dest_id
                 LEFT JOIN stock_location final ON final.id = m.location_final_id
                 LEFT JOIN stock_scrap s ON s.id = m.scrap_id
                 LEFT JOIN rma_inspection i ON i.id = m.rma_inspection_id
                 JOIN res_users u ON u.id = m.create_uid
                 %s
                WHERE source.usage = 'customer'
                   OR dest.usage IN ('customer', 'inventory', 'supplier')
                   OR (
                        source.usage = 'internal' AND dest.usage = 'internal'
                        AND final.usage IS DISTINCT FROM 'customer'
                   )
            """,
            self._select_event(
                number,
                SQL("m.id"),
                SQL("l.order_id"),
                SQL("m.date"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                SQL(
                    """CASE
                        WHEN source.usage = 'customer' THEN 'received'
                        WHEN dest.usage = 'inventory' THEN 'scrapped'
                        WHEN dest.usage = 'supplier' THEN 'sent_to_vendor'
                        WHEN dest.usage = 'internal' AND i.disposition = 'refurbish' THEN 'refurbished'
                        WHEN dest.usage = 'internal' THEN 'restocked'
                        WHEN m.origin_returned_move_id IS NOT NULL THEN 'sent_back'
                        ELSE 'replaced'
                    END"""
                ),
                product_id=SQL("m.product_id"),
                quantity=SQL("m.quantity::numeric"),
                product_uom_id=SQL("m.product_uom"),
                res_model=SQL(
                    """CASE
                        WHEN s.id IS NOT NULL THEN 'stock.scrap'
                        WHEN m.picking_id IS NOT NULL THEN 'stock.picking'
                    END"""
                ),
                res_id=SQL("coalesce(s.id, m.picking_id)"),
            ),
            self._join_last_change("stock.picking", SQL("m.picking_id")),
        )

    @api.model
    def _select_refunds(self, number):
        return SQL(
            """SELECT %s
                 FROM account_move m
                 JOIN res_users u ON u.id = m.create_uid
                 %s
                WHERE m.rma_id IS NOT NULL AND m.state = 'posted'""",
            self._select_event(
                number,
                SQL("m.id"),
                SQL("m.rma_id"),
                SQL("coalesce(change.date, m.create_date)"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                self._get_refund_kind(),
                amount=SQL("m.amount_total"),
                currency_id=SQL("m.currency_id"),
                res_model=SQL("'account.move'"),
                res_id=SQL("m.id"),
            ),
            self._join_last_change("account.move", SQL("m.id")),
        )

    @api.model
    def _get_refund_kind(self):
        """Name the event that a credit note is. An addon that gives the money otherwise tells by the columns of `m`.

        :return: SQL
        """
        return SQL("'refunded'")

    @api.model
    def _select_repairs(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN repair_order r ON r.rma_line_id = l.id AND r.state = 'done'
                 JOIN res_users u ON u.id = r.create_uid
                 %s""",
            self._select_event(
                number,
                SQL("r.id"),
                SQL("l.order_id"),
                SQL("coalesce(change.date, r.write_date)"),
                SQL("coalesce(change.author_id, u.partner_id)"),
                SQL("'repaired'"),
                product_id=SQL("r.product_id"),
                quantity=SQL("r.product_qty::numeric"),
                product_uom_id=SQL("r.product_uom"),
                res_model=SQL("'repair.order'"),
                res_id=SQL("r.id"),
            ),
            self._join_last_change("repair.order", SQL("r.id")),
        )

    @api.model
    def _select_replacement_orders(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_order_line l
                 JOIN sale_order_line sl ON sl.rma_line_id = l.id
                 JOIN sale_order s ON s.id = sl.order_id AND s.state = 'sale'
                 JOIN res_users u ON u.id = s.create_uid""",
            self._select_event(
                number,
                SQL("sl.id"),
                SQL("l.order_id"),
                SQL("s.date_order"),
                SQL("u.partner_id"),
                SQL("'ordered'"),
                product_id=SQL("sl.product_id"),
                quantity=SQL("sl.product_uom_qty::numeric"),
                product_uom_id=SQL("sl.product_uom_id"),
                res_model=SQL("'sale.order'"),
                res_id=SQL("s.id"),
            ),
        )

    @api.model
    def _select_inspections(self, number):
        return SQL(
            """SELECT %s
                 FROM rma_inspection i
                 JOIN rma_order_line l ON l.id = i.line_id
                 LEFT JOIN res_users u ON u.id = i.inspected_by_id""",
            self._select_event(
                number,
                SQL("i.id"),
                SQL("i.order_id"),
                SQL("i.create_date"),
                SQL("u.partner_id"),
                SQL("'inspected'"),
                product_id=SQL("l.product_id"),
                quantity=SQL("i.quantity::numeric"),
                product_uom_id=SQL("l.product_uom_id"),
            ),
        )
