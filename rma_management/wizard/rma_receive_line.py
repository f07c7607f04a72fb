from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaReceiveLine(models.TransientModel):
    _name = "rma.receive.line"
    _inherit = "rma.window.mixin"
    _description = "Item of a Received Return"

    wizard_id = fields.Many2one("rma.receive", required=True, index=True, ondelete="cascade", help="The window.")
    rma_line_id = fields.Many2one("rma.order.line", string="Item", required=True, ondelete="cascade", help="The item.")
    product_id = fields.Many2one(related="rma_line_id.product_id")
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one(related="rma_line_id.product_uom_id", string="Unit")
    qty_expected = fields.Float(related="rma_line_id.qty_expected")
    quantity = fields.Float(string="Received", digits="Product Unit", help="What arrived, in the unit of the item.")
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots/Serial Numbers",
        domain="[('product_id', '=', product_id)]",
        help="What arrived. If empty, the lots and serial numbers that the receipt expects.",
    )

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "rma_line_id", "lot_ids"]

    @api.constrains("wizard_id", "rma_line_id")
    def _check_rma_line_id(self):
        for line in self:
            if line.rma_line_id.order_id != line.wizard_id.rma_id:
                raise ValidationError(self.env._("Choose an item of %s.", line.wizard_id.rma_id.name))
