from odoo import api, fields, models

from .helpdesk_ticket_team import REPAIR_QUOTATIONS


class RepairOrder(models.Model):
    _name = "repair.order"
    _inherit = ["repair.order", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
    ticket_sale_order_id = fields.Many2one(
        "sale.order",
        string="Order of the Ticket",
        compute="_compute_ticket_sale_order_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        help="The sales order that sold the repaired product, as the ticket says.",
    )
    ticket_quotation = fields.Selection(
        REPAIR_QUOTATIONS,
        string="Quotation",
        copy=False,
        help="When the customer of the ticket gets a quotation for the repair.",
    )
    ticket_customer_note = fields.Text(string="Notes for the Customer", copy=False, help="Printed on the repair order.")
    ticket_service_ids = fields.One2many(
        "helpdesk.repair.service",
        "repair_id",
        string="Services",
        copy=False,
        help="Services that the quotation of the repair bills, besides its parts.",
    )
    ticket_items = fields.Text(
        string="Parts and Services",
        compute="_compute_ticket_items",
        compute_sudo=True,
        help="All parts and services, as one text.",
    )

    @api.depends("ticket_id")
    def _compute_ticket_sale_order_id(self):
        """Start with the order of the ticket; the window of a repair sets another one where the agent chose so."""
        for repair in self:
            repair.ticket_sale_order_id = repair.ticket_id.sale_order_id

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"ticket_id"}

    def _get_ticket_paths(self):
        return super()._get_ticket_paths() + ["rma_line_id.order_id.ticket_ids"]

    @api.model
    def _get_agent_actions(self):
        return super()._get_agent_actions() | {"repair.action_report_repair_order"}

    @api.depends(
        "move_ids.product_id",
        "move_ids.product_uom_qty",
        "move_ids.repair_line_type",
        "ticket_service_ids.product_id",
        "ticket_service_ids.quantity",
    )
    def _compute_ticket_items(self):
        """List parts and services, for users without access to stock moves."""
        for repair in self:
            types = dict(repair.move_ids._fields["repair_line_type"]._description_selection(self.env))
            items = [
                (types.get(move.repair_line_type), move.product_uom, move.product_uom_qty, move.product_id)
                for move in repair.move_ids
                if move.state != "cancel"
            ] + [
                (self.env._("Service"), service.product_uom_id, service.quantity, service.product_id)
                for service in repair.ticket_service_ids
            ]
            repair.ticket_items = "\n".join(
                f"{kind}: {unit._format_rma_quantity(quantity)} {unit.name} {product.display_name}"
                for kind, unit, quantity, product in items
            )

    def action_repair_done(self):
        result = super().action_repair_done()
        # Technicians may have no access to Sales; the quotation is part of ending the repair.
        self.sudo()._create_ticket_quotations("after")
        return result

    def _has_parts_to_quote(self):
        """Return whether the repair names parts or services that the customer would pay: a quotation without any says
        nothing.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.ticket_service_ids) or any(
            move.repair_line_type == "add" and move.state != "cancel" for move in self.move_ids
        )

    def _create_ticket_quotations(self, moment):
        """Create the requested quotations for repairs of tickets, and link them to the tickets.

        :param moment: "before" or "after" the repair
        :return: `sale.order` records
        """
        due = self.filtered(
            lambda repair: (
                repair.ticket_quotation == moment
                and repair.partner_id
                and not repair.sale_order_id
                and (repair._has_parts_to_quote() if moment == "before" else repair.state == "done")
            )
        )
        for repair in due:
            # Odoo creates one repair quotation at a time.
            repair.action_create_sale_order()
            repair.ticket_service_ids._quote()
            repair.ticket_id._link_document(repair.sale_order_id, self.env._("Quotation"))
        return due.sale_order_id

    def _update_sale_order_line_price(self):
        result = super()._update_sale_order_line_price()
        for repair in self:
            # Technicians may have no access to Sales; the quotation was ordered by the ticket.
            repair.sudo().ticket_service_ids._set_prices()
        return result
