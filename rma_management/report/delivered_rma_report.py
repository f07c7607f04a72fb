from odoo import api, models
from odoo.tools import SQL


class RmaReport(models.Model):
    """Add the delivered quantities, against which returns are measured."""

    _inherit = "rma.report"

    @api.model
    def _get_queries(self):
        return super()._get_queries() + [self._query_delivered()]

    @api.model
    def _query_delivered(self):
        """Return the query of what was delivered, by product, order, and day of the current user.

        :rtype: SQL
        """
        return SQL(
            "%s %s %s %s",
            self._select(self._get_delivered_columns()),
            self._from_delivered(),
            self._where_delivered(),
            self._group_by_delivered(),
        )

    @api.model
    def _get_delivered_columns(self):
        """Return the columns of the delivered quantities. Override it to add one.

        :return: {field name: SQL}
        """
        return {
            # Returned products have positive ids.
            "id": SQL("-MIN(move.id)"),
            "product_id": SQL("move.product_id"),
            "product_tmpl_id": SQL("product.product_tmpl_id"),
            "product_categ_id": SQL("template.categ_id"),
            "product_uom_id": SQL("template.uom_id"),
            "partner_id": SQL("sale.partner_id"),
            "country_id": SQL("partner.country_id"),
            "company_id": SQL("move.company_id"),
            "currency_id": SQL("company.currency_id"),
            "warehouse_id": SQL("sale.warehouse_id"),
            "team_id": SQL("sale.team_id"),
            "date_requested": SQL("MIN(move.date)"),
            "return_count": SQL("0"),
            **{name: SQL("0.0") for name in self._get_returned_quantities()},
            "qty_delivered": SQL("SUM(move.quantity * unit.factor / product_unit.factor)"),
            "amount_refunded_untaxed": SQL("0.0"),
            "amount_refunded": SQL("0.0"),
        }

    @api.model
    def _from_delivered(self):
        return SQL(
            """
              FROM stock_move move
              JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
              JOIN sale_order sale ON sale.id = sale_line.order_id
              JOIN res_company company ON company.id = move.company_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = move.product_uom
              JOIN uom_uom product_unit ON product_unit.id = template.uom_id
         LEFT JOIN res_partner partner ON partner.id = sale.partner_id
            """
        )

    @api.model
    def _where_delivered(self):
        """Return the condition for deliveries: sold by an order, arrived at the customer, and not returned goods.

        The database would take arriving at a customer, and being what the line sold, for rare coincidences, and join
        the few moves that it expects row by row. It is asked in a way that it makes no guess of.
        """
        return SQL(
            """
             WHERE %s
               AND move.state = 'done'
               AND move.location_dest_id = ANY(ARRAY(SELECT id FROM stock_location WHERE usage = 'customer'))
               AND COALESCE(move.product_id = sale_line.product_id, FALSE)
               AND move.rma_line_id IS NULL
               AND move.origin_returned_move_id IS NULL
            """,
            self._sql_period(SQL("move.date")),
        )

    @api.model
    def _group_by_delivered(self):
        return SQL(
            """
          GROUP BY move.product_id, product.product_tmpl_id, template.categ_id, template.uom_id, sale.partner_id,
                   partner.country_id, move.company_id, company.currency_id, sale.warehouse_id,
                   sale.team_id, DATE_TRUNC('day', move.date AT TIME ZONE 'UTC', %s)
            """,
            self.env.tz.zone,
        )
