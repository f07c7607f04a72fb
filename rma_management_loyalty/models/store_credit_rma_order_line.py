from odoo import api, fields, models


class RmaOrderLine(models.Model):
    """Store credit: a credit note as for a refund, whose amount goes to an eWallet or a gift card of the customer."""

    _inherit = "rma.order.line"

    decided_store_credit_qty = fields.Float(digits="Product Unit", copy=False, readonly=True)
    qty_store_credit = fields.Float(
        string="Store Credit", compute="_compute_qty_store_credit", store=True, digits="Product Unit"
    )

    @api.depends(
        "credit_line_ids.parent_state",
        "credit_line_ids.quantity",
        "credit_line_ids.product_uom_id",
        "credit_line_ids.rma_inspection_id",
        "credit_line_ids.move_id.rma_store_credit_program_id",
    )
    def _compute_qty_store_credit(self):
        # Read for all lines at once: records that were filtered are no longer read together.
        self.sudo().credit_line_ids.move_id.mapped("rma_store_credit_program_id")
        for line in self:
            line.qty_store_credit = line._count_credits(
                line._get_valid_credits().filtered(lambda credit: credit.move_id.rma_store_credit_program_id)
            )

    @api.depends("credit_line_ids.move_id.rma_store_credit_program_id")
    def _compute_qty_refunded(self):
        self.sudo().credit_line_ids.move_id.mapped("rma_store_credit_program_id")
        return super()._compute_qty_refunded()

    def _get_refund_credits(self):
        return super()._get_refund_credits().filtered(lambda credit: not credit.move_id.rma_store_credit_program_id)

    def _get_qty_credited(self):
        return super()._get_qty_credited() + self.qty_store_credit

    @api.model
    def _get_settlement_fields(self):
        return super()._get_settlement_fields() + ["decided_store_credit_qty", "qty_store_credit"]

    @api.model
    def _get_decision_fields(self):
        return super()._get_decision_fields() | {"decided_store_credit_qty"}

    def _is_refunded(self):
        return (
            super()._is_refunded()
            or bool(self.decided_store_credit_qty)
            or self.operation_type_id.resolution == "store_credit"
        )

    def _due_store_credit(self):
        """Tell what is still to give as store credit.

        :return: float, in the unit of measure of the line
        """
        return max(0.0, self._get_qty_planned("store_credit") - self.qty_store_credit)

    def _settled_store_credit(self):
        """Tell what was given as store credit.

        :return: float, in the unit of measure of the line
        """
        return self.qty_store_credit

    def _settle_store_credit(self, quantities, charges=None):
        """Make the credit notes, post them, and give their amounts to the customers as store credit.

        :param quantities: {line: quantity in its unit of measure}
        :param charges: see `_settle_refund`
        :return: `account.move` records
        :raise UserError: as `_settle_refund`, or when the currency is not that of the program
        """
        # Returns staff need no rights in accounting and sales to have store credit given, and get none by it.
        lines = self.sudo()
        uninvoiced = {line: line.qty_uninvoiced for line in lines}
        left = dict(charges or {})
        refunds = self.env["account.move"].sudo()
        programs = lines._get_store_credit_programs()
        for program, group in lines.grouped(programs.get).items():
            decided = {order: left[order] for order in group.order_id if order in left}
            refunds |= group.with_context(rma_store_credit_program_id=program.id)._settle_refund(
                {line: quantities[line] for line in group}, decided
            )
            # What a return gives or keeps besides is in the first of its credit notes.
            left.update({order: order._get_no_charge() for order in decided})
        for line in lines:
            # Nothing is given for what was never invoiced: as by a refund, the order delivers less, and that is all.
            quantity = line.qty_uninvoiced - uninvoiced[line]
            if quantity:
                line.decided_refund_qty += quantity
                line.decided_store_credit_qty = max(0.0, line.decided_store_credit_qty - quantity)
        return refunds.with_context(rma_store_credit_program_id=False)

    def _get_store_credit_programs(self):
        """Choose where the credit of each line goes: what its operation says, or an eWallet in its currency.

        :return: {line: `loyalty.program` record}
        """
        default = {}
        programs = {}
        for line in self:
            company = line.company_id
            program = line.operation_type_id.store_credit_program_id
            if not program or (program.company_id and program.company_id not in company.parent_ids):
                key = (company, line.currency_id)
                if key not in default:
                    default[key] = self.env["loyalty.program"]._get_rma_store_credit_program(*key)
                program = default[key]
            programs[line] = program
        return programs

    @api.model
    def _prepare_refund_values(self, order, invoice, allocations):
        values = super()._prepare_refund_values(order, invoice, allocations)
        program_id = self.env.context.get("rma_store_credit_program_id")
        if program_id:
            values["rma_store_credit_program_id"] = program_id
        return values
