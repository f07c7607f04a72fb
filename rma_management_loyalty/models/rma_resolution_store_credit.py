from odoo import api, fields, models


class RmaOperationType(models.Model):
    _inherit = "rma.operation.type"

    resolution = fields.Selection(
        selection_add=[("store_credit", "Store credit")], ondelete={"store_credit": "set refund"}
    )


class RmaResolutionStoreCredit(models.AbstractModel):
    """Store credit: a credit note as for a refund, whose amount goes to an eWallet or a gift card of the customer."""

    _name = "rma.resolution.store_credit"
    _inherit = "rma.resolution.refund"
    _description = "Resolution: Store Credit"

    @api.model
    def _get_depends(self):
        return ["qty_store_credit", "qty_uninvoiced"]

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return the quantity given as store credit, or never invoiced."""
        if decision:
            return decision._get_qty_credited()
        decisions = line.sudo().settlement_ids.filtered(lambda d: d.resolution == "store_credit")
        return line.qty_store_credit + sum(decisions.mapped("qty_uninvoiced"))

    @api.model
    def _get_qty_settled(self, line):
        return self._get_qty_done(line)

    @api.model
    def _get_qty_due(self, line):
        return max(0.0, line._get_qty_planned("store_credit") - self._get_qty_done(line))

    @api.model
    def _prepare_decisions_values(self, quantities):
        programs = self.env["rma.order.line"].union(*quantities)._get_store_credit_programs()
        return [
            {**values, "store_credit_program_id": programs[line].id}
            for line, values in zip(quantities, super()._prepare_decisions_values(quantities), strict=True)
        ]

    @api.model
    def _decide(self, lines):
        due = {line: self._get_qty_due(line) for line in lines}
        return self._cover({line: qty for line, qty in due.items() if line.product_uom_id.compare(qty, 0) > 0})

    @api.model
    def _get_warnings(self, row):
        """Return a warning if the customer has not paid the invoice."""
        # Returns staff see whether the customer has paid without access to accounting.
        invoices = row.rma_line_id.sudo().sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted" and move.amount_residual
        )
        return [
            self.env._(
                "%s is not paid in full. The customer gets the store credit and still owes the whole invoice.",
                invoice.name,
            )
            for invoice in invoices
        ]

    @api.model
    def _get_offer_headline(self, total, is_owed):
        return self.env._("You get %s as store credit.", total)

    @api.model
    def _describe_owed(self, offer):
        """Tell that store credit pays no invoice."""
        if not offer["owed"]:
            return []
        return [
            self.env._(
                "Your invoice has %s left to pay. The store credit does not change that.",
                self._format_offered(offer, offer["owed"]),
            )
        ]
