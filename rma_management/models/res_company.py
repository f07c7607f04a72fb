from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _default_rma_product_id(self, kind):
        return self.env.ref(f"rma_management.product_{kind}", raise_if_not_found=False)

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
    rma_closing_rule = fields.Selection(
        [
            ("made", "When the credit note, or the replacement, is made"),
            ("done", "When the credit note is posted, and the replacement delivered"),
        ],
        string="Returns are Done",
        required=True,
        default="made",
        help="Repairs count when the unit is repaired and on its way back, in both cases.",
    )
    rma_return_address_id = fields.Many2one(
        "res.partner",
        string="Return Address",
        help="Where customers send goods back. Empty: the address of the warehouse.",
    )
    rma_return_instructions = fields.Html(
        string="Return Instructions",
        translate=True,
        help="Printed at the end of the return slip.",
    )
    rma_approval_group_id = fields.Many2one(
        "res.groups",
        string="Approved by",
        default=lambda self: self.env.ref("rma_management.group_rma_manager", raise_if_not_found=False),
        help="Members approve and reject returns. Empty: the returns managers.",
    )
    rma_approval_amount = fields.Monetary(
        string="Approved by Everyone up to",
        help="Returns up to this value may be approved by everybody who works on them. 0: none.",
    )
    rma_second_approval_amount = fields.Monetary(
        string="Second Approval from",
        help="From this value on, a second person has to approve too. 0: never.",
    )
    rma_second_approval_group_id = fields.Many2one(
        "res.groups",
        string="Second Approval by",
        help="Members give the second approval. Empty: the returns managers.",
    )
    rma_self_approval = fields.Boolean(
        string="Approve Own Requests",
        default=True,
        help="People may approve returns that they requested themselves.",
    )
    rma_auto_approval_amount = fields.Monetary(
        string="Approved Automatically up to",
        help="Returns up to this value are approved when they are requested, if all their reasons allow it. 0: none.",
    )

    @api.model
    def _set_missing_rma_products(self):
        """Give the products of fees and adjustments to companies that have none."""
        for kind in ("fee", "adjustment"):
            self.search([(f"rma_{kind}_product_id", "=", False)])[f"rma_{kind}_product_id"] = (
                self._default_rma_product_id(kind)
            )
