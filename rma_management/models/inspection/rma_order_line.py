from collections import defaultdict

from odoo import Command, api, fields, models


class RmaOrderLine(models.Model):
    """Inspection: what the results say is done with the goods, and what is taken off the refund."""

    _inherit = "rma.order.line"

    inspection_ids = fields.One2many(
        "rma.inspection",
        "line_id",
        string="Inspection Results",
        groups="base.group_user",
        help="Inspection results of this item.",
    )
    qty_inspected = fields.Float(
        string="Inspected",
        compute="_compute_qty_inspected",
        store=True,
        digits="Product Unit",
        help="Quantity inspected.",
    )

    @api.depends("inspection_ids.quantity")
    def _compute_qty_inspected(self):
        for line in self:
            line.qty_inspected = line._round(sum(line.inspection_ids.mapped("quantity")))

    def _get_qty_worthless(self):
        """Return the quantity the inspection found worthless: missing, wrong or broken by the customer.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return sum(result.quantity for result in self.inspection_ids if not result.refund_percent)

    def _get_qty_waiting(self):
        """Return how much the inspection leaves in the returns location.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return sum(result.quantity for result in self.inspection_ids if not result._get_disposition()._role)

    def _get_inspected_quantities(self):
        """Return what the inspection decided about the goods that is not done yet, in the unit of measure of the line.

        :return: {"restock": to stock, "scrap": to scrap or missing, "other": to refurbish or to send off}
        """
        self.ensure_one()
        quantities = {"restock": 0.0, "scrap": 0.0, "other": 0.0}
        kinds = {"qty_restocked": "restock", "qty_scrapped": "scrap"}
        # Users who process a return may not have access to transfers.
        for result in self.sudo().inspection_ids:
            disposition = result._get_disposition()
            if disposition._role:
                quantities[kinds.get(disposition._counts_as, "other")] += result._get_qty_to_move()
        return quantities

    def _dispose(self):
        self._carry_out_inspections()
        super()._dispose()

    def _carry_out_inspections(self):
        """Move inspected goods to where the results say, as far as that is not done yet."""
        # Returns staff need no access to Inventory to decide where returned goods go.
        results = self.sudo().inspection_ids
        self.env["rma.disposition"]._carry_out(
            [
                {
                    "line": result.line_id,
                    "disposition": result.disposition,
                    "quantity": result._get_qty_to_move(),
                    "lot": result.lot_id,
                    "location": result.location_id,
                    "inspection": result,
                }
                for result in results
            ]
        )

    # === Money ===

    @api.model
    def _get_deductions(self, allocations):
        """Return the inspection deductions of allocations.

        :param allocations: list of allocations (see `_prepare_allocation`)
        :return: list of {"allocation", "inspection", "quantity" in the unit of measure of the invoice line}
        """
        by_line = defaultdict(list)
        for allocation in allocations:
            by_line[allocation["line"]].append(allocation)
        deductions = []
        # One recordset, so that the inspections of all lines are read together.
        for line in self.env["rma.order.line"].sudo().union(*by_line):
            group = by_line[line]
            reduced = line.inspection_ids.filtered(lambda result: 0 < result.refund_percent < 100)
            if not reduced:
                continue
            left = [allocation["quantity"] for allocation in group]
            units = [allocation["invoice_line"].product_uom_id for allocation in group]
            refunded = sum(
                unit._compute_quantity(quantity, line.product_uom_id, round=False)
                for unit, quantity in zip(units, left, strict=True)
            )
            for result, wanted in line._get_reduced_quantities(reduced, refunded):
                for position, (allocation, unit) in enumerate(zip(group, units, strict=True)):
                    quantity = min(left[position], line.product_uom_id._compute_quantity(wanted, unit, round=False))
                    if unit.compare(quantity, 0) > 0:
                        deductions.append({"allocation": allocation, "inspection": result, "quantity": quantity})
                        left[position] -= quantity
                        wanted -= unit._compute_quantity(quantity, line.product_uom_id, round=False)
        return deductions

    def _get_reduced_quantities(self, reduced, refunded):
        """Return the inspected units of reduced value in a refund. Units of full value are used first.

        :param reduced: `rma.inspection` records
        :param refunded: quantity that is refunded now, in the unit of measure of the line
        :return: list of (`rma.inspection`, quantity in the unit of measure of the line)
        """
        self.ensure_one()
        left = {result: result._get_qty_to_deduct() for result in reduced}
        deducted = sum(reduced.mapped("quantity")) - sum(left.values())
        full = self._get_qty_basis() - self._get_qty_worthless() - sum(reduced.mapped("quantity"))
        taken = refunded - max(0.0, full - (self._get_qty_credited() - deducted))
        quantities = []
        for result in reduced.sorted("refund_percent", reverse=True):
            quantity = min(left[result], taken)
            if self.product_uom_id.compare(quantity, 0) > 0:
                quantities.append((result, quantity))
                taken -= quantity
        return quantities

    @api.model
    def _prepare_deduction_line_values(self, deduction):
        """Prepare the credit note line that lowers a refund.

        :param deduction: one of `_get_deductions`
        :return: values of `account.move.line`
        """
        invoice_line = deduction["allocation"]["invoice_line"]
        result = deduction["inspection"]
        name = self.env._(
            "%(product)s, inspected: %(grade)s, %(percent)s%% of the price refunded",
            product=invoice_line.product_id.display_name,
            grade=result.grade_id.name,
            percent=f"{result.refund_percent:g}",
        )
        values = {
            # Without the product: nothing of it comes back by this line, so that no cost is booked for it.
            "name": f"{name}: {result.remark}" if result.remark else name,
            "product_uom_id": invoice_line.product_uom_id.id,
            "quantity": deduction["quantity"],
            "price_unit": -invoice_line.price_unit
            * self._get_allocation_ratio(deduction["allocation"])
            * (100 - result.refund_percent)
            / 100,
            "discount": invoice_line.discount,
            "tax_ids": [Command.set(invoice_line.tax_ids.ids)],
            "account_id": invoice_line.account_id.id,
            "analytic_distribution": invoice_line.analytic_distribution,
            "rma_line_id": deduction["allocation"]["line"].id,
            "rma_inspection_id": result.id,
        }
        return self.env["rma.order"]._fix_line_amounts(values, invoice_line.move_id)

    @api.model
    def _get_deduction_total(self, deduction):
        """Return the total of a deduction, taxes included, in the currency of the invoice.

        :rtype: float
        """
        values = self._prepare_deduction_line_values(deduction)
        invoice = deduction["allocation"]["invoice_line"].move_id
        return -self.env["rma.order"]._get_charge_total(values, invoice)
