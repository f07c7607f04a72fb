from odoo import api, fields, models


class ResCompany(models.Model):
    """The products that fees and adjustments are booked with."""

    _inherit = "res.company"

    rma_fee_product_id = fields.Many2one(
        "product.product",
        string="Restocking Fee Product",
        default=lambda self: self._default_rma_product_id("fee"),
        domain="[('type', '=', 'service')]",
        help="Its income account and its taxes are those of restocking fees.",
    )
    rma_adjustment_product_id = fields.Many2one(
        "product.product",
        string="Refund Adjustment Product",
        default=lambda self: self._default_rma_product_id("adjustment"),
        domain="[('type', '=', 'service')]",
        help="Its income account and its taxes are those of refund adjustments.",
    )

    def _default_rma_product_id(self, kind):
        return self.env.ref(f"rma_management.product_{kind}", raise_if_not_found=False)

    @api.model
    def _set_missing_rma_products(self):
        """Give the products of fees and adjustments to companies that have none."""
        for kind in ("fee", "adjustment"):
            self.search([(f"rma_{kind}_product_id", "=", False)])[f"rma_{kind}_product_id"] = (
                self._default_rma_product_id(kind)
            )
