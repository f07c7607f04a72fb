from odoo import api, fields, models
from odoo.tools import SQL


class RmaOrderLine(models.Model):
    """Keep what the analysis would otherwise sum from all documents of a year, each time that somebody looks at it.

    The figures follow the documents by the ORM. `_rebuild_figures` computes them anew, and gives the same.
    """

    _inherit = "rma.order.line"

    # Not rounded: the shares of a credit note have to sum to what it booked.
    amount_refunded_untaxed = fields.Float(
        string="Refunded before Taxes",
        compute="_compute_amount_refunded",
        store=True,
        help="Of posted credit notes, in the currency of the company.",
    )
    amount_refunded = fields.Float(
        string="Refunded with Taxes",
        compute="_compute_amount_refunded",
        store=True,
        help="Of posted credit notes, in the currency of the company.",
    )
    product_unit_ratio = fields.Float(
        compute="_compute_product_unit_ratio",
        store=True,
        help="Units of the product in one unit of the item: its quantities are analyzed in the former.",
    )
    date_received = fields.Datetime(
        string="Received on", compute="_compute_date_received", store=True, help="When the first of it arrived."
    )

    @api.depends(
        "credit_line_ids.balance",
        "credit_line_ids.display_type",
        "credit_line_ids.parent_state",
        "credit_line_ids.price_subtotal",
        "credit_line_ids.price_total",
    )
    def _compute_amount_refunded(self):
        # Users who work on the return may not have access to its credit notes.
        posted = self.sudo().credit_line_ids.filtered(
            lambda credit: credit.parent_state == "posted" and credit.display_type == "product"
        )
        shares = posted.move_id._get_rma_tax_shares()
        by_line = posted.grouped("rma_line_id")
        for line in self:
            notes = by_line.get(line, posted.browse())
            untaxed = sum(notes.mapped("balance"))
            taxes = sum((credit.price_total - credit.price_subtotal) * shares[credit.move_id] for credit in notes)
            line.amount_refunded_untaxed = untaxed
            line.amount_refunded = untaxed + taxes

    @api.depends("product_id.uom_id.factor", "product_uom_id.factor")
    def _compute_product_unit_ratio(self):
        for line in self:
            unit = line.product_id.uom_id
            line.product_unit_ratio = line.product_uom_id.factor / unit.factor if unit.factor else 1.0

    @api.depends("move_ids.date", "move_ids.rma_role", "move_ids.state")
    def _compute_date_received(self):
        # Users who work on the return may not have access to its transfers.
        for line in self.sudo():
            line.date_received = min(line._get_receipts().mapped("date"), default=False)

    @api.model
    def _rebuild_figures(self):
        """Compute the figures of all lines by the database, as an upgrade has to."""
        self.env["account.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        self.env["rma.order"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE rma_order_line line
                   SET amount_refunded_untaxed = COALESCE(refund.untaxed, 0),
                       amount_refunded = COALESCE(refund.total, 0),
                       date_received = receipt.date,
                       product_unit_ratio = unit.factor / product_unit.factor
                  FROM rma_order_line self
                  JOIN product_product product ON product.id = self.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = self.product_uom_id
                  JOIN uom_uom product_unit ON product_unit.id = template.uom_id
             LEFT JOIN (%s) refund ON refund.rma_line_id = self.id
             LEFT JOIN (
                           SELECT rma_line_id, MIN(date) AS date FROM stock_move
                            WHERE rma_line_id IS NOT NULL AND state = 'done' AND rma_role = 'receipt'
                         GROUP BY rma_line_id
                       ) receipt ON receipt.rma_line_id = self.id
                 WHERE self.id = line.id
                """,
                self._query_refunds(),
            )
        )
        self.env.cr.execute(
            """
            UPDATE rma_order
               SET date_received = (SELECT MIN(date_received) FROM rma_order_line WHERE order_id = rma_order.id)
            """
        )
        self.invalidate_model(["amount_refunded_untaxed", "amount_refunded", "date_received", "product_unit_ratio"])
        self.env["rma.order"].invalidate_model(["date_received"])

    @api.model
    def _query_refunds(self):
        """Return the query of the posted refunds of returned products.

        :return: SQL of `rma_line_id`, `untaxed` and `total`, in the currency of the company
        """
        return SQL(
            """
            SELECT credit.rma_line_id,
                   SUM(credit.balance) AS untaxed,
                   SUM(
                       credit.balance + COALESCE(
                           note.booked * (credit.price_total - credit.price_subtotal) / NULLIF(note.told, 0.0), 0.0
                       )
                   ) AS total
              FROM account_move_line credit
              JOIN (
                    SELECT move_id,
                           SUM(balance) FILTER (WHERE display_type = 'tax') AS booked,
                           SUM(price_total - price_subtotal) FILTER (WHERE display_type = 'product') AS told
                      FROM account_move_line
                     WHERE move_id IN (SELECT move_id FROM account_move_line WHERE rma_line_id IS NOT NULL)
                  GROUP BY move_id
                   ) note ON note.move_id = credit.move_id
             WHERE credit.rma_line_id IS NOT NULL
               AND credit.parent_state = 'posted'
               AND credit.display_type = 'product'
          GROUP BY credit.rma_line_id
            """
        )
