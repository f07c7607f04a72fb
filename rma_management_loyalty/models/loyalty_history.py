from odoo import api, fields, models


class LoyaltyHistory(models.Model):
    _name = "loyalty.history"
    _inherit = ["rma.sealed.mixin", "loyalty.history"]

    rma_sale_order_id = fields.Many2one(
        "sale.order",
        string="Points of Order",
        index="btree_not_null",
        readonly=True,
        help="The sale whose points were deducted for returned products.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_sale_order_id"}

    def _get_order_portal_url(self):
        """Return the URL of the return that gave these points."""
        if self.order_id and self.order_model == "rma.order":
            # The page checks access itself.
            return self.env["rma.order"].browse(self.order_id).sudo().access_url
        return super()._get_order_portal_url()

    def _get_order_description(self):
        if self.order_id and self.order_model == "rma.order":
            # The customer sees the number of the return on the card, whatever else they may see.
            return self.env["rma.order"].browse(self.order_id).sudo().display_name
        return super()._get_order_description()
