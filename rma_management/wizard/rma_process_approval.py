from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaProcess(models.TransientModel):
    """What is given beyond the approved value is approved before it is carried out."""

    _inherit = "rma.process"

    amount_given_before = fields.Float(
        string="Given Before", compute="_compute_amount_given_before", store=True, help="By windows before this one."
    )
    approval_problem = fields.Char(
        compute="_compute_approval_problem", help="Why this decision must be approved by someone else first."
    )

    @api.depends("rma_id")
    def _compute_amount_given_before(self):
        """Count what other windows gave, so that approval covers all of them together."""
        for wizard in self:
            # Returns staff process returns without access to their credit notes.
            wizard.amount_given_before = wizard.rma_id.sudo()._get_value_given()

    @api.depends("amount_given")
    def _compute_approval_problem(self):
        for wizard in self:
            order = wizard.rma_id
            refusal = order._get_extra_refusal(wizard.amount_given)
            wizard.approval_problem = refusal and order._get_extra_problem(wizard.amount_given, refusal)

    def _get_amount_given(self, allocations):
        """Return what the return gives with this screen and those before it, before taxes: refunds, shipping and
        adjustments, less fees and deductions, and what is sent without being paid.

        :param allocations: list of allocations of the screen (see `rma.order.line._get_allocations`)
        :return: float, in the currency of the company
        """
        order = self.rma_id
        lines = self.env["rma.order.line"]
        given = sum(
            order._convert_invoiced(lines._get_allocation_untaxed(allocation), allocation["invoice_line"].currency_id)
            for allocation in allocations
        )
        given -= self._sum_deductions_untaxed(allocations)
        if self.refund_shipping:
            given += sum(
                order._convert_invoiced(
                    lines._get_allocation_untaxed(allocation), allocation["invoice_line"].currency_id
                )
                for allocation in order._get_shipping_allocations(order._new_charge("shipping", 1.0), allocations)
            )
        given += self.refund_adjustment - self.refund_fee + sum(row._get_amount_sent() for row in self.decision_ids)
        target = order.company_currency_id
        return target.round(order._convert_charge(given, order.currency_id, target) + self.amount_given_before)

    def _sum_deductions_untaxed(self, allocations):
        """Return the sum of inspection deductions before taxes, in the currency of the return."""
        if not self.has_inspection:
            return 0.0
        # Returns staff see what would be credited without access to accounting.
        lines = self.env["rma.order.line"].sudo()
        total = 0.0
        for deduction in lines._get_deductions(allocations):
            allocation = deduction["allocation"]
            part = deduction["quantity"] / allocation["quantity"] * (100 - deduction["inspection"].refund_percent) / 100
            untaxed = lines._get_allocation_untaxed(allocation) * part
            total += self.rma_id._convert_invoiced(untaxed, allocation["invoice_line"].currency_id)
        return total

    def action_ask_approval(self):
        """Ask for approval of what the screen gives beyond the approved value. Nothing is carried out.

        :return: action that closes the window
        :raise UserError: when nothing has to be approved, or no reason is given
        """
        self.ensure_one()
        order = self.rma_id
        order._check_may_settle()
        self.line_ids._check_quantities()
        self._check_amounts()
        reason = (self.adjustment_reason or "").strip()
        if self.refund_adjustment > 0 and not reason:
            raise UserError(self.env._("Enter the reason for the adjustment, for those who approve it."))
        order._ask_extra(self.amount_given, reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("%s waits for approval", order.name),
                "message": self.env._("Nothing was carried out. Process the return again once it is approved."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
