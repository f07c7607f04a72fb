from odoo import api, fields, models


class ResCompany(models.Model):
    """The products that fees and adjustments are booked with."""

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
        """Give the products of fees and adjustments to companies that have none."""
        for kind in ("fee", "adjustment"):
            self.search([(f"rma_{kind}_product_id", "=", False)])[f"rma_{kind}_product_id"] = (
                self._default_rma_product_id(kind)
            )

    @api.model
    def _set_rma_taxes_of_all(self):
        """Tax the products of fees and adjustments in the companies that are there."""
        self.search([("account_sale_tax_id", "!=", False)])._set_missing_rma_taxes()

    def _set_missing_rma_taxes(self):
        """Tax fees and adjustments as what the company sells, where their products have no tax of this company.

        A line without any tax is no valid electronic invoice in many countries. A tax of 0 % says that there is none.
        """
        # Whoever makes a company, or sets its taxes, may have no rights on products.
        for company in self.sudo().filtered("account_sale_tax_id"):
            for kind in ("fee", "adjustment"):
                product = company[f"rma_{kind}_product_id"]
                shipped = product and product == self._default_rma_product_id(kind)
                if shipped and not product.taxes_id._filter_taxes_by_company(company):
                    product.taxes_id |= company.account_sale_tax_id
