from odoo import api, fields, models
from odoo.fields import Domain

STAFF = "rma_management.group_rma_user"


class StockWarehouse(models.Model):
    """A card of the overview: how many returns of a warehouse wait for what."""

    _inherit = "stock.warehouse"

    rma_mine_count = fields.Integer(string="My Returns", compute="_compute_rma_counts", groups=STAFF)
    rma_requested_count = fields.Integer(string="Returns to Approve", compute="_compute_rma_counts", groups=STAFF)
    rma_approved_count = fields.Integer(string="Returns to Receive", compute="_compute_rma_counts", groups=STAFF)
    rma_processing_count = fields.Integer(string="Returns to Settle", compute="_compute_rma_counts", groups=STAFF)
    rma_refund_to_post_count = fields.Integer(string="Returns to Post", compute="_compute_rma_counts", groups=STAFF)
    rma_refund_to_pay_count = fields.Integer(string="Returns to Pay", compute="_compute_rma_counts", groups=STAFF)
    rma_late_count = fields.Integer(string="Late Returns", compute="_compute_rma_counts", groups=STAFF)
    rma_goods_left_count = fields.Integer(string="Returns with Goods Left", compute="_compute_rma_counts", groups=STAFF)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_rma_counts(self):
        """Count what the current user would find in the list of returns, in one query for each count."""
        orders = self.env["rma.order"]
        for name, domain in orders._get_overview_domains().items():
            counts = dict(
                orders._read_group(domain & Domain("warehouse_id", "in", self.ids), ["warehouse_id"], ["__count"])
            )
            for warehouse in self:
                warehouse[f"rma_{name}_count"] = counts.get(warehouse, 0)

    def action_view_rma(self):
        """Open the returns that a count of the overview counts, by the filter that the context names.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_order_action")
        action["domain"] = [("warehouse_id", "=", self.id)]
        name = str(self.env.context.get("rma_filter"))
        filters = {name} if name in self.env["rma.order"]._get_overview_domains() else {"open"}
        if name == "mine":
            filters.add("open")
        action["context"] = {f"search_default_{name}": 1 for name in filters}
        return action
