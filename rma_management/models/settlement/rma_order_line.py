from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """The settling engine: how much ends in which way, and how much of that is left to do."""

    _inherit = "rma.order.line"

    decided_return_only_qty = fields.Float(
        digits="Product Unit", copy=False, readonly=True, help="Nothing is given for this quantity."
    )
    qty_to_settle = fields.Float(
        string="To Settle",
        compute="_compute_qty_to_settle",
        store=True,
        digits="Product Unit",
        help="Received, or approved where the operation does not wait for the goods, and not settled yet.",
    )
    is_open = fields.Boolean(compute="_compute_qty_to_settle", store=True)
    is_settled = fields.Boolean(compute="_compute_qty_to_settle", store=True)
    is_awaited = fields.Boolean(
        compute="_compute_is_awaited", store=True, help="A credit note is not posted, or a replacement not delivered."
    )

    @api.depends(lambda self: self._get_settlement_fields())
    def _compute_qty_to_settle(self):
        resolutions = self._get_resolutions()
        for line in self:
            due = {resolution: getattr(line, f"_due_{resolution}")() for resolution in resolutions}
            overlap = min(due["refund"], due["replace"]) if line._is_exchange() else 0.0
            line.qty_to_settle = line._round(sum(due.values()) - overlap)
            line.is_open = bool(line.qty_to_settle or line.qty_expected or line.qty_away)
            line.is_settled = not line.is_open and bool(line.qty_received or line._has_settlement())

    @api.model
    def _get_settlement_fields(self):
        """Fields that what is left to settle depends on. A new resolution adds its own.

        :return: list of field names
        """
        return [
            "product_uom_qty",
            "order_id.date_approved",
            "operation_type_id.resolution",
            "operation_type_id.receipt_policy",
            "replacement_product_id",
            "decided_refund_qty",
            "decided_replace_qty",
            "decided_repair_qty",
            "decided_return_only_qty",
            "qty_uninvoiced",
            "qty_received",
            "qty_expected",
            "qty_refunded",
            "qty_replaced",
            "qty_repair_ordered",
            "qty_repaired",
        ]

    @api.depends(
        "credit_line_ids.parent_state",
        "move_ids.state",
        "move_ids.rma_role",
        "replacement_line_ids.state",
        "replacement_line_ids.qty_delivered",
    )
    def _compute_is_awaited(self):
        for line in self:
            # Returns staff follow documents that they may not see.
            line_sudo = line.sudo()
            shipped = line_sudo._get_replacement_moves() | line_sudo._get_sent_back_moves()
            sold = line_sudo.replacement_line_ids.filtered(lambda sale_line: sale_line.state != "cancel")
            line.is_awaited = (
                "draft" in line_sudo.credit_line_ids.mapped("parent_state")
                or any(move.state != "done" for move in shipped)
                or any(sale_line.qty_delivered < sale_line.product_uom_qty for sale_line in sold)
            )

    @api.model
    def _get_resolutions(self):
        """Ways to settle a line. Each has its methods `_due_*`, `_settle_*` and `_settled_*` in a file of its own.

        :return: list of the values of `rma.operation.type.resolution`
        """
        return [
            value
            for value, _label in self.env["rma.operation.type"]._fields["resolution"]._description_selection(self.env)
        ]

    def _get_qty_basis(self):
        """Tell what may be settled by now, in the unit of measure of the line.

        :rtype: float
        """
        self.ensure_one()
        if self.operation_type_id.receipt_policy in ("after", "none"):
            return self.product_uom_qty if self.order_id.date_approved else 0.0
        return min(self.qty_received, self.product_uom_qty)

    def _get_qty_planned(self, resolution):
        """Tell what ends in a resolution: what staff decided, and what is not decided yet by the operation.

        :param resolution: value of `rma.operation.type.resolution`
        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        planned = self[f"decided_{resolution}_qty"]
        if self.operation_type_id.resolution == resolution:
            settled = self._get_settled_by_resolution()
            taken = sum(max(settled[other], self[f"decided_{other}_qty"]) for other in settled)
            planned = max(planned, settled[resolution]) + max(0.0, self._get_qty_basis() - taken)
        return planned

    def _get_settled_by_resolution(self):
        """Tell how much ended in which resolution so far, in the unit of measure of the line.

        :return: {resolution: quantity}
        """
        self.ensure_one()
        return {resolution: getattr(self, f"_settled_{resolution}")() for resolution in self._get_resolutions()}

    def _has_settlement(self):
        """Tell whether anything was given for this line, or decided that nothing is.

        :rtype: bool
        """
        self.ensure_one()
        return any(self._get_settled_by_resolution().values())

    def _settle(self, dispose=True, options=None):
        """Make the documents that are due, each kind for all lines at once.

        :param dispose: move the goods on by the disposition of each line's operation
        :param options: {resolution: keyword arguments of its `_settle_*`}, where staff decided more than quantities
        :raise UserError: when a document cannot be made
        """
        options = options or {}
        self._check_foreign_lots()
        self._decide_exchanges()
        for resolution in self._get_resolutions():
            due = {line: getattr(line, f"_due_{resolution}")() for line in self}
            due = {line: quantity for line, quantity in due.items() if line.product_uom_id.compare(quantity, 0) > 0}
            if due or resolution in options:
                lines = self.browse().union(*due)
                getattr(lines, f"_settle_{resolution}")(due, **options.get(resolution, {}))
        self._sync_order_quantities()
        if dispose:
            self._dispose()

    def _settle_automatically(self):
        """Settle what has just arrived, where the operation does not wait for anybody to process it.

        What cannot be settled is left to people, and does not keep the warehouse from receiving.
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

    def _due_return_only(self):
        return 0.0

    def _settle_return_only(self, quantities):
        return None

    def _settled_return_only(self):
        """Tell for how much nothing is given: decided by staff, or found worth nothing by the inspection.

        :return: float, in the unit of measure of the line
        """
        return self.decided_return_only_qty + self._get_qty_worthless()

    def _is_refunded(self):
        """Tell whether any of the line is, or will be, credited: the order then counts it as not delivered.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.decided_refund_qty
            or self._get_qty_credited()
            or self.qty_uninvoiced
            or self.operation_type_id.resolution == "refund"
            or self._get_qty_exchange()
            or (self._is_exchange() and self.operation_type_id.resolution == "replace")
        )

    def _get_qty_pending(self):
        """Tell how much lowers the delivered quantity of the order, but is not credited: not yet, or not ever.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        if not self._is_refunded():
            return 0.0
        shipped = self._get_replacement_moves() | self._get_repaired_moves() | self._get_sent_back_moves()
        shipped = self._count(shipped.filtered(lambda move: move.state == "done" and move.sale_line_id))
        return max(0.0, self.qty_received - shipped - self._get_qty_credited() - self.qty_uninvoiced)

    def _sync_order_quantities(self):
        """Let the delivered quantity of the order follow the outcome.

        Receipts lower it where something is refunded; what is shipped again then raises it. Where nothing is
        refunded neither counts, so that the order never asks for an invoice in between.
        """
        # Returns staff need no rights in the warehouse.
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
