from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaCreateFromOrder(models.TransientModel):
    _name = "rma.create.from.order"
    _inherit = ["rma.window.mixin", "rma.operation.mixin"]
    _description = "Create Return from Order"

    sale_order_id = fields.Many2one(
        "sale.order", string="Sales Order", domain="[('state', '=', 'sale')]", required=True
    )
    partner_id = fields.Many2one(related="sale_order_id.partner_id")
    reason_id = fields.Many2one(help="Used for all items that have none of their own.")
    line_ids = fields.One2many(
        "rma.create.from.order.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    has_refusal = fields.Boolean(compute="_compute_has_refusal")
    can_approve = fields.Boolean(
        compute="_compute_can_approve", help="You may approve returns, so that this one can be approved at once."
    )

    @api.depends("line_ids.policy_refusal")
    def _compute_has_refusal(self):
        for wizard in self:
            wizard.has_refusal = any(wizard.line_ids.mapped("policy_refusal"))

    @api.depends("sale_order_id")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        groups = self.env.user.all_group_ids
        for wizard in self:
            company = wizard.sale_order_id.company_id or self.env.company
            order = self.env["rma.order"].new({"company_id": company.id})
            wizard.can_approve = order._get_approval_group("first") in groups

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["sale_order_id"]

    @api.depends("sale_order_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard.sale_order_id.order_line.filtered(lambda line: line.qty_returnable > 0)
            # Where there is one item, that is what comes back; of several nobody knows which.
            wizard.line_ids = [Command.clear()] + [
                Command.create({"sale_line_id": line.id, "quantity": line.qty_returnable if len(lines) == 1 else 0.0})
                for line in lines
            ]

    def action_create(self):
        """Create a draft return for the chosen quantities and open it.

        :return: window action
        :raise AccessError: when someone other than a returns manager overrides a refusal
        :raise UserError: when nothing, too much, or something that the return policy refuses is chosen
        """
        return self._get_return_action(self._create_return())

    def action_create_and_request(self):
        """Create a return for the chosen quantities, request it, approve it if the user may, and open it.

        :return: window action
        :raise AccessError: as `action_create`
        :raise UserError: as `action_create`, or when the return is not complete
        """
        rma = self._create_return()
        rma.action_request_and_approve()
        return self._get_return_action(rma)

    def _get_return_action(self, rma):
        """Return the action that opens a return."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "rma.order",
            "res_id": rma.id,
            "view_mode": "form",
        }

    def _create_return(self):
        """Create a draft return for the chosen quantities.

        :return: `rma.order` record
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.quantity > 0)
        if not lines:
            raise UserError(
                self.env._("Enter the quantity to return for each product.")
                if self.line_ids
                else self.env._(
                    "Nothing on %s can be returned: it has not been delivered, or was already returned.",
                    self.sale_order_id.name,
                )
            )
        lines._check_refusals()
        values = self.sale_order_id._prepare_rma_values()
        values["line_ids"] = [Command.create(line._prepare_rma_line_values()) for line in lines]
        rma = self.env["rma.order"].create(values)
        for line, rma_line in zip(lines, rma.line_ids.sorted("id"), strict=True):
            if line.policy_refusal:
                rma_line.action_override_refusal(line.refusal_override_reason)
        return rma
