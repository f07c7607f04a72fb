from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Check lots, serial numbers and warranty of returned products."""

    _inherit = "rma.order.line"

    received_lot_ids = fields.Many2many(
        "stock.lot",
        string="Received Lots",
        compute="_compute_received_lot_ids",
        help="The lots and serial numbers received.",
    )
    foreign_lot_ids = fields.Many2many(
        "stock.lot",
        string="Foreign Lots",
        compute="_compute_received_lot_ids",
        help="Received, but not delivered to this customer for the order.",
    )
    accept_foreign_lots = fields.Boolean(
        string="Accept Foreign Serials",
        copy=False,
        help="Settle the return although the received serial numbers differ from those delivered.",
    )
    date_delivered = fields.Datetime(string="Delivered on", compute="_compute_warranty")
    warranty_date = fields.Date(
        string="Warranty until",
        compute="_compute_warranty",
        help="Counted from the delivery, using the warranty term of the product.",
    )
    in_warranty = fields.Boolean(
        compute="_compute_warranty", help="The return was requested before the warranty ended."
    )

    @api.model
    def _get_writable_fields(self, state):
        return super()._get_writable_fields(state) | {"accept_foreign_lots"}

    @api.depends(
        "move_ids.state", "move_ids.rma_role", "move_ids.move_line_ids.lot_id", "sale_line_id", "product_id.tracking"
    )
    def _compute_received_lot_ids(self):
        # Read for all lines at once: filtered records are not prefetched together.
        self.sudo().move_ids.move_line_ids.mapped("lot_id")
        # Returns staff may not have access to transfers.
        received = {line: line.sudo()._get_receipts().move_line_ids.lot_id for line in self}
        compared = self.filtered(lambda line: received[line] and (line.sale_line_id or line.move_id))
        origins = compared._get_origin_moves_by_line()
        for line in self:
            line.received_lot_ids = received[line]
            # Goods sold elsewhere have nothing to compare with.
            line.foreign_lot_ids = line in origins and received[line] - origins[line].lot_ids

    @api.depends(
        "move_id", "sale_line_id", "lot_ids", "product_id.warranty_months", "date_requested", "order_id.partner_id.tz"
    )
    def _compute_warranty(self):
        origins = self._get_origin_moves_by_line()
        for line in self:
            deliveries = origins[line]
            lots = line.lot_ids or line.received_lot_ids
            if lots and lots & deliveries.lot_ids:
                deliveries = deliveries.filtered(lambda move, lots=lots: move.lot_ids & lots)
            # Use the newest delivery, so that no customer loses warranty because the unit is unknown.
            line.date_delivered = deliveries and max(deliveries.mapped("date"))
            months = line.product_id.warranty_months
            delivered, requested = map(line._get_customer_day, (line.date_delivered, line.date_requested))
            line.warranty_date = months and delivered and delivered + relativedelta(months=months)
            line.in_warranty = bool(line.warranty_date and requested and requested <= line.warranty_date)

    def _get_customer_day(self, moment):
        """Return the date in the time zone of the customer, or else the company, so that it does not depend on the
        current user.

        :param moment: datetime, or False
        :return: date, or False
        """
        self.ensure_one()
        # Users who see the return may know this, whatever their access to customers and companies.
        order = self.sudo().order_id
        tz = order.partner_id.tz or order.company_id.partner_id.tz or "UTC"
        return moment and fields.Date.context_today(self.with_context(tz=tz), moment)

    def _is_under_warranty(self):
        """Return whether a repair of this line is free of charge, by the warranty term of the product, or else by the
        resolution.

        :rtype: bool
        """
        self.ensure_one()
        return self.in_warranty if self.product_id.warranty_months else self.operation_type_id.under_warranty

    def _check_foreign_lots(self):
        """Refuse to settle goods that differ from those delivered, until staff accept them.

        :raise UserError: names the return, the product and the lots
        """
        for line in self.filtered(lambda line: line.tracking != "none" and not line.accept_foreign_lots):
            if line.foreign_lot_ids and line.qty_to_settle:
                raise UserError(
                    self.env._(
                        "%(return)s: %(lots)s of %(product)s was received, but was not delivered to the customer for "
                        "this order. Correct the receipt, or select “Accept Foreign Serials” on the item.",
                        **{
                            "return": line.order_id.name,
                            "lots": ", ".join(line.foreign_lot_ids.mapped("name")),
                            "product": line.product_id.display_name,
                        },
                    )
                )

    def _warn_of_foreign_lots(self):
        """Log received lots that were not delivered in the chatter of the returns."""
        for line in self.filtered(lambda line: line.tracking != "none" and line.foreign_lot_ids):
            line.order_id._message_log(
                body=self.env._(
                    "%(lots)s of %(product)s was received, but was not delivered to the customer for this order.",
                    lots=", ".join(line.foreign_lot_ids.mapped("name")),
                    product=line.product_id.display_name,
                )
            )
