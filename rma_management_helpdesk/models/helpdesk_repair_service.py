from odoo import api, fields, models


class HelpdeskRepairService(models.Model):
    """A service of a repair that a ticket ordered.

    Repairs of Odoo use goods only: their parts are stock moves, and their catalog lists no services. So services are
    lines of the repair's quotation; until there is one, they wait here.
    """

    _name = "helpdesk.repair.service"
    _inherit = "rma.sealed.mixin"
    _description = "Service of a Repair"

    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="cascade", help="The repair it belongs to."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Service",
        required=True,
        ondelete="restrict",
        domain="[('type', '=', 'service'), ('service_tracking', '!=', 'repair'), ('sale_ok', '=', True)]",
        help="The service that the quotation bills.",
    )
    quantity = fields.Float(
        digits="Product Unit", default=1.0, required=True, help="How much of it, in the unit of the service."
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Quotation Line",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
        help="The line of the quotation that bills it.",
    )
    is_quoted = fields.Boolean(string="Quoted", compute="_compute_is_quoted", compute_sudo=True)

    @api.depends("sale_line_id")
    def _compute_is_quoted(self):
        """Say so to technicians without access to Sales, too."""
        for service in self:
            service.is_quoted = bool(service.sale_line_id)

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"sale_line_id"}

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        # Technicians may have no access to Sales; the quotation was ordered by the ticket.
        services.repair_id.sudo()._create_ticket_quotations("before")
        services.sudo()._quote()
        return services

    def _quote(self):
        """Put these services on the quotations that their tickets ordered."""
        due = self.filtered(lambda service: not service.sale_line_id and service._is_to_quote())
        lines = self.env["sale.order.line"].create([service._prepare_sale_line_values() for service in due])
        for service, line in zip(due, lines, strict=True):
            service.sale_line_id = line
        self._set_prices()

    def _is_to_quote(self):
        """Return whether the repair has a quotation that the service belongs on.

        :rtype: bool
        """
        self.ensure_one()
        repair, order = self.repair_id, self.repair_id.sale_order_id
        # Technicians may put another order on a repair than the one that was made for it.
        is_own = order.partner_id.commercial_partner_id == repair.partner_id.commercial_partner_id
        return bool(repair.ticket_id and order) and repair.ticket_quotation in ("before", "after") and is_own

    def _prepare_sale_line_values(self):
        """Prepare the line of the quotation. Override it to carry a field of your own.

        :return: values of `sale.order.line`
        """
        self.ensure_one()
        return {
            "order_id": self.repair_id.sale_order_id.id,
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.product_uom_id.id,
        }

    def _set_prices(self):
        """Charge nothing under warranty, as for parts."""
        for repair, services in self.grouped("repair_id").items():
            lines = services.sale_line_id
            if repair.under_warranty:
                lines.write({"price_unit": 0.0, "technical_price_unit": 0.0})
            elif lines:
                lines.filtered(lambda line: not line.price_unit)._compute_price_unit()
