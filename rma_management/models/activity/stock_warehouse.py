from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    rma_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Returns",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Gets the activities of unassigned returns to this warehouse. If empty, the one that the settings name.",
    )
