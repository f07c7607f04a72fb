"""rma_management: each step once for all returns, by the three people who do it in a shop."""

from odoo import Command
from shop import QUANTITY

from .base import APPROVE, CREATE, CREDIT, RECEIVE, Base


class Contender(Base):
    label = "rma_management"
    model = "rma.order"
    disposition = "wait"

    def __init__(self, env):
        super().__init__(env)
        self.user = self._create_user("returns", "rma_management.group_rma_all")
        self.manager = self._create_user("manager", "rma_management.group_rma_manager")
        self.receiver = self._create_user("receiver", "stock.group_stock_user")
        self.reason = env["rma.return.reason"].create({"name": "Benchmark"})
        self.operation = env["rma.operation.type"].create(
            {
                "name": "Refund (benchmark)",
                "resolution": "refund",
                "receipt_policy": "before",
                "disposition": self.disposition,
                "post_credit_note": False,
            }
        )

    def run(self, clock, orders):
        with clock.phase(CREATE):
            rmas = (
                self.env["rma.order"].with_user(self.user).create([self._prepare_rma_values(order) for order in orders])
            )
            rmas.action_request()
        with clock.phase(APPROVE):
            rmas.with_user(self.manager).action_approve()
        pickings = rmas.picking_ids
        with clock.phase(RECEIVE):
            self.validate(pickings, self.receiver)
        with clock.phase(CREDIT):
            rmas.action_settle()

    def _prepare_rma_values(self, order):
        line = order.order_line
        return {
            "partner_id": order.partner_id.id,
            "sale_order_id": order.id,
            "line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "sale_line_id": line.id,
                        "product_uom_qty": QUANTITY,
                        "reason_id": self.reason.id,
                        "operation_type_id": self.operation.id,
                    }
                )
            ],
        }

    def get_returns_location(self):
        return self.warehouse.rma_location_id

    def check(self, orders):
        super().check(orders)
        rmas = orders.rma_ids
        self._expect("settled", rmas.filtered(lambda rma: rma.state == "done"), len(orders))
        self._expect(
            "received, refunded, nothing left",
            rmas.line_ids.filtered(
                lambda line: (
                    line.qty_received == line.qty_refunded == QUANTITY
                    and line.qty_to_settle == 0
                    and line.qty_restocked == self.get_qty_restocked()
                )
            ),
            len(orders),
        )

    def get_qty_restocked(self):
        """How much of each return is back in stock in the end."""
        return 0
