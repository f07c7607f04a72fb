"""Odoo without any RMA: its return window for each delivery, its credit note window for each invoice."""

from .base import APPROVE, CREDIT, RECEIVE, Base


class Contender(Base):
    label = "Odoo's wizards, no RMA"
    # One document at a time: a thousand would take the better part of an hour, and tell nothing new.
    most = 100

    def __init__(self, env):
        super().__init__(env)
        self.receiver = self._create_user("receiver", "stock.group_stock_user")
        self.accountant = self._create_user("accountant", "account.group_account_invoice")

    def run(self, clock, orders):
        deliveries = self.env["stock.picking"].with_user(self.receiver).browse(orders.picking_ids.ids)
        with clock.phase(APPROVE):
            pickings = deliveries.browse()
            # "You may only return one picking at a time."
            for delivery in deliveries:
                wizard = delivery.env["stock.return.picking"].create({"picking_id": delivery.id})
                pickings |= pickings.browse(wizard.action_create_returns_all()["res_id"])
        with clock.phase(RECEIVE):
            self.validate(pickings, self.receiver)
        invoices = self.env["account.move"].with_user(self.accountant).browse(orders.invoice_ids.ids)
        with clock.phase(CREDIT):
            for invoice in invoices:
                invoice.env["account.move.reversal"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                ).create({"journal_id": invoice.journal_id.id}).refund_moves()

    def get_returns_location(self):
        return self.warehouse.lot_stock_id
