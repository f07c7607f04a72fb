from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    rma_id = fields.Many2one(
        "rma.order", string="Return", index="btree_not_null", copy=False, readonly=True, check_company=True
    )

    def _compute_invoice_currency_rate(self):
        """Credit at the rate of the invoice, whenever the credit note is dated: nothing was won or lost meanwhile."""
        super()._compute_invoice_currency_rate()
        for move in self:
            invoice = move.reversed_entry_id
            if move.rma_id and move.move_type == "out_refund" and invoice.currency_id == move.currency_id:
                move.invoice_currency_rate = invoice.invoice_currency_rate

    def action_view_rma(self):
        """Open the return of this document.

        :return: window action
        """
        return self.rma_id._get_records_action()
