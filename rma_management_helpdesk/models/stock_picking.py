from odoo import api, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "helpdesk.ticket.document"]

    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
    ticket_items = fields.Text(
        string="Items", compute="_compute_ticket_items", compute_sudo=True, help="The items moved, as one text."
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"ticket_id"}

    def _get_ticket_paths(self):
        return super()._get_ticket_paths() + ["rma_id.ticket_ids"]

    @api.depends("move_ids.product_id", "move_ids.product_uom_qty", "move_ids.quantity", "move_ids.state")
    def _compute_ticket_items(self):
        """List the items moved, for users without access to stock moves."""
        for picking in self:
            picking.ticket_items = "\n".join(
                move.product_uom._format_rma_quantity(move.quantity if move.state == "done" else move.product_uom_qty)
                + f" {move.product_uom.name} {move.product_id.display_name}"
                for move in picking.move_ids
                if move.state != "cancel"
            )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.ticket_id:
            # Whoever ships may not set the ticket of a transfer.
            backorder.sudo().ticket_id = self.ticket_id
        return backorder

    def _get_ticket_labels(self, delivery):
        """Return the return labels of the carrier of a delivery: those it has, or new ones for these receipts.

        :param delivery: `stock.picking` record that delivered the goods
        :return: `ir.attachment` records, none where the carrier makes no return labels
        """
        carrier = delivery.carrier_id
        if not self or not carrier.can_generate_return:
            return self.env["ir.attachment"]
        if delivery.return_label_ids:
            return delivery.return_label_ids
        for receipt in self:
            receipt.carrier_id = carrier
            carrier.get_return_label(receipt)
        self.invalidate_recordset(["return_label_ids"])
        return self.return_label_ids
