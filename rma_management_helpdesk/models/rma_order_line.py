from odoo import models
from odoo.fields import Domain

OPEN_REPAIRS = ("draft", "confirmed", "under_repair")


class RmaOrderLine(models.Model):
    _name = "rma.order.line"
    _inherit = ["rma.order.line", "helpdesk.ticket.document"]

    def _get_ticket_paths(self):
        return ["order_id.ticket_ids"]

    # === Repairs ordered by tickets ===

    def _get_qty_left_to_repair(self):
        """Return how much is to be repaired and has no repair yet, whether it has arrived or not.

        :return: float, in the unit of measure of the line
        """
        self.ensure_one()
        due = self.env["rma.resolution.repair"]._get_qty_due(self)
        if self.operation_type_id.resolution == "repair" and self.order_id.state in (
            "requested",
            "approved",
            "processing",
        ):
            due = max(due, self.product_uom_qty - sum(self._get_settled_by_resolution().values()))
        return self._round(max(0.0, due))

    def _take_ticket_repairs(self, decision, quantity):
        """Let repairs that a ticket of this return ordered carry out a decision.

        :param decision: `rma.settlement` record
        :param quantity: how much is left to carry out, in the unit of measure of the line
        :return: float, how much of it they carry out
        """
        self.ensure_one()
        components = self._get_components()
        taken = 0.0
        goods = self._get_goods(quantity)
        for repair in self._get_free_ticket_repairs(components):
            wanted = repair.product_uom._compute_quantity(repair.product_qty, repair.product_id.uom_id, round=False)
            fitting = [
                part
                for part in goods
                if part["product"] == repair.product_id
                and (not repair.lot_id or part["lot"] == repair.lot_id)
                and repair.product_id.uom_id.compare(part["quantity"], wanted) >= 0
            ]
            if fitting:
                repair.write(self._prepare_taken_repair_values(decision, repair, fitting[0]))
                fitting[0]["quantity"] -= wanted
                taken += wanted / components[repair.product_id]
        return taken

    def _get_free_ticket_repairs(self, products):
        """Return the repairs of products that a ticket of this return ordered for none of its items.

        :param products: iterable of `product.product` records
        :return: `repair.order` records
        """
        return self.env["repair.order"].search(
            Domain("ticket_id", "in", self.order_id.ticket_ids.ids)
            & Domain("rma_line_id", "=", False)
            & Domain("product_id", "in", [product.id for product in products])
            & Domain("state", "in", OPEN_REPAIRS)
            & Domain("company_id", "=", self.company_id.id),
            order="id",
        )

    def _prepare_taken_repair_values(self, decision, repair, goods):
        """Prepare the change of a repair that is for goods of this item from now on.

        :param decision: `rma.settlement` record
        :param repair: `repair.order` record
        :param goods: one of `_get_goods`
        :return: values of `repair.order`
        """
        self.ensure_one()
        return {
            "rma_line_id": self.id,
            "rma_settlement_id": decision.id,
            "picking_id": self._get_receipts().picking_id[:1].id,
            # Odoo would compute these anew from the transfer.
            "product_qty": repair.product_qty,
            "partner_id": repair.partner_id.id,
            "lot_id": goods["lot"].id,
            "product_location_src_id": goods["location"].id,
            "product_location_dest_id": goods["location"].id,
        }
