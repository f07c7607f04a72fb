from odoo import api, models


class RmaResolutionRefund(models.AbstractModel):
    """Refund: a credit note made from the invoice lines that billed the returned product.

    A resolution that credits the product and gives the money otherwise inherits this one: all of them are credited in
    one go, so that no cent of an invoice is allocated twice.
    """

    _name = "rma.resolution.refund"
    _inherit = "rma.resolution"
    _description = "Resolution: Refund"

    _credits = True

    @api.model
    def _get_depends(self):
        return ["qty_refunded", "qty_uninvoiced"]

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return what credit notes credit, the exchanged quantity included, or what was never invoiced."""
        if decision:
            return decision._get_qty_credited()
        decisions = line.sudo().settlement_ids
        uninvoiced = sum(decisions.filtered(lambda d: d.resolution in ("refund", "replace")).mapped("qty_uninvoiced"))
        return line.qty_refunded + uninvoiced

    @api.model
    def _get_qty_settled(self, line):
        """Return what was credited in place of anything else."""
        return max(0.0, self._get_qty_done(line) - line._get_qty_exchange())

    @api.model
    def _get_qty_due(self, line):
        """Return what is still to credit. Where another product replaces the returned one, it is credited too."""
        planned = line._get_qty_planned("refund") + line._get_qty_exchange()
        return max(0.0, planned - self._get_qty_done(line))

    @api.model
    def _decide(self, lines):
        """Credit what is exchanged as part of the decision to exchange it."""
        due = {line: self._get_qty_due(line) for line in lines}
        decisions = {}
        for line, quantity in due.items():
            for decision in line.settlement_ids.filtered(lambda d: d._is_exchange()):
                left = decision.quantity - decision.qty_revoked - decision._get_qty_credited()
                taken = min(quantity, left)
                if line.product_uom_id.compare(taken, 0) > 0:
                    decisions[decision] = taken
                    quantity -= taken
            due[line] = quantity
        return {
            **decisions,
            **self._cover({line: qty for line, qty in due.items() if line.product_uom_id.compare(qty, 0) > 0}),
        }

    @api.model
    def _settle(self, quantities):
        self._credit(quantities, self.env["rma.settlement"].union(*quantities).order_id)

    @api.model
    def _credit(self, quantities, orders):
        """Create the credit notes, one for each invoice, return and way to pay.

        What was never invoiced is not credited: the decision records it, and the delivered quantity is lowered.

        :param quantities: {`rma.settlement` record: quantity in the unit of measure of its line}
        :param orders: `rma.order` records whose charges that are decided and not booked yet are booked too
        :return: `account.move` records
        :raise UserError: when the product is billed by a draft invoice, or more would be kept than is refunded
        """
        lines = self.env["rma.settlement"].union(*quantities).line_id
        orders = lines.order_id | orders.filtered(lambda order: order._get_open_charges())
        if not orders:
            return self.env["account.move"]
        lines._lock_invoices()
        allocations, uninvoiced = lines._get_allocations(quantities)
        lines._check_no_draft_invoice(uninvoiced)
        for decision, quantity in uninvoiced.items():
            decision.qty_uninvoiced += quantity
        self.env["rma.settlement"].union(*uninvoiced).order_id._tell_open_down_payments()
        charges = orders._get_charges(allocations)
        allocations += orders._get_shipping_allocations(charges, allocations)
        prepared = lines._prepare_refunds(allocations, charges)
        refunds = self.env["account.move"].create([values for _invoice, _total, values in prepared])
        refunds._close_cash_rounding()
        refunds.rma_id._check_not_above_invoices(charges)
        refunds.filtered(lambda refund: refund._is_rma_posted_at_once())._post_for_returns()
        refunds._ask_to_post()
        charges.is_booked = True
        return refunds
