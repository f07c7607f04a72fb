from odoo import fields, models


class RmaProcessLine(models.TransientModel):
    _inherit = "rma.process.line"

    qty_store_credit = fields.Float(string="To Store Credit", digits="Product Unit")

    def _get_settled_quantities(self):
        return {**super()._get_settled_quantities(), "store_credit": self.qty_store_credit}

    def _get_qty_credit(self):
        return super()._get_qty_credit() + self.qty_store_credit

    def _get_warnings(self):
        warnings = super()._get_warnings()
        if self.qty_store_credit > 0:
            # Returns staff see whether the customer has paid without rights in accounting.
            invoices = self.rma_line_id.sudo().sale_line_id.invoice_lines.move_id.filtered(
                lambda move: move.move_type == "out_invoice" and move.state == "posted" and move.amount_residual
            )
            warnings += [
                self.env._(
                    "%s is not paid in full. The customer gets the store credit, and still owes the whole invoice.",
                    invoice.name,
                )
                for invoice in invoices
            ]
        return warnings
