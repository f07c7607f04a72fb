from odoo import api, models
from odoo.tools import SQL

from .rma_delivered import COLUMNS


class RmaReport(models.Model):
    """Add the delivered quantities, against which returns are measured."""

    _inherit = "rma.report"

    @api.model
    def _get_queries(self):
        return super()._get_queries() + [self._query_delivered()]

    @api.model
    def _query_delivered(self):
        """Return the query of what was delivered, by product, customer, warehouse, sales team and quarter of an hour.

        :rtype: SQL
        """
        return SQL("%s %s", self._select(self._get_delivered_columns()), self._from_delivered())

    @api.model
    def _get_delivered_columns(self):
        """Return the columns of the delivered quantities. Override it to add one.

        :return: {field name: SQL}
        """
        return {
            # Returned products have positive ids.
            "id": SQL("-delivered.id"),
            "product_id": SQL("product.id"),
            "product_tmpl_id": SQL("product.product_tmpl_id"),
            "product_categ_id": SQL("template.categ_id"),
            "product_uom_id": SQL("template.uom_id"),
            "partner_id": SQL("partner.id"),
            "country_id": SQL("partner.country_id"),
            "company_id": SQL("delivered.company_id"),
            "currency_id": SQL("company.currency_id"),
            "warehouse_id": SQL("warehouse.id"),
            "team_id": SQL("team.id"),
            "date_requested": SQL("delivered.date"),
            "return_count": SQL("0"),
            **{name: SQL("0.0") for name in self._get_returned_quantities()},
            "qty_delivered": SQL("delivered.quantity"),
            "amount_refunded_untaxed": SQL("0.0"),
            "amount_refunded": SQL("0.0"),
        }

    @api.model
    def _from_delivered(self):
        """Return the tables of what was delivered, of which the database leaves out those that nothing is asked of.

        :rtype: SQL
        """
        return SQL(
            """
              FROM (%s) delivered
         LEFT JOIN res_company company ON company.id = delivered.company_id
         LEFT JOIN product_product product ON product.id = delivered.product_key
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN res_partner partner ON partner.id = delivered.partner_key
         LEFT JOIN stock_warehouse warehouse ON warehouse.id = delivered.warehouse_key
         LEFT JOIN crm_team team ON team.id = delivered.team_key
            """,
            self._query_deliveries(),
        )

    @api.model
    def _query_deliveries(self):
        """Return the query of the deliveries of the period that is asked for: those that are kept, and later ones from
        the stock moves.

        :rtype: SQL
        """
        kept = self.env["rma.delivered"]
        begin, end = self._get_period()
        until = kept._get_until()
        if not until:
            return kept._query_sums(begin, end)
        queries = []
        if not begin or begin < until:
            queries.append(
                SQL(
                    "SELECT %s FROM rma_delivered WHERE date < %s AND %s",
                    SQL(", ").join(map(SQL.identifier, COLUMNS)),
                    until,
                    kept._sql_period(SQL("date"), begin, end),
                )
            )
        if not end or end > until:
            queries.append(kept._query_sums(max(begin or until, until), end))
        return SQL(" UNION ALL ").join(queries)
