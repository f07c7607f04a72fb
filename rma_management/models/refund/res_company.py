from odoo import api, fields, models


class ResCompany(models.Model):
    """Hold the products used for fees and adjustments."""

    _inherit = "res.company"

    rma_fee_product_id = fields.Many2one(
        "product.product",
        string="Restocking Fee Product",
        default=lambda self: self._default_rma_product_id("fee"),
        domain="[('type', '=', 'service')]",
        help="Provides the income account and taxes of restocking fees.",
    )
    rma_adjustment_product_id = fields.Many2one(
        "product.product",
        string="Refund Adjustment Product",
        default=lambda self: self._default_rma_product_id("adjustment"),
        domain="[('type', '=', 'service')]",
        help="Provides the income account and taxes of refund adjustments.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._set_missing_rma_taxes()
        return companies

    def write(self, vals):
        res = super().write(vals)
        if vals.get("account_sale_tax_id"):
            self._set_missing_rma_taxes()
        return res

    def _default_rma_product_id(self, kind):
        return self.env.ref(f"rma_management.product_{kind}", raise_if_not_found=False)

    @api.model
    def _set_missing_rma_products(self):
        """Set the fee and adjustment products on companies without them."""
        for kind in ("fee", "adjustment"):
            self.search([(f"rma_{kind}_product_id", "=", False)])[f"rma_{kind}_product_id"] = (
                self._default_rma_product_id(kind)
            )

    @api.model
    def _set_rma_taxes_of_all(self):
        """Set the taxes of the fee and adjustment products in existing companies."""
        self.search([("account_sale_tax_id", "!=", False)])._set_missing_rma_taxes()

    def _set_missing_rma_taxes(self):
        """Set the default sales taxes on fee and adjustment products without a tax of this company.

        In many countries, electronic invoices need a tax on each line. A 0% tax counts.
        """
        # Users who create companies or set their taxes may have no access to products.
        for company in self.sudo().filtered("account_sale_tax_id"):
            for kind in ("fee", "adjustment"):
                product = company[f"rma_{kind}_product_id"]
                shipped = product and product == self._default_rma_product_id(kind)
                if shipped and not product.taxes_id._filter_taxes_by_company(company):
                    product.taxes_id |= company.account_sale_tax_id
