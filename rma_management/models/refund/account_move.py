from odoo import api, fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["rma.sealed.mixin", "account.move"]

    rma_id = fields.Many2one(
        "rma.order", string="Return", index="btree_not_null", copy=False, readonly=True, check_company=True
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_id"}

    def _compute_invoice_currency_rate(self):
        """Use the rate of the invoice whatever the date of the credit note: there is no exchange difference."""
        super()._compute_invoice_currency_rate()
        for move in self:
            invoice = move.reversed_entry_id
            if move.rma_id and move.move_type == "out_refund" and invoice.currency_id == move.currency_id:
                move.invoice_currency_rate = invoice.invoice_currency_rate

    def _is_rma_posted_at_once(self):
        """Return whether the resolutions of the return post this credit note without a check.

        :rtype: bool
        """
        self.ensure_one()
        lines = self.invoice_line_ids.rma_line_id or self.rma_id.line_ids
        return all(lines.operation_type_id.mapped("post_credit_note"))

    def action_view_rma(self):
        """Open the return of this document.

        :return: window action
        """
        return self.rma_id._get_records_action()
