from collections import defaultdict

from odoo import Command, api, fields, models


class RmaOrderLine(models.Model):
    """Inspection: what the results say is done with the goods, and what is taken off the refund."""

    _inherit = "rma.order.line"

    inspection_ids = fields.One2many("rma.inspection", "line_id", string="Inspection Results", groups="base.group_user")
    qty_inspected = fields.Float(
        string="Inspected", compute="_compute_qty_inspected", store=True, digits="Product Unit"
    )
    qty_refurbished = fields.Float(
        string="Refurbished",
        compute="_compute_qty_sent_off",
        store=True,
        digits="Product Unit",
        help="Moved to the refurbishing location.",
    )
    qty_sent_off = fields.Float(
        string="Sent Off",
        compute="_compute_qty_sent_off",
        store=True,
        digits="Product Unit",
        help="On the way back to the vendor or to the customer, or there.",
    )

    @api.depends("inspection_ids.quantity")
    def _compute_qty_inspected(self):
        for line in self:
            line.qty_inspected = line._round(sum(line.inspection_ids.mapped("quantity")))

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.product_uom_qty", "move_ids.rma_inspection_id")
    def _compute_qty_sent_off(self):
        for line in self:
            moves = line.move_ids.filtered(lambda move: move.rma_inspection_id and move.state != "cancel")
            line.qty_refurbished = line._count(
                moves.filtered(lambda move: move.state == "done" and move.rma_inspection_id.disposition == "refurbish")
            )
            line.qty_sent_off = line._count(
                moves.filtered(lambda move: move.location_dest_id.usage in ("customer", "supplier"))
            )

    @api.model
    def _get_settlement_fields(self):
        return super()._get_settlement_fields() + ["inspection_ids.quantity", "inspection_ids.refund_percent"]

    def _get_qty_worthless(self):
        """Tell how much the inspection found worth nothing: missing, wrong or broken by the customer.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return sum(result.quantity for result in self.inspection_ids if not result.refund_percent)

    def _get_qty_waiting(self):
        """Tell how much the inspection leaves in the returns location.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        return sum(result.quantity for result in self.inspection_ids if result.disposition == "wait")

    def _get_inspected_quantities(self):
        """Tell what the inspection decided about the goods that is not done yet, in the unit of measure of the line.

        :return: {"restock": to stock, "scrap": to scrap or missing, "other": to refurbish or to send off}
        """
        self.ensure_one()
        quantities = {"restock": 0.0, "scrap": 0.0, "other": 0.0}
        kinds = {"restock": "restock", "scrap": "scrap", "missing": "scrap"}
        # Whoever processes a return may not see the transfers of the warehouse.
        for result in self.sudo().inspection_ids.filtered(lambda result: result.disposition != "wait"):
            quantities[kinds.get(result.disposition, "other")] += result._get_qty_to_move()
        return quantities

    def _get_sent_back_moves(self):
        """Give the deliveries that take goods back to the customer because of their inspection.

        :return: `stock.move` records
        """
        return self.move_ids.filtered(
            lambda move: move.state != "cancel" and move.rma_inspection_id and move.location_dest_id.usage == "customer"
        )

    # === Goods ===

    def _dispose(self):
        self._carry_out_inspections()
        super()._dispose()

    def _carry_out_inspections(self):
        """Move inspected goods to where the results say, as far as that is not done yet."""
        # Returns staff need no rights in the warehouse to decide where returned goods go.
        results = self.sudo().inspection_ids
        for disposition, group in results.grouped("disposition").items():
            quantities = {result: result._get_qty_to_move() for result in group}
            quantities = {result: quantity for result, quantity in quantities.items() if quantity > 0}
            if quantities:
                getattr(self, f"_inspected_{disposition}")(quantities)

    @api.model
    def _inspected_wait(self, quantities):
        return None

    @api.model
    def _inspected_restock(self, quantities):
        self._restock_goods(
            [
                (result.line_id, goods, result.location_id, result)
                for result, quantity in quantities.items()
                for goods in result.line_id._get_goods(quantity, result.lot_id)
            ]
        )

    @api.model
    def _inspected_refurbish(self, quantities):
        moved = []
        for result, quantity in quantities.items():
            for goods in result.line_id._get_goods(quantity, result.lot_id):
                location = result.location_id or goods["location"].warehouse_id._get_rma_refurbish_location()
                moved.append((result.line_id, goods, location, result))
        self._restock_goods(moved)

    @api.model
    def _inspected_scrap(self, quantities):
        self._scrap_goods(
            [
                (result.line_id, goods, result)
                for result, quantity in quantities.items()
                for goods in result.line_id._get_goods(quantity, result.lot_id)
            ]
        )

    @api.model
    def _inspected_missing(self, quantities):
        # What was booked in with the parcel, but is not there, goes where Odoo books what an inventory does not find.
        self._scrap_goods(
            [
                (result.line_id, goods, result)
                for result, quantity in quantities.items()
                for goods in result.line_id._get_goods(quantity, result.lot_id)
            ],
            location=lambda goods: goods["product"].property_stock_inventory,
        )

    @api.model
    def _inspected_vendor(self, quantities):
        self._send_off(quantities, lambda line: line.product_id.seller_ids[:1].partner_id, "property_stock_supplier")

    @api.model
    def _inspected_customer(self, quantities):
        self._send_off(quantities, lambda line: line.order_id.partner_shipping_id, "property_stock_customer")

    @api.model
    def _send_off(self, quantities, get_partner, location_field):
        """Make the deliveries that take inspected goods to a partner, one for each return and partner.

        :param quantities: {result: quantity in the unit of measure of its line}
        :param get_partner: function that tells the partner of a line
        :param location_field: field of the partner that holds the destination
        :return: confirmed `stock.picking` records
        """
        groups = defaultdict(list)
        for result, quantity in quantities.items():
            line = result.line_id
            partner = get_partner(line).with_company(line.company_id)
            for goods in line._get_goods(quantity, result.lot_id):
                key = (line.order_id, partner, goods["location"])
                groups[key].append(line._prepare_send_off_move_values(result, goods, partner, partner[location_field]))
        values = [self._prepare_picking_values(order, moves) for (order, _partner, _location), moves in groups.items()]
        # Returns staff need no rights in the warehouse to decide where returned goods go.
        pickings = self.env["stock.picking"].sudo().create(values)
        pickings.action_confirm()
        return pickings

    def _prepare_send_off_move_values(self, result, goods, partner, destination):
        """Prepare the move that takes inspected goods away.

        :param result: `rma.inspection`
        :param goods: one of `_get_goods`
        :param partner: `res.partner` who gets them
        :param destination: `stock.location`
        :return: values of `stock.move`
        """
        self.ensure_one()
        to_customer = destination.usage == "customer"
        refunded = to_customer and self._is_refunded()
        values = self._prepare_restock_move_values(goods, destination)
        warehouse = goods["location"].warehouse_id
        receipt = self._get_receipts().filtered(lambda move: move.product_id == goods["product"])
        values.update(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "warehouse_id": warehouse.id,
                "partner_id": partner.id,
                "procure_method": "make_to_stock",
                "picked": False,
                "rma_inspection_id": result.id,
                "origin_returned_move_id": to_customer and receipt[:1].id,
                "sale_line_id": refunded and self.sale_line_id.id,
                "to_refund": refunded,
            }
        )
        for _command, _id, line_values in values["move_line_ids"]:
            line_values["picked"] = False
        return values

    # === Money ===

    @api.model
    def _get_deductions(self, allocations):
        """Tell what the inspection takes off allocations.

        :param allocations: list of allocations (see `_prepare_allocation`)
        :return: list of {"allocation", "inspection", "quantity" in the unit of measure of the invoice line}
        """
        by_line = defaultdict(list)
        for allocation in allocations:
            by_line[allocation["line"]].append(allocation)
        deductions = []
        for line, group in by_line.items():
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
        """Choose the inspected units of lower worth that are part of a refund: those of full worth go first.

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
            "%(product)s, inspected: %(grade)s, %(percent)s%% of the price is refunded",
            product=invoice_line.product_id.display_name,
            grade=result.grade_id.name,
            percent=f"{result.refund_percent:g}",
        )
        return {
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

    @api.model
    def _get_deduction_total(self, deduction):
        """Tell what a deduction amounts to, taxes included, in the currency of the invoice.

        :rtype: float
        """
        values = self._prepare_deduction_line_values(deduction)
        invoice = deduction["allocation"]["invoice_line"].move_id
        return -self.env["rma.order"]._get_charge_total(values, invoice)
