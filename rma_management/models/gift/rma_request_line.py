from odoo import api, fields, models


class RmaRequestLine(models.TransientModel):
    _inherit = "rma.request.line"

    gift_product_ids = fields.Many2many(
        "product.product",
        string="Same-Price Variants",
        compute="_compute_gift_product_ids",
        help="What a gift can be exchanged for: nothing is to pay, and nothing is left.",
    )

    @api.depends("sale_line_id", "product_uom_qty", "reason_id", "operation_type_id")
    def _compute_gift_product_ids(self):
        for line in self:
            products = line.sale_line_id._get_replacement_products()
            # Without rights on prices, what is computed in memory says which ones cost the same.
            item = line.sale_line_id._new_return([line._prepare_rma_line_values()]).line_ids
            line.gift_product_ids = item._filter_same_price(products)

    def _get_replacement_products(self):
        products = super()._get_replacement_products()
        return products & self.gift_product_ids if self.request_id.gift_email else products

    def _get_operation_types_for(self, reasons):
        """Offer no value for a gift that was never invoiced: there is none to give."""
        offered = super()._get_operation_types_for(reasons)
        if not self.request_id.gift_email or self.sale_line_id.qty_invoiced > 0:
            return offered
        return offered.filtered(lambda operation: not operation._get_resolution()._credits)

    def _get_gift_offers(self):
        """Return what each resolution gives the receiver of a gift.

        :return: list as of `_get_offers`
        """
        self.ensure_one()
        offers = {}
        free = dict.fromkeys(self._get_replacement_products(), self.env._("Nothing to pay."))
        for reason in self.request_id._get_reasons():
            for operation in self._get_operation_types_for(reason):
                verdict = self._get_policy_verdict(reason=reason, operation_type=operation)
                # What a rule says about a fee is for the customer to read.
                rule = self.env["rma.policy.rule"].sudo().browse(verdict.rule_id)
                terms = reason if rule.fee_type in (False, "reason") else rule
                sentences = tuple(operation._get_resolution()._describe_gift_offer(operation, terms))
                offer = offers.setdefault(
                    (operation, sentences),
                    {
                        "operation": operation,
                        "reasons": reason.browse(),
                        "sentences": sentences,
                        "replacements": {},
                    },
                )
                offer["reasons"] |= reason
                offer["replacements"][reason] = free if operation.has_product else {}
        return sorted(offers.values(), key=lambda offer: (offer["operation"].sequence, offer["operation"].id))
