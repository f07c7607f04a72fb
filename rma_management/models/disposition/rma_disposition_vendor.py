from odoo import api, models
from odoo.exceptions import ValidationError


class RmaDispositionVendor(models.AbstractModel):
    _name = "rma.disposition.vendor"
    _inherit = "rma.disposition"
    _description = "Back to the Vendor"

    _role = "vendor"
    _counts_as = "qty_sent_off"

    @api.model
    def _move(self, goods_list):
        return self._send_off(
            goods_list, lambda line: line.product_id.seller_ids[:1].partner_id, "property_stock_supplier"
        )

    @api.model
    def _check_line(self, line):
        super()._check_line(line)
        if not line.product_id.seller_ids:
            raise ValidationError(
                self.env._(
                    "%s has no vendor to be sent back to. Set one on the product, or choose another disposition.",
                    line.product_id.display_name,
                )
            )
