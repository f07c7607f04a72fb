from odoo import api, models


class RmaResolutionReplace(models.AbstractModel):
    _inherit = "rma.resolution.replace"

    @api.model
    def _prepare_decisions_values(self, quantities):
        """Name the program that the rest of an exchange goes to, where the operation gives it as store credit."""
        lines = self.env["rma.order.line"].union(*quantities)
        programs = lines.filtered(
            lambda line: line.operation_type_id.exchange_rest == "store_credit"
        )._get_store_credit_programs()
        return [
            {**values, "exchange_rest_program_id": line in programs and programs[line].id}
            for line, values in zip(quantities, super()._prepare_decisions_values(quantities), strict=True)
        ]
