"""OCA rma and rma_sale: its buttons on the whole recordset, with the values that its wizard on the order prepares."""

from shop import QUANTITY

from .base import APPROVE, CREATE, CREDIT, RECEIVE, Base


class Contender(Base):
    label = "OCA rma + rma_sale"
    model = "rma"

    def __init__(self, env):
        super().__init__(env)
        self.user = self._create_user("returns", "rma.rma_group_user_all", "sales_team.group_sale_salesman_all_leads")
        self.receiver = self._create_user("receiver", "stock.group_stock_user")
        self.operation = env.ref("rma.rma_operation_refund")

    def run(self, clock, orders):
        with clock.phase(CREATE):
            rmas = self.env["rma"].with_user(self.user).create([self._prepare_rma_values(order) for order in orders])
        with clock.phase(APPROVE):
            rmas.action_confirm()
        pickings = rmas.sudo().reception_move_id.picking_id
        with clock.phase(RECEIVE):
            self.validate(pickings, self.receiver)
        with clock.phase(CREDIT):
            rmas.action_refund()

    def _prepare_rma_values(self, order):
        """As `sale.order.line.rma.wizard` does."""
        delivery = order.order_line.move_ids
        return {
            "partner_id": order.partner_id.id,
            "partner_invoice_id": order.partner_invoice_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "origin": order.name,
            "company_id": order.company_id.id,
            "location_id": order.warehouse_id.rma_loc_id.id,
            "order_id": order.id,
            "picking_id": delivery.picking_id.id,
            "move_id": delivery.id,
            "product_id": delivery.product_id.id,
            "product_uom_qty": QUANTITY,
            "product_uom": delivery.product_uom.id,
            "operation_id": self.operation.id,
            "description": "",
        }

    def get_returns_location(self):
        return self.warehouse.rma_loc_id

    def check(self, orders):
        super().check(orders)
        rmas = orders.rma_ids
        self._expect("refunded", rmas.filtered(lambda rma: rma.state == "refunded"), len(orders))
        self._expect("linked to its credit note", rmas.refund_id, len(orders))
