from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

RECEIVING_STATES = ("approved", "processing")


class RmaOrder(models.Model):
    """What is left to do about returns, for filters, lists, and the overview by warehouse."""

    _inherit = "rma.order"

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        copy=False,
        index=True,
        groups="base.group_user",
        help="Where the goods are received: the warehouse of the receipts, or else the one that delivered.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The team of the sales order.",
    )
    is_to_receive = fields.Boolean(
        string="To Receive",
        compute="_compute_is_to_receive",
        search="_search_is_to_receive",
        help="Goods are expected, all of them or the rest.",
    )
    is_to_settle = fields.Boolean(
        string="To Settle",
        compute="_compute_is_to_settle",
        search="_search_is_to_settle",
        help="Something that can be settled now is not settled yet.",
    )
    has_goods_left = fields.Boolean(
        string="Goods Left in Returns",
        compute="_compute_has_goods_left",
        search="_search_has_goods_left",
        compute_sudo=True,
        help="Received goods are still in the returns location, even if the return is done.",
    )

    @api.depends(
        "company_id",
        "sale_order_id.warehouse_id",
        "line_ids.sale_line_id",
        "line_ids.move_id",
        "line_ids.move_ids.rma_role",
        "line_ids.move_ids.picking_type_id",
    )
    def _compute_warehouse_id(self):
        first_by_company = {}
        for order in self:
            lines = order.line_ids
            receipts = lines.move_ids.filtered(lambda move: move.rma_role == "receipt")
            warehouse = (
                receipts[:1].picking_type_id.warehouse_id
                or lines.move_id[:1].picking_type_id.warehouse_id
                or (order.sale_order_id or lines.sale_line_id.order_id)[:1].warehouse_id
            )
            company = order.company_id
            if not warehouse and company not in first_by_company:
                first_by_company[company] = self.env["stock.warehouse"].search(
                    [("company_id", "=", company.id)], limit=1
                )
            order.warehouse_id = warehouse or first_by_company[company]

    @api.depends("sale_order_id.team_id", "line_ids.sale_line_id.order_id.team_id")
    def _compute_team_id(self):
        for order in self:
            sales = order.sale_order_id or order.line_ids.sale_line_id.order_id
            order.team_id = sales.team_id[:1]

    # === What is left to do ===

    @api.depends("state", "line_ids.qty_expected", "line_ids.operation_type_id.receipt_policy")
    def _compute_is_to_receive(self):
        for order in self:
            lines = order.line_ids
            order.is_to_receive = order.state in RECEIVING_STATES and (
                any(lines.mapped("qty_expected"))
                # Nothing arrived, and the receipt is still to be created.
                or (order.state == "approved" and any(policy != "none" for policy in order._get_receipt_policies()))
            )

    def _get_receipt_policies(self):
        """Return the receipt policies of the items.

        :return: list of values of `rma.operation.type.receipt_policy`
        """
        return [line.operation_type_id.receipt_policy for line in self.line_ids if line.operation_type_id]

    def _search_is_to_receive(self, operator, value):
        expected = Domain("state", "in", RECEIVING_STATES) & Domain("line_ids", "any!", Domain("qty_expected", ">", 0))
        # The status of the items is that of the return, and few are approved.
        approved = Domain("state", "=", "approved")
        wanted = Domain("operation_type_id.receipt_policy", "!=", "none") & Domain("operation_type_id", "!=", False)
        return self._search_yes(operator, expected | (approved & Domain("line_ids", "any!", approved & wanted)))

    @api.depends("state", "line_ids.qty_to_settle")
    def _compute_is_to_settle(self):
        for order in self:
            order.is_to_settle = order.state in RECEIVING_STATES and any(order.line_ids.mapped("qty_to_settle"))

    def _search_is_to_settle(self, operator, value):
        domain = Domain("state", "in", RECEIVING_STATES) & Domain("line_ids", "any!", Domain("qty_to_settle", ">", 0))
        return self._search_yes(operator, domain)

    @api.depends("line_ids.qty_in_returns")
    def _compute_has_goods_left(self):
        domain = Domain("id", "in", self._origin.ids) & Domain("has_goods_left", "=", True)
        left = self.with_context(active_test=False).search(domain)
        for order in self:
            order.has_goods_left = order._origin in left

    def _search_has_goods_left(self, operator, value):
        """Search by what the items have in the returns location, as long as anything of the product is there: goods
        that somebody moved on by an internal transfer are not asked for again."""
        self.env["rma.order.line"].flush_model(["qty_in_returns", "order_id"])
        self.env["stock.move"].flush_model(["rma_line_id", "rma_role", "state", "product_id", "location_dest_id"])
        self.env["stock.quant"].flush_model(["product_id", "quantity", "location_id"])
        self.env["product.template"].flush_model(["is_storable"])
        return self._search_yes(operator, Domain.custom(to_sql=self._get_goods_left_sql))

    @api.model
    def _get_goods_left_sql(self, model, alias, query):
        """Return the condition of `has_goods_left` in SQL.

        :param model: the model that is searched
        :param alias: of its table in the query
        :param query: that the condition becomes part of
        :rtype: SQL
        """
        return SQL(
            """%s IN (
                SELECT line.order_id
                  FROM rma_order_line line
                  JOIN stock_move receipt
                    ON receipt.rma_line_id = line.id AND receipt.rma_role = 'receipt' AND receipt.state = 'done'
                  JOIN product_product product ON product.id = receipt.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN stock_location place ON place.id = receipt.location_dest_id
                 WHERE line.qty_in_returns > 0
                   AND (template.is_storable IS NOT TRUE OR EXISTS (
                        SELECT FROM stock_quant quant
                          JOIN stock_location location ON location.id = quant.location_id
                         WHERE quant.product_id = receipt.product_id AND quant.quantity > 0
                           AND starts_with(location.parent_path, place.parent_path)
                   ))
            )""",
            model._field_to_sql(alias, "id", query),
        )

    @api.model
    def _search_yes(self, operator, domain):
        """Return the domain of a search for yes; the ORM turns it around for no.

        :param operator: as given to the search method of a boolean field
        :param domain: `Domain` of the records for which the field is set
        :return: `Domain`
        """
        return domain if operator == "in" else NotImplemented

    # === Overview ===

    @api.model
    def _get_overview_domains(self):
        """Return what the overview counts. Override it to add a count.

        Each key is the name of the filter that finds the same records.

        :return: {name of a filter of the search view: `Domain`}
        """
        open_ = Domain("state", "in", ("draft", "requested", *RECEIVING_STATES))
        return {
            "mine": open_ & Domain("user_id", "=", self.env.uid),
            "requested": Domain("next_step", "=", "approve"),
            "approved": Domain("is_to_receive", "=", True),
            "processing": Domain("is_to_settle", "=", True),
            "refund_to_post": Domain("has_refund_to_post", "=", True),
            "refund_to_pay": Domain("has_refund_to_pay", "=", True),
            "late": Domain("is_late", "=", True),
            "goods_left": Domain("has_goods_left", "=", True),
        }
