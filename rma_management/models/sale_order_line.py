from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class ReturnedItems(fields.One2many):
    """The returned products of order lines, looked up only for lines that are marked as part of a return.

    Odoo follows this link back whenever a line changes that a return might depend on: orders without any return would
    pay a query each time.
    """

    def read(self, records):
        returned = records.sudo().filtered("rma_is_returned").with_env(records.env)
        others = records - returned
        self._insert_cache(others, [()] * len(others))
        if returned:
            super().read(returned)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["rma.sealed.mixin", "sale.order.line"]

    rma_line_id = fields.Many2one(
        "rma.order.line",
        string="Replaces Return",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The returned product that this line replaces.",
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement", string="Return Decision", index="btree_not_null", copy=False, check_company=True
    )
    rma_line_ids = ReturnedItems(
        "rma.order.line", "sale_line_id", string="Returned Products", groups="rma_management.group_rma_user"
    )
    # Read with the other columns of the line: whoever does not return pays no query for those who do.
    rma_is_returned = fields.Boolean(
        string="Part of a Return",
        compute="_compute_rma_is_returned",
        store=True,
        precompute=True,
        help="Whether any return names this line, in whatever state.",
    )

    def _auto_init(self):
        """Fill the mark of all lines by one query: hardly any line is returned, and shops have millions of them."""
        if not column_exists(self.env.cr, self._table, "rma_is_returned"):
            create_column(self.env.cr, self._table, "rma_is_returned", "boolean")
            if column_exists(self.env.cr, "rma_order_line", "sale_line_id"):
                self.env.cr.execute(
                    SQL(
                        "UPDATE sale_order_line SET rma_is_returned = TRUE"
                        " WHERE id IN (SELECT sale_line_id FROM rma_order_line WHERE sale_line_id IS NOT NULL)"
                    )
                )
        return super()._auto_init()

    @api.depends("rma_line_ids")
    def _compute_rma_is_returned(self):
        """Look up whether a return names these lines. Their own field cannot tell: it asks for this mark."""
        stored = self._origin
        counted = stored and self.env["rma.order.line"]._read_group(
            [("sale_line_id", "in", stored.ids)], ["sale_line_id"]
        )
        returned = self.browse(line.id for (line,) in counted)
        for line in self:
            line.rma_is_returned = line._origin in returned

    def _get_rma_items(self):
        """Return what returns take back of these lines, without a query where there is nothing.

        Odoo computes quantities and amounts of orders with the rights of whoever reads them.

        :return: `rma.order.line` records, with rights to read them
        """
        # Whoever sells, ships or bills need see neither the returns nor what they credited.
        return self.sudo().filtered("rma_is_returned").rma_line_ids

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_line_id", "rma_settlement_id", "rma_is_returned"}
