from odoo import api, fields, models

from .helpdesk_ticket_team import REPAIR_QUOTATIONS


class RepairOrder(models.Model):
    _name = "repair.order"
    _inherit = ["repair.order", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
    ticket_sale_order_id = fields.Many2one(related="ticket_id.sale_order_id", string="Order of the Ticket")
    ticket_quotation = fields.Selection(
        REPAIR_QUOTATIONS,
        string="Quotation",
        copy=False,
        help="When the customer of the ticket gets a quotation for the repair.",
    )
    ticket_customer_note = fields.Text(string="Notes for the Customer", copy=False, help="Printed on the repair order.")
    ticket_items = fields.Text(
        string="Parts Used", compute="_compute_ticket_items", compute_sudo=True, help="All parts, as one text."
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"ticket_id"}

    def _get_ticket_paths(self):
        return super()._get_ticket_paths() + ["rma_line_id.order_id.ticket_ids"]

    @api.model
    def _get_agent_actions(self):
        return super()._get_agent_actions() | {"repair.action_report_repair_order"}

    @api.depends("move_ids.product_id", "move_ids.product_uom_qty", "move_ids.repair_line_type")
    def _compute_ticket_items(self):
        """List the parts used, for users without access to stock moves."""
        for repair in self:
            types = dict(repair.move_ids._fields["repair_line_type"]._description_selection(self.env))
            repair.ticket_items = "\n".join(
                f"{types.get(move.repair_line_type)}: "
                f"{move.product_uom._format_rma_quantity(move.product_uom_qty)} "
                f"{move.product_uom.name} {move.product_id.display_name}"
                for move in repair.move_ids
                if move.state != "cancel"
            )

    def action_repair_done(self):
        result = super().action_repair_done()
        # Technicians may have no access to Sales; the quotation is part of ending the repair.
        self.sudo()._create_ticket_quotations("after")
        return result

    def _has_parts_to_quote(self):
        """Return whether the repair names parts that the customer would pay: a quotation without any says nothing.

        :rtype: bool
        """
        self.ensure_one()
        return any(move.repair_line_type == "add" and move.state != "cancel" for move in self.move_ids)

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
            repair.ticket_id._link_document(repair.sale_order_id, self.env._("Quotation"))
        return due.sale_order_id
