from odoo import fields, models


class LoyaltyHistory(models.Model):
    _inherit = "loyalty.history"

    rma_sale_order_id = fields.Many2one(
        "sale.order",
        string="Points of Order",
        index="btree_not_null",
        readonly=True,
        help="The sale whose points came off with what was returned of it.",
    )

    def _get_order_portal_url(self):
        """Lead from what a return gave to that return."""
        if self.order_id and self.order_model == "rma.order":
            # The page behind the address asks for rights by itself.
            return self.env["rma.order"].browse(self.order_id).sudo().access_url
        return super()._get_order_portal_url()

    def _get_order_description(self):
        if self.order_id and self.order_model == "rma.order":
            # The customer reads the number of the return on their card, whatever else of it they may see.
            return self.env["rma.order"].browse(self.order_id).sudo().display_name
        return super()._get_order_description()
