from odoo import api, fields, models
from odoo.tools import format_amount


class RmaSettlement(models.Model):
    """Record decisions: how much of a returned product ends in which resolution, who decided it, when and why.

    Only the engine writes it, and nothing in it is overwritten: decisions that change later are revoked. How much of a
    decision is carried out is computed from the documents linked to it. Charges, which are given or deducted in
    addition to the price of the goods, are decisions about the return as a whole.
    """

    _name = "rma.settlement"
    _inherit = ["rma.document.mixin"]
    _description = "Return Decision"
    _order = "order_id desc, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "rma.order",
        string="Return",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The return the decision is about.",
    )
    line_id = fields.Many2one(
        "rma.order.line",
        string="Item",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for charges, which concern the return as a whole.",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, help="Taken from the return."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Decided by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Who made the decision.",
    )
    date = fields.Datetime(
        string="Decided on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the decision was made.",
    )
    resolution = fields.Selection(
        selection=lambda self: self._get_resolutions(),
        string="Decision",
        required=True,
        readonly=True,
        help="What the customer gets for this quantity.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of measure of the item.")
    qty_revoked = fields.Float(
        string="Revoked",
        digits="Product Unit",
        readonly=True,
        help="Revoked by a later decision before it was carried out.",
    )
    qty_uninvoiced = fields.Float(
        string="Not Invoiced",
        digits="Product Unit",
        readonly=True,
        help="Returned before it was invoiced. There is nothing to credit; the delivered quantity of the "
        "sales order is lowered.",
    )
    qty_done = fields.Float(
        string="Carried Out",
        digits="Product Unit",
        compute="_compute_qty_done",
        help="Computed from the documents of this decision.",
    )
    product_uom_id = fields.Many2one(related="line_id.product_uom_id", string="Unit")
    returned_product_id = fields.Many2one(related="line_id.product_id", string="Returned Product")
    product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        readonly=True,
        ondelete="restrict",
        help="The product sent in place of the returned one.",
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Shipping Method",
        readonly=True,
        ondelete="restrict",
        help="How the replacement is shipped.",
    )
    carrier_price = fields.Monetary(
        string="Shipping Price", readonly=True, help="The shipping price charged to the customer, before taxes."
    )
    inspection_id = fields.Many2one(
        "rma.inspection",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The inspection result that led to this decision.",
    )
    amount = fields.Monetary(
        readonly=True, help="Given in addition to the price of the goods, before taxes. Negative amounts are deducted."
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    note = fields.Text(string="Reason", readonly=True, help="Why the decision was made.")
    is_planned = fields.Boolean(
        string="By Plan", readonly=True, help="Follows from the resolution of the item. No one decided otherwise."
    )
    is_booked = fields.Boolean(readonly=True, help="This charge is included in a credit note.")
    move_ids = fields.One2many(
        "stock.move", "rma_settlement_id", string="Stock Moves", help="Documents that carry out the decision."
    )
    credit_line_ids = fields.One2many(
        "account.move.line",
        "rma_settlement_id",
        string="Credit Note Lines",
        help="Documents that carry out the decision.",
    )
    replacement_line_ids = fields.One2many(
        "sale.order.line",
        "rma_settlement_id",
        string="Replacement Order Lines",
        help="Documents that carry out the decision.",
    )
    repair_ids = fields.One2many(
        "repair.order", "rma_settlement_id", string="Repairs", help="Documents that carry out the decision."
    )

    _line_or_amount = models.Constraint(
        "CHECK(line_id IS NOT NULL OR quantity = 0)", "A decision with a quantity needs an item."
    )

    @api.model
    def _get_resolutions(self):
        """Return what can be decided: a resolution, nothing, a charge, or that goods stay where they are.

        :return: list of (value, label)
        """
        operations = self.env["rma.operation.type"]
        return [
            *operations._fields["resolution"]._description_selection(self.env),
            ("nothing", self.env._("Nothing")),
            ("wait", self.env._("Leave in the returns location")),
            ("shipping", self.env._("Shipping refunded")),
            ("fee", self.env._("Restocking fee")),
            ("adjustment", self.env._("Adjustment")),
        ]

    @api.depends(
        "quantity",
        "qty_revoked",
        "qty_uninvoiced",
        "credit_line_ids.quantity",
        "credit_line_ids.parent_state",
        "move_ids.quantity",
        "move_ids.state",
        "replacement_line_ids.product_uom_qty",
        "replacement_line_ids.state",
        "repair_ids.state",
    )
    def _compute_qty_done(self):
        for decision in self:
            decision.qty_done = decision._get_qty_done()

    @api.depends("resolution", "quantity", "amount", "line_id")
    def _compute_display_name(self):
        labels = dict(self._get_resolutions())
        for decision in self:
            label = labels.get(decision.resolution, "")
            if decision.line_id:
                quantity = decision.product_uom_id._format_rma_quantity(decision.quantity)
                decision.display_name = f"{label}: {quantity} {decision.product_uom_id.name}"
            else:
                decision.display_name = f"{label}: {format_amount(self.env, decision.amount, decision.currency_id)}"

    # === Engine ===

    @api.model
    def _record(self, vals_list):
        """Create decisions.

        :param vals_list: list of values
        :return: `rma.settlement` records, with rights to read them
        """
        # Only the engine writes decisions; the rights of the user were checked before.
        return self.sudo().create([{"user_id": self.env.uid, **vals} for vals in vals_list])

    def _get_qty_done(self):
        """Return the quantity carried out.

        :return: float, in the unit of measure of the item
        """
        self.ensure_one()
        model = f"rma.resolution.{self.resolution}"
        if model not in self.env:
            return self.quantity
        # Users who work on the return may not have access to its documents.
        decision = self.sudo()
        return self.env[model]._get_qty_done(decision.line_id, decision)

    def _get_qty_open(self):
        """Return the quantity that is not carried out yet.

        :return: float, in the unit of measure of the item
        """
        self.ensure_one()
        return max(0.0, self.quantity - self.qty_revoked - self._get_qty_done())

    def _is_exchange(self):
        """Return whether another product replaces the returned one: it is sold, and the returned one credited.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.product_id) and self.product_id != self.line_id.product_id

    def _is_binding(self):
        """Return whether a person decided this, or it counts as if one had: an exchange stays one though its order is
        canceled. Planned decisions are planned anew instead.

        :rtype: bool
        """
        self.ensure_one()
        return not self.is_planned or self._is_exchange()

    def _revoke(self):
        """Revoke what these decisions have not carried out yet."""
        for decision in self:
            left = decision._get_qty_open()
            if left:
                decision.sudo().qty_revoked += left

    def _get_qty_credited(self):
        """Return the quantity credited for this decision, or never invoiced.

        :return: float, in the unit of measure of the item
        """
        self.ensure_one()
        line = self.line_id
        return line._count_credits(line._get_valid_credits() & self.credit_line_ids) + self.qty_uninvoiced

    def _get_refund_way(self):
        """Return in which way the credited money is given, where it is not a plain refund: credit notes are made for
        each way. An addon that gives it otherwise overrides it.

        :return: hashable, False for a refund
        """
        return False

    def _get_charge_name(self):
        """Return the name of the credit note line of this charge: the customer reads it.

        :rtype: str
        """
        self.ensure_one()
        if self.resolution == "fee":
            return self.env._("Restocking fee")
        return self.note or self.env._("Adjustment")
