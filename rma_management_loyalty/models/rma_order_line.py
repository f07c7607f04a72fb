from odoo import api, fields, models


class RmaOrderLine(models.Model):
    """Count what was given as store credit for a returned product."""

    _inherit = "rma.order.line"

    qty_store_credit = fields.Float(
        string="Store Credit",
        compute="_compute_qty_store_credit",
        store=True,
        digits="Product Unit",
        help="Quantity given as store credit.",
    )

    @api.depends(
        "credit_line_ids.parent_state",
        "credit_line_ids.quantity",
        "credit_line_ids.product_uom_id",
        "credit_line_ids.rma_inspection_id",
        "credit_line_ids.move_id.rma_store_credit_program_id",
    )
    def _compute_qty_store_credit(self):
        # Read for all lines at once: filtered records are not prefetched together.
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

    def _get_store_credit_programs(self):
        """Return the store credit program of each line: that of its resolution, or an eWallet in its currency.

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
        programs = [allocation["decision"].store_credit_program_id for allocation in allocations]
        program = next((program for program in programs if program), None)
        if program:
            values["rma_store_credit_program_id"] = program.id
        rests = [allocation["decision"]._get_refund_way() for allocation in allocations]
        rest = next((way[1] for way in rests if isinstance(way, tuple)), None)
        if rest:
            values["rma_rest_program_id"] = rest.id
        return values
