from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RmaProcessLine(models.TransientModel):
    """What becomes of one returned product."""

    _name = "rma.process.line"
    _inherit = "rma.window.mixin"
    _description = "Item of a Processed Return"

    wizard_id = fields.Many2one("rma.process", required=True, ondelete="cascade")
    rma_line_id = fields.Many2one("rma.order.line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="rma_line_id.product_id")
    product_uom_id = fields.Many2one(related="rma_line_id.product_uom_id", string="Unit")
    currency_id = fields.Many2one(related="rma_line_id.currency_id")
    product_uom_qty = fields.Float(related="rma_line_id.product_uom_qty", string="Asked")
    qty_received = fields.Float(related="rma_line_id.qty_received")
    qty_inspected = fields.Float(related="rma_line_id.qty_inspected")
    inspection_summary = fields.Char(string="Inspection", compute="_compute_inspection_summary")
    foreign_lot_ids = fields.Many2many(related="rma_line_id.foreign_lot_ids")
    accept_foreign_lots = fields.Boolean(related="rma_line_id.accept_foreign_lots", readonly=False)
    qty_to_settle = fields.Float(related="rma_line_id.qty_to_settle")
    price_unit = fields.Float(related="rma_line_id.price_unit")
    qty_restock = fields.Float(string="To Stock", digits="Product Unit")
    restock_location_id = fields.Many2one("stock.location", string="Location", domain="[('usage', '=', 'internal')]")
    qty_scrap = fields.Float(string="To Scrap", digits="Product Unit")
    qty_refund = fields.Float(string="To Refund", digits="Product Unit")
    exchange = fields.Boolean(help="Send a product instead.")
    replacement_product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        compute="_compute_replacement",
        store=True,
        readonly=False,
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
    )
    qty_replace = fields.Float(
        string="To Replace", digits="Product Unit", compute="_compute_replacement", store=True, readonly=False
    )
    qty_repair = fields.Float(string="To Repair", digits="Product Unit")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "rma_line_id"]

    @api.constrains("wizard_id", "rma_line_id")
    def _check_rma_line_id(self):
        for line in self:
            if line.rma_line_id.order_id != line.wizard_id.rma_id:
                raise ValidationError(self.env._("Choose an item of %s.", line.wizard_id.rma_id.name))

    @api.depends("rma_line_id")
    def _compute_inspection_summary(self):
        for line in self:
            line.inspection_summary = ", ".join(line.rma_line_id.inspection_ids.mapped("display_name"))

    @api.depends("exchange")
    def _compute_replacement(self):
        """Ticking the box proposes the same product for what is not decided yet; clearing it undoes that."""
        for line in self:
            if line.exchange:
                line.replacement_product_id = line.replacement_product_id or line.product_id
                others = sum(line._get_settled_quantities().values()) - line.qty_replace
                line.qty_replace = line.qty_replace or max(0.0, line.qty_to_settle - others)
            else:
                line.qty_replace = 0.0

    def _get_settled_quantities(self):
        """Tell what the screen settles in each way. A new resolution adds its own.

        :return: {resolution: quantity in the unit of measure of the line}
        """
        self.ensure_one()
        return {"refund": self.qty_refund, "replace": self.qty_replace, "repair": self.qty_repair}

    def _is_exchange(self):
        """Tell whether another product replaces the returned one.

        :rtype: bool
        """
        return bool(
            self.exchange
            and self.qty_replace
            and self.replacement_product_id
            not in (
                self.product_id,
                self.env["product.product"],
            )
        )

    def _get_qty_credit(self):
        """Tell how much the credit notes will cover, in the unit of measure of the line.

        :rtype: float
        """
        return self.qty_refund + (self.qty_replace if self._is_exchange() else 0.0)

    def _get_replacement_amount(self):
        """Tell what the replacement costs by the pricelist of the original order, taxes included.

        :return: float, in the currency of the return
        """
        self.ensure_one()
        rma = self.wizard_id.rma_id
        product = self.replacement_product_id
        if not self._is_exchange() or not product.uom_id._has_common_reference(self.product_uom_id):
            return 0.0
        # Returns staff may not see every order, nor the taxes.
        original = rma.sudo()._get_original_order()
        price = original.pricelist_id._get_product_price(
            product.sudo(), self.qty_replace, currency=rma.currency_id, uom=self.product_uom_id
        )
        taxes = product.sudo().taxes_id._filter_taxes_by_company(rma.company_id)
        return original.fiscal_position_id.map_tax(taxes).compute_all(
            price, currency=rma.currency_id, quantity=self.qty_replace, product=product, partner=rma.partner_id
        )["total_included"]

    def _get_warnings(self):
        """Say what should not go unnoticed before the screen is completed.

        :return: list of sentences
        """
        self.ensure_one()
        warnings = []
        rma_line = self.rma_line_id
        if self.foreign_lot_ids and not self.accept_foreign_lots:
            warnings.append(
                self.env._(
                    "%(lots)s of %(product)s was not delivered to this customer by the order. Tick Accept to go on.",
                    lots=", ".join(self.foreign_lot_ids.mapped("name")),
                    product=self.product_id.display_name,
                )
            )
        if self._get_qty_credit() > 0:
            # Returns staff see what was invoiced without rights in accounting.
            line = rma_line.sudo()
            _shares, uninvoiced = line._get_allocations({line: self._get_qty_credit()})
            if uninvoiced:
                warnings.append(
                    self.env._(
                        "%(quantity)s of %(product)s are not invoiced, or credited already: nothing is refunded for "
                        "them.",
                        quantity=uninvoiced[line],
                        product=self.product_id.display_name,
                    )
                )
        return warnings

    def action_inspect(self):
        """Open the inspection; the process screen opens again afterwards, with the plan that follows from it.

        :return: window action
        """
        return self.wizard_id.rma_id.action_inspect()

    def _get_qty_here(self):
        """Tell what waits in the returns location: to be moved on, or planned to be repaired.

        :rtype: float
        """
        return self.rma_line_id.qty_to_dispose + self.rma_line_id._due_repair()

    def _check_quantities(self):
        """Refuse what cannot be.

        :raise UserError: names the product and says what to change
        """
        for line in self:
            by_resolution = line._get_settled_quantities()
            quantities = (line.qty_restock, line.qty_scrap, *by_resolution.values())
            settled = sum(by_resolution.values())
            inspected = line.rma_line_id._get_inspected_quantities()
            moved = line.qty_restock + line.qty_scrap + line.qty_repair + inspected["other"]
            here = line._get_qty_here()
            problem = ""
            if any(quantity < 0 for quantity in quantities):
                problem = self.env._("quantities cannot be below zero.")
            elif line.product_uom_id.compare(settled, line.qty_to_settle) > 0:
                problem = self.env._(
                    "%(settled)s are to be refunded, replaced or repaired, but only %(left)s are left to settle.",
                    settled=settled,
                    left=line.qty_to_settle,
                )
            elif line.product_uom_id.compare(moved, here) > 0:
                problem = self.env._(
                    "%(moved)s are to be restocked, scrapped or repaired, but only %(here)s wait in the "
                    "returns location.",
                    moved=moved,
                    here=here,
                )
            elif (
                line.product_uom_id.compare(line.qty_restock, inspected["restock"]) < 0
                or line.product_uom_id.compare(line.qty_scrap, inspected["scrap"]) < 0
            ):
                problem = self.env._(
                    "the inspection puts %(restock)s in stock and %(scrap)s to scrap. Change its results to decide "
                    "otherwise.",
                    restock=inspected["restock"],
                    scrap=inspected["scrap"],
                )
            elif line.qty_restock and not line.restock_location_id:
                problem = self.env._("choose the location to put it in.")
            elif line.qty_replace and not line.exchange:
                problem = self.env._("tick Exchange to replace it, or set the quantity to replace to zero.")
            if problem:
                raise UserError(
                    self.env._("%(product)s: %(problem)s", product=line.product_id.display_name, problem=problem)
                )

    def _decide(self):
        """Write down what the screen decides, beside what was decided before. What is left gets nothing."""
        self.ensure_one()
        rma_line = self.rma_line_id
        settled = self._get_settled_quantities()
        left_over = max(0.0, self.qty_to_settle - sum(settled.values()))
        other = rma_line._get_inspected_quantities()["other"]
        wait = max(0.0, self._get_qty_here() - self.qty_restock - self.qty_scrap - self.qty_repair - other)
        done = rma_line._get_settled_by_resolution()
        values = {
            **{f"decided_{resolution}_qty": done[resolution] + quantity for resolution, quantity in settled.items()},
            "decided_return_only_qty": rma_line.decided_return_only_qty + left_over,
            "decided_wait_qty": rma_line.decided_wait_qty + wait,
        }
        if self.exchange and self.qty_replace:
            values["replacement_product_id"] = self.replacement_product_id.id
        # Decisions are written by the engine only; who may process the return was checked before.
        rma_line.sudo().write(values)

    def _dispose(self):
        """Move the goods on: by the inspection what it decided, by the screen the rest."""
        inspected = {line: line.rma_line_id._get_inspected_quantities() for line in self}
        self.rma_line_id._carry_out_inspections()
        self.env["rma.order.line"]._restock(
            {line.rma_line_id: line.qty_restock - inspected[line]["restock"] for line in self},
            {line.rma_line_id: line.restock_location_id for line in self},
        )
        self.env["rma.order.line"]._scrap(
            {line.rma_line_id: line.qty_scrap - inspected[line]["scrap"] for line in self}
        )
