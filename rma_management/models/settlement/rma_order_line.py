from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Settle lines: how much ends in which resolution, and how much of that is left to do."""

    _inherit = "rma.order.line"

    settlement_ids = fields.One2many(
        "rma.settlement",
        "line_id",
        string="Decisions",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What was decided for which quantity, by whom and when.",
    )
    is_taken_over = fields.Boolean(
        readonly=True,
        copy=False,
        help="Comes from OCA's rma, and nothing was settled since: its order counts what that addon made of it.",
    )
    qty_nothing = fields.Float(
        string="Nothing Given",
        compute="_compute_qty_decided",
        store=True,
        digits="Product Unit",
        help="Staff decided to give nothing for this quantity.",
    )
    qty_kept_here = fields.Float(
        string="Left in Returns",
        compute="_compute_qty_decided",
        store=True,
        digits="Product Unit",
        help="Staff decided to leave this quantity in the returns location.",
    )
    qty_uninvoiced = fields.Float(
        string="Not Invoiced",
        compute="_compute_qty_decided",
        store=True,
        digits="Product Unit",
        help="Returned before it was invoiced. There is nothing to credit; the delivered quantity of the "
        "sales order is lowered.",
    )
    qty_to_settle = fields.Float(
        string="To Settle",
        compute="_compute_qty_to_settle",
        store=True,
        digits="Product Unit",
        help="Received, or approved if the resolution does not wait for the goods, and not settled yet.",
    )
    is_open = fields.Boolean(compute="_compute_qty_to_settle", store=True, help="Something remains to be done.")
    is_settled = fields.Boolean(compute="_compute_qty_to_settle", store=True, help="Everything has been settled.")
    is_awaited = fields.Boolean(
        compute="_compute_is_awaited",
        store=True,
        help="A credit note is not posted yet, or a replacement is not delivered yet.",
    )

    _to_settle_index = models.Index("(order_id) WHERE qty_to_settle > 0")

    @api.depends("settlement_ids.quantity", "settlement_ids.qty_uninvoiced")
    def _compute_qty_decided(self):
        for line in self:
            # Users who work on the return may not have access to decisions.
            decisions = line.sudo().settlement_ids
            # Worthless goods are counted by the inspection.
            nothing = decisions.filtered(lambda d: d.resolution == "nothing" and not d.inspection_id)
            line.qty_nothing = sum(nothing.mapped("quantity"))
            line.qty_kept_here = sum(decisions.filtered(lambda d: d.resolution == "wait").mapped("quantity"))
            line.qty_uninvoiced = sum(decisions.mapped("qty_uninvoiced"))

    @api.depends(lambda self: self._get_settlement_fields())
    def _compute_qty_to_settle(self):
        resolutions = self.env["rma.resolution"]._get_all()
        for line in self:
            due = {resolution._get_value(): resolution._get_qty_due(line) for resolution in resolutions}
            # The credit of an exchanged product is part of the exchange.
            overlap = min(due["refund"], line._get_qty_exchange_due())
            line.qty_to_settle = line._round(sum(due.values()) - overlap)
            line.is_open = bool(line.qty_to_settle or line.qty_expected or line.qty_away or line._is_to_invoice_again())
            line.is_settled = not line.is_open and bool(line.qty_received or line._has_settlement())

    @api.model
    def _get_settlement_fields(self):
        """Return the fields that what is left to settle depends on. Resolutions name theirs by `_get_depends`.

        :return: list of field names
        """
        names = [
            "product_uom_qty",
            "order_id.date_approved",
            "operation_type_id.resolution",
            "operation_type_id.receipt_policy",
            "replacement_product_id",
            "settlement_ids.quantity",
            "settlement_ids.qty_revoked",
            "qty_received",
            "qty_expected",
            "qty_undone",
            "qty_away",
            "sale_line_id.qty_to_invoice",
        ]
        for model in self.env.registry:
            if model.startswith("rma.resolution."):
                names += self.env[model]._get_depends()
        return list(dict.fromkeys(names))

    @api.depends(
        "is_taken_over",
        "credit_line_ids.parent_state",
        "move_ids.state",
        "move_ids.rma_role",
        "replacement_line_ids.state",
        "replacement_line_ids.qty_delivered",
    )
    def _compute_is_awaited(self):
        for line in self:
            # Returns staff track documents that they may not have access to.
            line_sudo = line.sudo()
            shipped = line_sudo._get_replacement_moves() | line_sudo._get_sent_back_moves()
            sold = line_sudo.replacement_line_ids.filtered(lambda sale_line: sale_line.state != "cancel")
            line.is_awaited = (
                # Elsewhere a return was done with its credit note, posted or not.
                (not line.is_taken_over and "draft" in line_sudo.credit_line_ids.mapped("parent_state"))
                or any(move.state != "done" for move in shipped)
                or any(sale_line.qty_delivered < sale_line.product_uom_qty for sale_line in sold)
            )

    def _is_done_late(self):
        """Return whether the return is done only once this item's documents are: by the settings, or since it comes
        from where a replacement had to be delivered.

        :rtype: bool
        """
        self.ensure_one()
        return self.is_taken_over or self.company_id.rma_closing_rule == "done"

    def _get_qty_decided(self, resolution):
        """Return the quantity decided for a resolution, carried out or not.

        :param resolution: value of `rma.operation.type.resolution`
        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        # Users who work on the return may not have access to decisions.
        decisions = self.sudo().settlement_ids.filtered(lambda d: d.resolution == resolution and d._is_binding())
        return sum(decision.quantity - decision.qty_revoked for decision in decisions)

    def _get_qty_planned(self, resolution):
        """Return the quantity of a resolution: what staff decided, and the undecided rest by its operation.

        :param resolution: value of `rma.operation.type.resolution`
        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        planned = self._get_qty_decided(resolution)
        if self.operation_type_id.resolution == resolution:
            settled = self._get_settled_by_resolution()
            taken = sum(max(settled[other], self._get_qty_decided(other)) for other in settled)
            planned = max(planned, settled[resolution]) + max(0.0, self._get_qty_basis() - taken)
        return planned

    def _prepare_process_decisions_values(self):
        """Prepare what the customer gets for this item by its plan, as the process screen proposes it.

        :return: list of values of `rma.process.decision`
        """
        self.ensure_one()
        # Users who work on the return may not have access to earlier decisions.
        line = self.sudo()
        due = {}
        for resolution in self.env["rma.resolution"]._get_all():
            for product, quantity in resolution._get_due_by_product(line).items():
                due[resolution._get_value(), product] = quantity
        # The credit of an exchanged product is part of the exchange.
        refund = ("refund", self.env["product.product"])
        due[refund] = max(0.0, due[refund] - line._get_qty_exchange_due())
        return [
            {"rma_line_id": line.id, "resolution": value, "product_id": product.id, "quantity": quantity}
            for (value, product), quantity in due.items()
            if line.product_uom_id.compare(quantity, 0) > 0
        ]

    def _get_settled_by_resolution(self):
        """Return how much ended in which resolution so far, in the unit of measure of the line.

        :return: {resolution: quantity}
        """
        self.ensure_one()
        return {
            resolution._get_value(): resolution._get_qty_settled(self)
            for resolution in self.env["rma.resolution"]._get_all()
        }

    def _get_qty_basis(self):
        """Return the quantity that can be settled now, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        if self.operation_type_id.receipt_policy in ("after", "none"):
            return self.product_uom_qty if self.order_id.date_approved else 0.0
        return min(self.qty_received, self.product_uom_qty)

    def _get_qty_taken_again(self):
        """Return how much was credited, and was sent back to the customer by hand since.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        credited = self._get_qty_credited() + self.qty_uninvoiced
        return max(0.0, min(self.qty_undone, credited - self.qty_received))

    def _is_to_invoice_again(self):
        """Return whether the customer has goods again that were credited: they come back, or are invoiced again.

        :rtype: bool
        """
        self.ensure_one()
        return self._get_qty_taken_again() > 0 and self.sale_line_id.qty_to_invoice > 0

    def _has_settlement(self):
        """Return whether anything was given for this line, or it was decided to give nothing.

        :rtype: bool
        """
        self.ensure_one()
        return any(self._get_settled_by_resolution().values())

    def _settle(self, dispose=True):
        """Carry out what was decided, and by the plan what was not: the documents of each kind for all lines at once.

        :param dispose: move the goods on by the disposition of each line's operation
        :raise UserError: when a document cannot be made
        """
        # Users who may settle need no access to the documents; their rights were checked before.
        lines = self.sudo()
        # From now on the engine, not the addon they come from, says what their orders count.
        lines.filtered(lambda line: line.is_taken_over and line.qty_to_settle).is_taken_over = False
        lines._check_foreign_lots()
        lines._record_worthless()
        resolutions = lines.env["rma.resolution"]._get_all()
        # What is credited is decided last: the credit of an exchange is part of the decision to exchange.
        decisions = {
            resolution: resolution._decide(lines) for resolution in sorted(resolutions, key=lambda res: res._credits)
        }
        credited = {}
        for resolution in resolutions:
            if resolution._credits:
                credited.update(decisions[resolution])
        lines.env["rma.resolution.refund"]._credit(credited, lines.order_id)
        for resolution in resolutions:
            if decisions[resolution] and not resolution._credits:
                resolution._settle(decisions[resolution])
        lines.filtered("repair_ids")._send_repaired_back()
        lines.filtered(lambda line: not line.is_taken_over)._sync_order_quantities()
        if dispose:
            lines._dispose()

    def _record_worthless(self):
        """Record that nothing is given for what the inspection found worthless, and why."""
        results = self.inspection_ids.filtered(lambda result: not result.refund_percent)
        results -= self.settlement_ids.inspection_id
        self.env["rma.settlement"]._record([result._prepare_worthless_values() for result in results])

    def _settle_automatically(self):
        """Settle what has just arrived, if the resolution settles automatically.

        What cannot be settled is left for manual processing, and does not block the receipt.
        """
        due = self.filtered(lambda line: line.operation_type_id.auto_settle and line.qty_to_settle)
        if not due:
            return
        try:
            with self.env.cr.savepoint():
                due._settle()
        except UserError as error:
            if len(due.order_id) > 1:
                for lines in due.grouped("order_id").values():
                    lines._settle_automatically()
            else:
                due.order_id._message_log(body=self.env._("Not settled automatically: %s", error.args[0]))

    def _sync_order_quantities(self):
        """Update the delivered quantity of the order to the outcome.

        Receipts lower it where something is refunded; what is shipped again then raises it. Where nothing is
        refunded neither counts, so that the order never asks for an invoice in between.
        """
        # Returns staff need no access to Inventory.
        for refunded, lines in self.sudo().filtered("sale_line_id").grouped(lambda line: line._is_refunded()).items():
            moves = lines.move_ids.filtered(lambda move: move.state != "cancel")
            moves.filtered(lambda move: move.rma_role == "receipt")._set_rma_to_refund(refunded)
            for line in lines:
                shipped = line._get_replacement_moves() | line._get_repaired_moves() | line._get_sent_back_moves()
                shipped = shipped.filtered(
                    lambda move, line=line, refunded=refunded: (
                        bool(move.sale_line_id) != refunded and move.product_id in line._get_components()
                    )
                )
                if shipped:
                    shipped.write({"sale_line_id": refunded and line.sale_line_id.id, "to_refund": refunded})
                    shipped.modified(["quantity"])

    def _is_refunded(self):
        """Return whether any of the line is, or will be, credited: the order then counts it as not delivered.

        :rtype: bool
        """
        self.ensure_one()
        crediting = {res._get_value() for res in self.env["rma.resolution"]._get_all() if res._credits}
        planned = self.operation_type_id._get_resolution()
        return bool(
            self._get_qty_credited()
            or self.qty_uninvoiced
            or (planned is not None and planned._credits)
            or self._get_qty_exchange()
            or (planned is not None and planned._has_product and self._is_exchange())
            or any(self._get_qty_decided(resolution) for resolution in crediting)
        )

    def _get_qty_pending(self):
        """Return how much lowers the delivered quantity of the order, but is not credited: not yet, or not ever.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        if self.is_taken_over or not self._is_refunded():
            return 0.0
        shipped = self._get_replacement_moves() | self._get_repaired_moves() | self._get_sent_back_moves()
        shipped = self._count(shipped.filtered(lambda move: move.state == "done" and move.sale_line_id))
        return max(0.0, self.qty_received - shipped - self._get_qty_credited() - self.qty_uninvoiced)
