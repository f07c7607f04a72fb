from odoo import fields, models
from odoo.exceptions import UserError


class RmaCreateFromOrderLine(models.TransientModel):
    _name = "rma.create.from.order.line"
    _description = "Item of a Return from Order"

    wizard_id = fields.Many2one("rma.create.from.order", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", string="Order Line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    product_uom_id = fields.Many2one(related="sale_line_id.returnable_uom_id", string="Unit")
    qty_delivered = fields.Float(related="sale_line_id.qty_delivered")
    qty_returnable = fields.Float(related="sale_line_id.qty_returnable")
    quantity = fields.Float(string="To Return", digits="Product Unit")
    reason_id = fields.Many2one("rma.return.reason")
    operation_type_id = fields.Many2one("rma.operation.type", string="Operation")

    def _check_quantity(self):
        """Refuse more than can still be returned.

        :raise UserError: names the product and the quantity
        """
        for line in self:
            if line.product_uom_id.compare(line.quantity, line.qty_returnable) > 0:
                raise UserError(
                    self.env._(
                        "Only %(quantity)s %(unit)s of %(product)s can still be returned.",
                        quantity=line.qty_returnable,
                        unit=line.product_uom_id.name,
                        product=line.product_id.display_name,
                    )
                )

    def _prepare_rma_line_values(self):
        """Prepare a returned product.

        :return: values of `rma.order.line`
        """
        self.ensure_one()
        reason = self.reason_id or self.wizard_id.reason_id
        operation = self.operation_type_id
        if not operation and reason == self.wizard_id.reason_id:
            operation = self.wizard_id.operation_type_id
        values = {
            "sale_line_id": self.sale_line_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": self.quantity,
            "reason_id": reason.id,
        }
        if operation:
            # Left out, the reason proposes its own.
            values["operation_type_id"] = operation.id
        return values
