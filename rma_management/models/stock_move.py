from odoo import api, fields, models

from .rma_sealed_mixin import carry


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["rma.sealed.mixin", "stock.move"]

    # Not copied: a duplicate, or a return of the return, created manually does not belong to this return.
    rma_line_id = fields.Many2one(
        "rma.order.line", string="Returned Product", index="btree_not_null", copy=False, check_company=True
    )
    rma_settlement_id = fields.Many2one(
        "rma.settlement", string="Return Decision", index="btree_not_null", copy=False, check_company=True
    )
    # Set when the move is created, and used wherever a move of a return counts: locations tell where it goes,
    # not what it is. No index: such moves are found by their line.
    rma_role = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("restock", "Put back in stock"),
            ("refurbish", "To refurbishing"),
            ("scrap", "Scrap"),
            ("vendor", "Back to the vendor"),
            ("replacement", "Replacement"),
            ("repaired", "Back from repair"),
            ("sent_back", "Back to the customer"),
        ],
        string="Role in the Return",
        copy=False,
        readonly=True,
        help="The purpose of this move in the return. Empty for moves that do not belong to a return or "
        "were created manually.",
    )
    rma_repair_id = fields.Many2one(
        "repair.order", string="Sends Back Repair", index="btree_not_null", copy=False, check_company=True
    )

    rma_inspection_id = fields.Many2one(
        "rma.inspection", string="Inspection", index="btree_not_null", copy=False, check_company=True
    )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {
            "rma_line_id",
            "rma_settlement_id",
            "rma_role",
            "rma_repair_id",
            "rma_inspection_id",
        }

    def _prepare_move_split_vals(self, qty):
        values = super()._prepare_move_split_vals(qty)
        values["rma_line_id"] = carry(self.rma_line_id.id)
        values["rma_settlement_id"] = carry(self.rma_settlement_id.id)
        values["rma_role"] = carry(self.rma_role)
        values["rma_repair_id"] = carry(self.rma_repair_id.id)
        values["rma_inspection_id"] = carry(self.rma_inspection_id.id)
        return values

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + [
            "rma_line_id",
            "rma_settlement_id",
            "rma_role",
            "rma_repair_id",
            "rma_inspection_id",
        ]

    def _reaches_final_location(self):
        """Return whether this move reaches the final location, not an intermediate step.

        :rtype: bool
        """
        self.ensure_one()
        return not self.location_final_id or self.location_dest_id._child_of(self.location_final_id)

    def _get_new_picking_values(self):
        values = super()._get_new_picking_values()
        rma = self.rma_line_id.order_id
        if len(rma) == 1:
            values["rma_id"] = carry(rma.id)
        return values
