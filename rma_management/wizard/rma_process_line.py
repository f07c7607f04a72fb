from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RmaProcessLine(models.TransientModel):
    """What happens to the goods of one returned product, with a view of what the customer gets for it.

    The quantities by resolution are those of the rows of decisions; writing one writes the rows, so that a program
    need not know them.
    """

    _name = "rma.process.line"
    _inherit = "rma.window.mixin"
    _description = "Item of a Processed Return"

    wizard_id = fields.Many2one("rma.process", required=True, index=True, ondelete="cascade")
    rma_line_id = fields.Many2one("rma.order.line", string="Item", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="rma_line_id.product_id")
    reason_id = fields.Many2one(related="rma_line_id.reason_id")
    comment = fields.Text(related="rma_line_id.comment")
    photos = fields.Json(
        compute="_compute_photos",
        store=True,
        precompute=True,
        help="IDs of the photos of the customer, stored so that no change of the screen reads them again.",
    )
    product_uom_id = fields.Many2one(related="rma_line_id.product_uom_id", string="Unit")
    currency_id = fields.Many2one(related="rma_line_id.currency_id")
    product_uom_qty = fields.Float(related="rma_line_id.product_uom_qty", string="Requested")
    qty_received = fields.Float(related="rma_line_id.qty_received")
    qty_inspected = fields.Float(related="rma_line_id.qty_inspected")
    inspection_summary = fields.Char(string="Inspection", compute="_compute_inspection_summary")
    foreign_lot_ids = fields.Many2many("stock.lot", string="Foreign Lots/Serials", compute="_compute_foreign_lot_ids")
    accept_foreign_lots = fields.Boolean(related="rma_line_id.accept_foreign_lots", readonly=False)
    qty_to_settle = fields.Float(related="rma_line_id.qty_to_settle")
    price_unit = fields.Float(related="rma_line_id.price_unit")
    qty_restock = fields.Float(string="To Stock", digits="Product Unit")
    restock_location_id = fields.Many2one("stock.location", string="Location", domain="[('usage', '=', 'internal')]")
    qty_scrap = fields.Float(string="To Scrap", digits="Product Unit")
    qty_refund = fields.Float(
        string="To Refund", digits="Product Unit", compute="_compute_decided", inverse="_inverse_qty_refund"
    )
    qty_repair = fields.Float(
        string="To Repair", digits="Product Unit", compute="_compute_decided", inverse="_inverse_qty_repair"
    )
    exchange = fields.Boolean(
        help="Send a replacement product.", compute="_compute_decided", inverse="_inverse_exchange"
    )
    replacement_product_id = fields.Many2one(
        "product.product",
        string="Replacement",
        compute="_compute_decided",
        inverse="_inverse_replacement_product_id",
    )
    qty_replace = fields.Float(
        string="To Replace", digits="Product Unit", compute="_compute_decided", inverse="_inverse_qty_replace"
    )

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "rma_line_id"]

    @api.constrains("wizard_id", "rma_line_id")
    def _check_rma_line_id(self):
        for line in self:
            if line.rma_line_id.order_id != line.wizard_id.rma_id:
                raise ValidationError(self.env._("Choose an item from %s.", line.wizard_id.rma_id.name))

    @api.depends("rma_line_id")
    def _compute_photos(self):
        for line in self:
            line.photos = line.rma_line_id.attachment_ids.ids

    @api.depends("rma_line_id", "wizard_id.has_foreign_lots")
    def _compute_foreign_lot_ids(self):
        for line in self:
            line.foreign_lot_ids = line.wizard_id.has_foreign_lots and line.rma_line_id.foreign_lot_ids

    @api.depends("rma_line_id", "wizard_id.has_inspection")
    def _compute_inspection_summary(self):
        for line in self:
            inspections = line.wizard_id.has_inspection and line.rma_line_id.inspection_ids
            line.inspection_summary = inspections and ", ".join(inspections.mapped("display_name"))

    @api.depends(
        "wizard_id.decision_ids.rma_line_id",
        "wizard_id.decision_ids.resolution",
        "wizard_id.decision_ids.quantity",
        "wizard_id.decision_ids.product_id",
    )
    def _compute_decided(self):
        for line in self:
            line.qty_refund = sum(line._get_decisions("refund").mapped("quantity"))
            line.qty_repair = sum(line._get_decisions("repair").mapped("quantity"))
            replaced = line._get_decisions("replace")
            line.qty_replace = sum(replaced.mapped("quantity"))
            line.exchange = bool(replaced)
            line.replacement_product_id = replaced.product_id[:1]

    def _inverse_qty_refund(self):
        for line in self:
            line._set_decision("refund", line.qty_refund)

    def _inverse_qty_repair(self):
        for line in self:
            line._set_decision("repair", line.qty_repair)

    def _inverse_qty_replace(self):
        for line in self:
            line._set_decision("replace", line.qty_replace)

    def _inverse_exchange(self):
        """Propose the same product for what is not decided yet, or undo that when cleared."""
        for line in self:
            decided = sum(line._get_decisions().mapped("quantity"))
            if line.exchange:
                line._set_decision("replace", max(0.0, line.qty_to_settle - decided), keep=True)
            else:
                line._get_decisions("replace").unlink()

    def _inverse_replacement_product_id(self):
        for line in self:
            line._get_decisions("replace").product_id = line.replacement_product_id

    def write(self, vals):
        # The exchange starts from what the other quantities leave. Afterwards it has its own quantity and product.
        last = ["exchange", "replacement_product_id", "qty_replace"]
        return super().write(dict(sorted(vals.items(), key=lambda item: item[0] in last and last.index(item[0]) + 1)))

    def _get_decisions(self, resolution=None):
        """Return the decision rows of this item.

        :param resolution: only those of this resolution
        :return: `rma.process.decision` records
        """
        self.ensure_one()
        return self.wizard_id.decision_ids.filtered(
            lambda row: row.rma_line_id == self.rma_line_id and resolution in (None, row.resolution)
        )

    def _set_decision(self, resolution, quantity, keep=False):
        """Replace the rows of a resolution by a single one.

        :param resolution: value of `rma.process.decision.resolution`
        :param quantity: float, in the unit of measure of the item; 0 removes the rows
        :param keep: leave rows that exist as they are, and make one of a quantity of zero too
        :raise UserError: when the quantity is negative
        """
        self.ensure_one()
        rows = self._get_decisions(resolution)
        if quantity < 0:
            raise UserError(self._get_problem(self.env._("quantities cannot be negative.")))
        if keep and rows:
            return
        if not quantity and not keep:
            rows.unlink()
        elif rows:
            rows[1:].unlink()
            rows[0].quantity = quantity
        else:
            row = rows.create(
                {"wizard_id": self.wizard_id.id, "rma_line_id": self.rma_line_id.id, "resolution": resolution}
            )
            row.quantity = quantity

    def _get_qty_here(self):
        """Return the quantity in the returns location: to be moved on, or planned for repair.

        :rtype: float
        """
        line = self.rma_line_id
        taken = [resolution for resolution in self.env["rma.resolution"]._get_all() if resolution._takes_goods]
        return line.qty_to_dispose + sum(resolution._get_qty_due(line) for resolution in taken)

    def _get_qty_taken(self):
        """Return the quantity that decisions keep in the returns location until carried out, such as repairs.

        :rtype: float
        """
        taken = [
            resolution._get_value() for resolution in self.env["rma.resolution"]._get_all() if resolution._takes_goods
        ]
        return sum(row.quantity for row in self._get_decisions() if row.resolution in taken)

    def _get_problem(self, problem):
        return self.env._("%(product)s: %(problem)s", product=self.product_id.display_name, problem=problem)

    def _check_quantities(self):
        """Refuse invalid quantities.

        :raise UserError: names the product and says what to change
        """
        for line in self:
            if problem := line._get_decision_problem() or line._get_goods_problem():
                raise UserError(line._get_problem(problem))

    def _get_decision_problem(self):
        """Return why the decisions are invalid.

        :return: sentence, empty if valid
        """
        self.ensure_one()
        rows = self._get_decisions()
        settled = sum(rows.mapped("quantity"))
        if self.product_uom_id.compare(settled, self.qty_to_settle) > 0:
            return self.env._(
                "you are settling %(settled)s %(unit)s, but only %(left)s %(unit)s are left to "
                "settle. Lower the quantities.",
                settled=self.product_uom_id._format_rma_quantity(settled),
                left=self.product_uom_id._format_rma_quantity(self.qty_to_settle),
                unit=self.product_uom_id.name,
            )
        if any(row.has_product and row.quantity and not row.product_id for row in rows):
            return self.env._("choose the replacement product.")
        return ""

    def _get_goods_problem(self):
        """Return why the goods cannot go where the screen says.

        :return: sentence, empty if they can
        """
        self.ensure_one()
        inspected = self.rma_line_id._get_inspected_quantities()
        moved = self.qty_restock + self.qty_scrap + self._get_qty_taken() + inspected["other"]
        here = self._get_qty_here()
        if self.qty_restock < 0 or self.qty_scrap < 0:
            return self.env._("quantities cannot be negative.")
        if self.product_uom_id.compare(moved, here) > 0:
            return self.env._(
                "you are moving %(moved)s %(unit)s, but only %(here)s %(unit)s are in the returns "
                "location. Lower the quantities.",
                moved=self.product_uom_id._format_rma_quantity(moved),
                here=self.product_uom_id._format_rma_quantity(here),
                unit=self.product_uom_id.name,
            )
        if (
            self.product_uom_id.compare(self.qty_restock, inspected["restock"]) < 0
            or self.product_uom_id.compare(self.qty_scrap, inspected["scrap"]) < 0
        ):
            return self.env._(
                "the inspection restocks %(restock)s %(unit)s and scraps %(scrap)s %(unit)s. Change the inspection "
                "results to use lower quantities.",
                restock=self.product_uom_id._format_rma_quantity(inspected["restock"]),
                scrap=self.product_uom_id._format_rma_quantity(inspected["scrap"]),
                unit=self.product_uom_id.name,
            )
        if self.qty_restock and not self.restock_location_id:
            return self.env._("choose the stock location.")
        return ""

    def _get_warnings(self):
        """Return the warnings to show before the screen is completed.

        :return: list of sentences
        """
        self.ensure_one()
        warnings = []
        if self.foreign_lot_ids and not self.accept_foreign_lots:
            warnings.append(
                self.env._(
                    "%(lots)s of %(product)s was not delivered to this customer with the order. "
                    "Select Accept to continue.",
                    lots=", ".join(self.foreign_lot_ids.mapped("name")),
                    product=self.product_id.display_name,
                )
            )
        undecided = self._get_qty_undecided()
        if undecided:
            warnings.append(
                self.env._(
                    "No decision was made for %(quantity)s %(unit)s of %(product)s: the customer gets nothing for "
                    "them. Add a decision with a reason.",
                    quantity=self.product_uom_id._format_rma_quantity(undecided),
                    unit=self.product_uom_id.name,
                    product=self.product_id.display_name,
                )
            )
        return warnings

    def _get_qty_undecided(self):
        """Return the quantity left to settle that no row decides.

        :return: float, in the unit of measure of the item
        """
        self.ensure_one()
        left = self.qty_to_settle - sum(self._get_decisions().mapped("quantity"))
        return left if self.product_uom_id.compare(left, 0) > 0 else 0.0

    def _prepare_settlements_values(self):
        """Prepare the implicit decisions: nothing for what is left, and what stays in the returns location.

        :return: list of values of `rma.settlement`
        """
        self.ensure_one()
        other = self.rma_line_id._get_inspected_quantities()["other"]
        gone = self.qty_restock + self.qty_scrap + self._get_qty_taken() + other
        left = max(0.0, self._get_qty_here() - gone)
        if self.rma_line_id._has_other_disposition():
            # The screen has no column for other dispositions of the resolution.
            left = 0.0
        quantities = {"nothing": self._get_qty_undecided(), "wait": left}
        return [
            {
                "order_id": self.wizard_id.rma_id.id,
                "line_id": self.rma_line_id.id,
                "resolution": resolution,
                "quantity": quantity,
                "note": self.env._("No reason was given.") if resolution == "nothing" else False,
            }
            for resolution, quantity in quantities.items()
            if self.product_uom_id.compare(quantity, 0) > 0
        ]

    def action_inspect(self):
        """Open the inspection; the process screen opens again afterwards, with the plan that follows from it.

        :return: window action
        """
        return self.wizard_id.rma_id.action_inspect()

    def _dispose(self):
        """Move the goods on: by the inspection what it decided, by the screen the rest."""
        inspected = {line: line.rma_line_id._get_inspected_quantities() for line in self}
        self.rma_line_id._carry_out_inspections()
        wanted = []
        for line in self:
            restock, scrap = line.qty_restock - inspected[line]["restock"], line.qty_scrap - inspected[line]["scrap"]
            goods_of = {"line": line.rma_line_id}
            wanted.append(
                {**goods_of, "disposition": "restock", "quantity": restock, "location": line.restock_location_id}
            )
            wanted.append({**goods_of, "disposition": "scrap", "quantity": scrap})
        self.env["rma.disposition"]._carry_out(wanted)
        self.rma_line_id.filtered(lambda line: line._has_other_disposition())._dispose()
