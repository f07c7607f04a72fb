from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaProcess(models.TransientModel):
    """Show the plan of the settling engine, to be changed before it is carried out."""

    _name = "rma.process"
    _inherit = "rma.window.mixin"
    _description = "Process Return"

    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="rma_id.partner_id")
    currency_id = fields.Many2one(related="rma_id.currency_id")
    line_ids = fields.One2many(
        "rma.process.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    decision_ids = fields.One2many(
        "rma.process.decision",
        "wizard_id",
        string="Decisions",
        compute="_compute_decision_ids",
        store=True,
        readonly=False,
    )
    amount_shipping = fields.Monetary(
        string="Shipping Left to Refund", compute="_compute_amount_shipping", store=True, help="Taxes included."
    )
    refund_shipping = fields.Boolean(compute="_compute_refund_shipping", store=True, readonly=False)
    fee_type = fields.Selection(
        [("reason", "Set by reason or return policy"), ("percent", "Percentage of the refund"), ("amount", "Amount")],
        string="Restocking Fee",
        compute="_compute_fee_type",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    fee_percent = fields.Float(string="Fee (%)", digits=(5, 2))
    refund_fee = fields.Monetary(
        string="Fee",
        compute="_compute_refund_fee",
        store=True,
        readonly=False,
        help="Deducted from the refund, before taxes.",
    )
    refund_adjustment = fields.Monetary(
        string="Adjustment", help="Added to the refund, before taxes. Enter a negative amount to deduct."
    )
    adjustment_reason = fields.Char(help="Shown to the customer on the credit note.")
    has_replacement = fields.Boolean(compute="_compute_has_replacement")
    has_exchange = fields.Boolean(compute="_compute_has_replacement")
    has_inspection = fields.Boolean(compute="_compute_has_inspection", store=True)
    has_foreign_lots = fields.Boolean(compute="_compute_has_inspection", store=True)
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Shipping Method", help="How the replacement is shipped to the customer."
    )
    bill_shipping = fields.Boolean(string="Customer Pays Shipping")
    carrier_price = fields.Monetary(
        string="Shipping Price",
        compute="_compute_carrier_price",
        store=True,
        readonly=False,
        help="Before taxes. Billed on the replacement order.",
    )
    amount_products = fields.Monetary(string="Products", compute="_compute_amounts", store=True)
    amount_deduction = fields.Monetary(string="Inspection Deduction", compute="_compute_amounts", store=True)
    amount_shipping_refund = fields.Monetary(string="Shipping", compute="_compute_amounts", store=True)
    amount_fee = fields.Monetary(string="Restocking Fee Deducted", compute="_compute_amounts", store=True)
    amount_adjustment = fields.Monetary(string="Refund Adjustment", compute="_compute_amounts", store=True)
    amount_rounding = fields.Monetary(string="Cash Rounding", compute="_compute_amounts", store=True)
    amount_total_refund = fields.Monetary(
        string="Total Refund",
        compute="_compute_amounts",
        store=True,
        help="Total of the credit notes to be created, taxes included.",
    )
    amount_replacement = fields.Monetary(
        string="Replacement Order",
        compute="_compute_amounts",
        store=True,
        help="Price of the replacements, taxes included.",
    )
    amount_given = fields.Float(
        string="Value Given",
        compute="_compute_amounts",
        store=True,
        help="What the return costs the company before taxes, in its currency. Approvals must cover it.",
    )
    warning = fields.Text(compute="_compute_amounts", store=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id"]

    @api.depends("rma_id")
    def _compute_line_ids(self):
        """Propose where the goods go from the disposition of each line."""
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create(wizard._prepare_line_values(line)) for line in wizard.rma_id.line_ids
            ]

    @api.depends("rma_id")
    def _compute_decision_ids(self):
        """Propose the plan: what each line's resolution and the open decisions would settle."""
        for wizard in self:
            wizard.decision_ids = [Command.clear()] + [
                Command.create(values)
                for line in wizard.rma_id.line_ids
                for values in line._prepare_process_decisions_values()
            ]

    @api.model
    def _prepare_line_values(self, line):
        """Prepare what is done with the goods of one returned product.

        :param line: `rma.order.line` record
        :return: values of `rma.process.line`
        """
        disposition = line._get_planned_disposition()
        inspected = line._get_inspected_quantities()
        rest = max(0.0, line.qty_to_dispose - sum(inspected.values()))
        return {
            "rma_line_id": line.id,
            "qty_restock": inspected["restock"] + (rest if disposition == "restock" else 0.0),
            "qty_scrap": inspected["scrap"] + (rest if disposition == "scrap" else 0.0),
            "restock_location_id": line._get_default_restock_location().id,
        }

    @api.depends("rma_id")
    def _compute_amount_shipping(self):
        for wizard in self:
            wizard.amount_shipping = wizard.rma_id._get_amount_shipping()

    @api.depends("rma_id")
    def _compute_refund_shipping(self):
        for wizard in self:
            wizard.refund_shipping = bool(wizard.amount_shipping) and wizard.rma_id._is_shipping_refunded(
                wizard._get_allocations()[0]
            )

    @api.depends("rma_id")
    def _compute_fee_type(self):
        for wizard in self:
            fees = {line._get_fee_terms().fee_type or "none" for line in wizard.rma_id.line_ids}
            wizard.fee_type = "reason" if fees - {"none"} else "amount"

    @api.depends(
        "fee_type",
        "fee_percent",
        "decision_ids.rma_line_id",
        "decision_ids.resolution",
        "decision_ids.quantity",
        "decision_ids.product_id",
    )
    def _compute_refund_fee(self):
        """Follow the quantities, unless the fee was entered manually."""
        for wizard in self:
            if wizard.fee_type == "reason":
                wizard.refund_fee = wizard.rma_id._get_default_fee(wizard._get_allocations()[0])
            elif wizard.fee_type == "percent":
                amount = sum(
                    wizard.currency_id.round(wizard.rma_id._get_fee_base(allocation))
                    for allocation in wizard._get_allocations()[0]
                )
                wizard.refund_fee = wizard.currency_id.round(amount * wizard.fee_percent / 100)
            else:
                wizard.refund_fee = wizard.refund_fee

    @api.depends("decision_ids.quantity", "decision_ids.resolution", "decision_ids.product_id")
    def _compute_has_replacement(self):
        for wizard in self:
            replaced = wizard.decision_ids.filtered(lambda row: row.has_product and row.quantity)
            wizard.has_replacement = bool(replaced)
            wizard.has_exchange = any(row._is_exchange() for row in replaced)

    @api.depends("rma_id")
    def _compute_has_inspection(self):
        for wizard in self:
            wizard.has_inspection = bool(wizard.rma_id.inspection_ids)
            wizard.has_foreign_lots = any(line.foreign_lot_ids for line in wizard.rma_id.line_ids)

    @api.depends("carrier_id", "bill_shipping")
    def _compute_carrier_price(self):
        """Get the price of the shipping method, as for the original order."""
        for wizard in self:
            price = 0.0
            # Returns staff may not have access to every order.
            order = wizard.rma_id.sudo()._get_original_order()
            if wizard.bill_shipping and wizard.carrier_id and order:
                rate = wizard.carrier_id.sudo().rate_shipment(order)
                price = rate["price"] if rate["success"] else 0.0
            wizard.carrier_price = price

    @api.depends(
        "decision_ids.rma_line_id",
        "decision_ids.resolution",
        "decision_ids.quantity",
        "decision_ids.product_id",
        "line_ids.accept_foreign_lots",
        "refund_shipping",
        "refund_fee",
        "refund_adjustment",
    )
    def _compute_amounts(self):
        """Compute what would be booked: one allocation of the invoices gives all amounts and warnings."""
        for wizard in self:
            allocations, uninvoiced = wizard._get_allocations()
            amounts = wizard.rma_id._get_refund_amounts(
                allocations, wizard.refund_shipping, wizard.refund_fee, wizard.refund_adjustment
            )
            wizard.amount_products = amounts["products"]
            wizard.amount_deduction = amounts["deduction"]
            wizard.amount_shipping_refund = amounts["shipping"]
            wizard.amount_fee = amounts["fee"]
            wizard.amount_adjustment = amounts["adjustment"]
            wizard.amount_rounding = amounts["rounding"]
            wizard.amount_total_refund = amounts["total"]
            wizard.amount_replacement = sum(row._get_replacement_amount() for row in wizard.decision_ids)
            wizard.amount_given = wizard._get_amount_given(allocations)
            warnings = wizard._get_uninvoiced_warnings(uninvoiced)
            for records in (wizard.line_ids, wizard.decision_ids):
                warnings += [warning for record in records for warning in record._get_warnings()]
            wizard.warning = "\n".join(dict.fromkeys(warnings))

    def _get_uninvoiced_warnings(self, uninvoiced):
        """Return warnings about what the screen credits but no invoice billed.

        :param uninvoiced: {`rma.settlement` record: quantity}
        :return: list of sentences
        """
        return [
            self.env._(
                "%(quantity)s %(unit)s of %(product)s are not invoiced or were already credited. "
                "Nothing is refunded for them.",
                quantity=decision.product_uom_id._format_rma_quantity(quantity),
                unit=decision.product_uom_id.name,
                product=decision.line_id.product_id.display_name,
            )
            for decision, quantity in uninvoiced.items()
        ]

    def _get_allocations(self):
        """Return the allocations of what the screen credits, without booking them.

        :return: as `rma.order.line._get_allocations`
        """
        self.ensure_one()
        # Returns staff see what would be credited without access to accounting.
        quantities = {
            row._new_decision().sudo(): row.quantity
            for row in self.decision_ids
            if row._is_credited() and row.quantity > 0
        }
        lines = self.env["rma.order.line"].sudo().union(*(decision.line_id for decision in quantities))
        return lines._get_allocations(quantities)

    def action_complete(self):
        """Carry out what the screen shows, in one transaction.

        :return: action that closes the window and lists the created documents
        :raise UserError: when a quantity or an amount is invalid, or a document cannot be created
        """
        self.ensure_one()
        order = self.rma_id
        order._check_may_settle()
        self.line_ids._check_quantities()
        self._check_amounts()
        order._check_extra(self.amount_given)
        before = order._get_documents()
        self._decide()
        order.line_ids._settle(dispose=False)
        self.line_ids._dispose()
        self._check_settled()
        made = [documents - known for documents, known in zip(order._get_documents(), before, strict=True)]
        return order._get_made_action(made)

    def _check_amounts(self):
        """Refuse invalid amounts.

        :raise UserError: says what to change
        """
        currency = self.currency_id
        shown = self.amount_total_refund
        self._compute_has_inspection()
        self._compute_amount_given_before()
        self._compute_amounts()
        problem = ""
        if currency.compare_amounts(shown, self.amount_total_refund) != 0:
            problem = self.env._(
                "The refund changed while this window was open. Close the window and process the return again."
            )
        elif currency.compare_amounts(self.refund_fee, 0) < 0:
            problem = self.env._("The fee cannot be negative. Use an adjustment to refund more.")
        elif currency.compare_amounts(self.amount_total_refund, 0) < 0:
            problem = self.env._(
                "The fee and the adjustment exceed the refund. Lower them until the total is zero or more."
            )
        elif self.bill_shipping and self.carrier_id and not self.has_exchange:
            problem = self.env._("Shipping can only be billed when the item is exchanged for another product.")
        if problem:
            raise UserError(problem)

    def _decide(self):
        """Record the decisions of the screen and revoke earlier ones that were not carried out."""
        self.ensure_one()
        # Only the engine writes decisions; the rights to process the return were checked before.
        self.rma_id.sudo()._revoke_decisions()
        self.env["rma.settlement"]._record(
            [row._prepare_settlement_values() for row in self.decision_ids if row.quantity > 0]
            + [values for line in self.line_ids for values in line._prepare_settlements_values()]
            + self._prepare_charges_values()
        )

    def _prepare_charges_values(self):
        """Prepare the decisions about charges: those with an amount, and those that drop planned ones.

        :return: list of values of `rma.settlement`
        """
        order = self.rma_id
        planned = {values["resolution"] for values in order.sudo()._prepare_planned_charges(self._get_allocations()[0])}
        amounts = {
            "shipping": self.refund_shipping and self.amount_shipping,
            "fee": -self.refund_fee,
            "adjustment": self.refund_adjustment,
        }
        return [
            {
                "order_id": order.id,
                "resolution": kind,
                "amount": amount or 0.0,
                "note": self.adjustment_reason if kind == "adjustment" else False,
            }
            for kind, amount in amounts.items()
            if kind in planned or not self.currency_id.is_zero(amount)
        ]

    def _check_settled(self):
        """Check that the screen settled everything that arrived.

        :raise UserError: when something is left
        """
        for line in self.rma_id.line_ids:
            if line.qty_to_settle:
                raise UserError(
                    self.env._(
                        "%(quantity)s %(unit)s of %(product)s could not be settled.",
                        quantity=line.product_uom_id._format_rma_quantity(line.qty_to_settle),
                        unit=line.product_uom_id.name,
                        product=line.product_id.display_name,
                    )
                )
