from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaProcessDecision(models.TransientModel):
    """What the customer gets for a quantity of a returned product: a row of the process screen."""

    _name = "rma.process.decision"
    _inherit = "rma.window.mixin"
    _description = "Decision of a Processed Return"
    _order = "rma_line_id, id"

    wizard_id = fields.Many2one("rma.process", required=True, index=True, ondelete="cascade")
    rma_id = fields.Many2one(related="wizard_id.rma_id")
    rma_line_id = fields.Many2one(
        "rma.order.line",
        string="Item",
        required=True,
        ondelete="cascade",
        compute="_compute_rma_line_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('order_id', '=', rma_id)]",
    )
    resolution = fields.Selection(
        selection=lambda self: self._get_resolutions(), string="Customer Gets", required=True, default="nothing"
    )
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        help="In the unit of measure of the item.",
    )
    product_uom_id = fields.Many2one(related="rma_line_id.product_uom_id", string="Unit")
    has_product = fields.Boolean(compute="_compute_has_product")
    product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
    )
    note = fields.Char(string="Reason", help="Kept with the decision.")

    _quantity_positive = models.Constraint("CHECK(quantity >= 0)", "Quantities cannot be negative.")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "rma_line_id"]

    @api.constrains("wizard_id", "rma_line_id")
    def _check_rma_line_id(self):
        for row in self:
            if row.rma_line_id.order_id != row.wizard_id.rma_id:
                raise ValidationError(self.env._("Choose an item from %s.", row.wizard_id.rma_id.name))

    @api.model
    def _get_resolutions(self):
        """Return the available decisions: the resolutions that staff choose, or nothing.

        :return: list of (value, label)
        """
        labels = dict(self.env["rma.operation.type"]._fields["resolution"]._description_selection(self.env))
        offered = [res._get_value() for res in self.env["rma.resolution"]._get_all() if res._is_offered]
        return [(value, labels[value]) for value in offered] + [("nothing", self.env._("Nothing"))]

    @api.depends("wizard_id")
    def _compute_rma_line_id(self):
        """Propose the item if only one is left to settle."""
        for row in self:
            lines = row.wizard_id.rma_id.line_ids.filtered("qty_to_settle")
            row.rma_line_id = row.rma_line_id or (lines if len(lines) == 1 else lines.browse())

    @api.depends("rma_line_id")
    def _compute_quantity(self):
        """Propose the quantity not decided yet."""
        for row in self:
            others = row.wizard_id.decision_ids.filtered(
                lambda other, row=row: other.rma_line_id == row.rma_line_id and other != row
            )
            left = row.rma_line_id.qty_to_settle - sum(others.mapped("quantity"))
            row.quantity = row.quantity or max(0.0, left)

    @api.depends("resolution")
    def _compute_has_product(self):
        for row in self:
            resolution = row._get_resolution()
            row.has_product = resolution is not None and resolution._has_product

    @api.depends("resolution", "rma_line_id")
    def _compute_product_id(self):
        """Propose the product that the customer asked for, or the same one."""
        for row in self:
            asked = row.rma_line_id.replacement_product_id or row.rma_line_id.product_id
            row.product_id = row.has_product and (row.product_id or asked)

    def _get_resolution(self):
        """Return the model of the resolution of this row.

        :return: `rma.resolution.*` model, None if nothing is given
        """
        self.ensure_one()
        name = f"rma.resolution.{self.resolution}"
        return self.env.get(name)

    def _is_exchange(self):
        """Return whether another product replaces the returned one.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.has_product and self.product_id and self.product_id != self.rma_line_id.product_id)

    def _is_credited(self):
        """Return whether credit notes cover this row.

        :rtype: bool
        """
        self.ensure_one()
        resolution = self._get_resolution()
        return resolution is not None and (resolution._credits or self._is_exchange())

    def _new_decision(self):
        """Return the decision that this row would make, in memory only.

        :return: `rma.settlement` record
        """
        return self.env["rma.settlement"].new(
            {
                "order_id": self.wizard_id.rma_id.id,
                "line_id": self.rma_line_id.id,
                "resolution": self.resolution,
                "quantity": self.quantity,
                "product_id": self.product_id.id,
            }
        )

    def _prepare_settlement_values(self):
        """Prepare the decision of this row. Override it to carry a field of your own.

        :return: values of `rma.settlement`
        """
        self.ensure_one()
        wizard = self.wizard_id
        resolution = self._get_resolution()
        values = {
            "order_id": wizard.rma_id.id,
            "line_id": self.rma_line_id.id,
            "resolution": self.resolution,
            "quantity": self.quantity,
            "note": self.note,
        }
        if resolution is not None:
            # Users who settle may not have access to the other fields of the decision.
            (planned,) = resolution.sudo()._prepare_decisions_values({self.rma_line_id.sudo(): self.quantity})
            values = {**planned, **values, "is_planned": False}
        if self.has_product:
            values["product_id"] = self.product_id.id
            if wizard.carrier_id:
                values["carrier_id"] = wizard.carrier_id.id
                values["carrier_price"] = wizard.carrier_price if wizard.bill_shipping else 0.0
        return values

    def _get_amount_sent(self):
        """Return the value of a replacement that is sent without being paid: the same product is worth what was paid
        for it, and another product what the refund does not cover, unless it waits for the payment.

        :return: float, before taxes, in the currency of the return
        """
        self.ensure_one()
        line = self.rma_line_id
        paid = line.price_unit * self.quantity
        if not self.has_product:
            return 0.0
        if not self._is_exchange():
            return paid
        if line.operation_type_id.exchange_delivery == "wait":
            return 0.0
        return max(0.0, self._get_replacement_amount("total_excluded") - paid)

    def _get_replacement_amount(self, total="total_included"):
        """Return the price of the replacement by the pricelist of the original order, taxes included.

        :param total: "total_excluded" for the price before taxes
        :return: float, in the currency of the return
        """
        self.ensure_one()
        if not self._is_exchange():
            return 0.0
        wanted = {self.rma_line_id: (self.product_id, self.quantity)}
        return self.rma_line_id._get_replacement_prices(wanted, total)[self.rma_line_id, self.product_id]

    def _get_warnings(self):
        """Return the warnings to show before the screen is completed.

        :return: list of sentences
        """
        self.ensure_one()
        resolution = self._get_resolution()
        return resolution._get_warnings(self) if resolution is not None and self.quantity else []
