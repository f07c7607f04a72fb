from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Lots, serial numbers and warranty: is it what was sold, and is it still under warranty."""

    _inherit = "rma.order.line"

    received_lot_ids = fields.Many2many(
        "stock.lot", string="Received Lots", compute="_compute_received_lot_ids", help="What arrived."
    )
    foreign_lot_ids = fields.Many2many(
        "stock.lot",
        string="Foreign Lots",
        compute="_compute_received_lot_ids",
        help="What arrived, but was not delivered to this customer by the order.",
    )
    accept_foreign_lots = fields.Boolean(
        string="Accept Foreign Serials",
        copy=False,
        help="Settle the return though what arrived is not what was delivered.",
    )
    date_delivered = fields.Datetime(string="Delivered on", compute="_compute_warranty")
    warranty_date = fields.Date(
        string="Warranty until", compute="_compute_warranty", help="Counted from the delivery, by the product's term."
    )
    in_warranty = fields.Boolean(compute="_compute_warranty", help="Asked back before the warranty ended.")

    @api.model
    def _get_writable_fields(self, state):
        return super()._get_writable_fields(state) | {"accept_foreign_lots"}

    @api.depends("move_ids.state", "move_ids.move_line_ids.lot_id", "sale_line_id", "product_id.tracking")
    def _compute_received_lot_ids(self):
        for line in self:
            # Returns staff may not see the transfers of the warehouse.
            received = line.sudo()._get_receipts().move_line_ids.lot_id
            line.received_lot_ids = received
            # Goods that were sold elsewhere have nothing to compare with.
            known = received and (line._get_origin_moves().lot_ids if line.sale_line_id or line.move_id else received)
            line.foreign_lot_ids = received - known if received else received

    @api.depends("move_id", "sale_line_id", "lot_ids", "product_id.warranty_months", "date_requested")
    def _compute_warranty(self):
        for line in self:
            deliveries = line._get_origin_moves()
            lots = line.lot_ids or line.received_lot_ids
            if lots & deliveries.lot_ids:
                deliveries = deliveries.filtered(lambda move, lots=lots: move.lot_ids & lots)
            # Of several deliveries the newest: nobody loses warranty because it is not known which unit comes back.
            line.date_delivered = deliveries and max(deliveries.mapped("date"))
            months = line.product_id.warranty_months
            line.warranty_date = (
                months and line.date_delivered and (line.date_delivered + relativedelta(months=months)).date()
            )
            line.in_warranty = bool(
                line.warranty_date and line.date_requested and line.date_requested.date() <= line.warranty_date
            )

    def _is_under_warranty(self):
        """Tell whether a repair of this line is free of charge: by the term of the product, or, where it has none, by
        the operation.

        :rtype: bool
        """
        self.ensure_one()
        return self.in_warranty if self.product_id.warranty_months else self.operation_type_id.under_warranty

    def _check_foreign_lots(self):
        """Refuse to settle goods that are not what was delivered, until staff accept them.

        :raise UserError: names the return, the product and the lots
        """
        for line in self.filtered(lambda line: line.tracking != "none" and not line.accept_foreign_lots):
            if line.foreign_lot_ids and line.qty_to_settle:
                raise UserError(
                    self.env._(
                        "%(return)s: %(lots)s of %(product)s arrived, but was not delivered to the customer by this "
                        "order. Correct the receipt, or tick “Accept Foreign Serials” on the item.",
                        **{
                            "return": line.order_id.name,
                            "lots": ", ".join(line.foreign_lot_ids.mapped("name")),
                            "product": line.product_id.display_name,
                        },
                    )
                )

    def _warn_of_foreign_lots(self):
        """Write into the thread of the returns what arrived that was not delivered."""
        for line in self.filtered(lambda line: line.tracking != "none" and line.foreign_lot_ids):
            line.order_id._message_log(
                body=self.env._(
                    "%(lots)s of %(product)s arrived, but was not delivered to the customer by this order.",
                    lots=", ".join(line.foreign_lot_ids.mapped("name")),
                    product=line.product_id.display_name,
                )
            )
