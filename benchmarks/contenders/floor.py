"""The least that Odoo itself needs for the same documents: all made in one call, by no RMA, with no checks."""

from odoo import Command, fields

from .base import APPROVE, CREDIT, RECEIVE, Base


class Contender(Base):
    label = "bulk floor, no RMA"

    def run(self, clock, orders):
        with clock.phase(APPROVE):
            pickings = self.env["stock.picking"].create(
                [self._prepare_picking_values(delivery) for delivery in orders.picking_ids]
            )
            pickings.action_confirm()
        with clock.phase(RECEIVE):
            self.validate(pickings, self.env.user)
        with clock.phase(CREDIT):
            self.env["account.move"].create([self._prepare_refund_values(invoice) for invoice in orders.invoice_ids])

    def _prepare_picking_values(self, delivery):
        picking_type = delivery.picking_type_id.return_picking_type_id
        places = {
            "picking_type_id": picking_type.id,
            "location_id": delivery.location_dest_id.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
            "partner_id": delivery.partner_id.id,
            "company_id": delivery.company_id.id,
        }
        return {
            **places,
            "return_id": delivery.id,
            "move_ids": [
                Command.create(
                    {
                        **places,
                        "product_id": move.product_id.id,
                        "product_uom_qty": move.quantity,
                        "product_uom": move.product_uom.id,
                        "procure_method": "make_to_stock",
                        "origin_returned_move_id": move.id,
                        "sale_line_id": move.sale_line_id.id,
                        "to_refund": True,
                    }
                )
                for move in delivery.move_ids
            ],
        }

    def _prepare_refund_values(self, invoice):
        return {
            "move_type": "out_refund",
            "reversed_entry_id": invoice.id,
            "partner_id": invoice.partner_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_date": fields.Date.context_today(invoice),
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "price_unit": line.price_unit,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                        "account_id": line.account_id.id,
                        "sale_line_ids": [Command.set(line.sale_line_ids.ids)],
                    }
                )
                for line in invoice.invoice_line_ids
            ],
        }

    def get_returns_location(self):
        return self.warehouse.lot_stock_id
