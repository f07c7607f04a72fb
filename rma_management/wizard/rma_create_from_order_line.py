from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.policy.rma_policy_condition_mixin import CONDITIONS


class RmaCreateFromOrderLine(models.TransientModel):
    _name = "rma.create.from.order.line"
    _inherit = "rma.window.mixin"
    _description = "Item of a Return from Order"

    wizard_id = fields.Many2one("rma.create.from.order", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", string="Sales Order Line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    product_uom_id = fields.Many2one(related="sale_line_id.returnable_uom_id", string="Unit")
    qty_delivered = fields.Float(related="sale_line_id.qty_delivered")
    qty_returnable = fields.Float(related="sale_line_id.qty_returnable")
    quantity = fields.Float(string="To Return", digits="Product Unit")
    reason_id = fields.Many2one("rma.return.reason")
    operation_type_id = fields.Many2one("rma.operation.type", string="Resolution")
    stated_condition = fields.Selection(CONDITIONS)

    policy_refusal = fields.Char(string="Refused by Policy", compute="_compute_policy_refusal")
    refusal_override_reason = fields.Char(
        string="Override Reason", help="Why the item is accepted although the return policy refuses it."
    )

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "sale_line_id"]

    @api.constrains("wizard_id", "sale_line_id")
    def _check_sale_line_id(self):
        for line in self:
            if line.sale_line_id.order_id != line.wizard_id.sale_order_id:
                raise ValidationError(self.env._("Choose an item from %s.", line.wizard_id.sale_order_id.name))

    @api.depends(
        "sale_line_id",
        "quantity",
        "reason_id",
        "operation_type_id",
        "stated_condition",
        "wizard_id.reason_id",
        "wizard_id.operation_type_id",
    )
    def _compute_policy_refusal(self):
        # Users may not have access to the data behind every rule; the sentence is for them to read.
        sold = self.sale_line_id.sudo()._with_policy_facts()
        for line in self:
            reason, operation = line._get_reason_and_operation()
            line.policy_refusal = line.sale_line_id and line.sale_line_id.sudo().with_env(sold.env)._get_policy_refusal(
                line.quantity, reason=reason, operation_type=operation, stated_condition=line.stated_condition
            )

    def _get_reason_and_operation(self):
        """Return what was chosen for this item, or for all of them.

        :return: `rma.return.reason` record, `rma.operation.type` record; either may be empty
        """
        self.ensure_one()
        reason = self.reason_id or self.wizard_id.reason_id
        operation = self.operation_type_id
        if not operation and reason == self.wizard_id.reason_id:
            operation = self.wizard_id.operation_type_id
        return reason, operation

    def _check_refusals(self):
        """Refuse quantities above what can be returned, and policy refusals that no reason overrides.

        :raise UserError: says what is refused
        """
        for line in self:
            refusal = line.sale_line_id._get_quantity_refusal(line.quantity)
            if not refusal and line.policy_refusal and not line.refusal_override_reason:
                refusal = self.env._(
                    "%(product)s: %(refusal)s A returns manager can override this with a reason.",
                    product=line.product_id.display_name,
                    refusal=line.policy_refusal,
                )
            if refusal:
                raise UserError(refusal)

    def _prepare_rma_line_values(self):
        """Prepare a returned product.

        :return: values of `rma.order.line`
        """
        self.ensure_one()
        reason, operation = self._get_reason_and_operation()
        return self.sale_line_id._prepare_rma_line_values(
            # If left out, the reason proposes its default resolution.
            self.quantity,
            product_uom_id=self.product_uom_id.id,
            reason_id=reason.id,
            operation_type_id=operation.id,
            stated_condition=self.stated_condition,
        )
