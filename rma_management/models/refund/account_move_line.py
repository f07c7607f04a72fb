from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement",
        string="Return Decision",
        index="btree_not_null",
        copy=False,
        help="The decision that this line carries out.",
    )
    rma_inspection_id = fields.Many2one(
        "rma.inspection",
        string="Inspection",
        index="btree_not_null",
        copy=False,
        help="The inspection result that lowers the refund.",
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_line_id", "rma_settlement_id", "rma_inspection_id"}

    @api.model
    def _prepare_reconciliation_single_partial(self, debit_values, credit_values, shadowed_aml_values=None):
        """Reconcile an invoice and its credit note at the same rate.

        Allocations sum to the invoice in both currencies, so an allocation may be a cent off its own product with the
        rate. Odoo would take that cent for a difference of exchange rates.
        """
        invoice, refund = debit_values["aml"], credit_values["aml"]
        if (
            refund.move_id.rma_id
            and refund.move_id.reversed_entry_id == invoice.move_id
            and refund.currency_id == invoice.currency_id != invoice.company_currency_id
            and refund.move_id.invoice_currency_rate == invoice.move_id.invoice_currency_rate
        ):
            smaller = min(debit_values, credit_values, key=lambda values: abs(values["amount_residual_currency"]))
            rate = {
                "balance": smaller["amount_residual"],
                "amount_currency": smaller["amount_residual_currency"],
            }
            shadowed_aml_values = {
                **(shadowed_aml_values or {}),
                **{aml: {**(shadowed_aml_values or {}).get(aml, {}), **rate} for aml in (invoice, refund)},
            }
        return super()._prepare_reconciliation_single_partial(debit_values, credit_values, shadowed_aml_values)
