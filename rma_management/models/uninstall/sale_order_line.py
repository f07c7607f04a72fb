import logging

from odoo import Command, api, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# What returns change of the quantities and amounts of a line, each computed from those before it.
INVOICING = ("qty_delivered", "qty_invoiced", "qty_to_invoice", "invoice_status")
AMOUNTS = ("untaxed_amount_invoiced", "untaxed_amount_to_invoice", "amount_invoiced", "amount_to_invoice")


class SaleOrderLine(models.Model):
    """Leave orders whose quantities say by Odoo's own means what returns settled, before this addon is uninstalled.

    Odoo would invoice again what a customer keeps though it was credited. It is written off where it is: at the
    customer, by a transfer of Odoo's that lowers what counts as delivered.
    """

    _inherit = "sale.order.line"

    @api.model
    def _settle_before_uninstall(self):
        """Settle the lines that returns changed, and forget the links to returns."""
        lines = self._search_changed_by_returns()
        confirmed = lines.filtered(lambda line: line.state == "sale")
        confirmed._unlink_credits(lambda credit: credit.rma_lowering_id)
        for line in confirmed:
            line._write_off_waived()
        lines._forget_returns()
        for line in confirmed.filtered(lambda line: line.qty_to_invoice > 0):
            _logger.info("%s: %s is to be invoiced: %s", line.order_id.name, line.name, line.qty_to_invoice)

    @api.model
    def _search_changed_by_returns(self):
        """Return the lines whose quantities and amounts to invoice depend on returns."""
        return self.search(
            Domain("rma_line_ids", "!=", False)
            | Domain("rma_settlement_id", "!=", False)
            | Domain("invoice_lines.rma_lowering_id", "!=", False)
            | (Domain("is_delivery", "=", True) & Domain("invoice_lines.move_id.rma_id", "!=", False))
        )

    def _recompute_invoicing(self):
        """Compute again what is delivered, invoiced and to be invoiced of these lines and their orders."""
        for name in INVOICING + AMOUNTS:
            field = self._fields[name]
            lines = self
            if name == "qty_delivered":
                # What people typed is no result.
                lines = self.filtered(lambda line: line.qty_delivered_method == "stock_move")
            if field.store and lines:
                self.env.add_to_compute(field, lines)
        if self:
            self.env.add_to_compute(self.order_id._fields["invoice_status"], self.order_id)
        self.env.flush_all()

    def _unlink_credits(self, is_unlinked):
        """Take credits off these lines, so that what they credit counts as invoiced. They still reverse its invoice.

        :param is_unlinked: function that tells which lines of credit notes
        """
        for line in self:
            line.invoice_lines.filtered(is_unlinked).write({"sale_line_ids": [Command.unlink(line.id)]})

    def _write_off_waived(self):
        """Lower the quantities by what a return settled and did not take back."""
        self.ensure_one()
        waived = self._get_qty_waived()
        if self.product_uom_id.compare(waived, 0) <= 0:
            return
        by_order = self.product_id.invoice_policy == "order"
        ordered = self.product_uom_qty - waived if by_order else self.product_uom_qty
        off = max(0.0, self.qty_delivered - ordered) if by_order else waived
        if self.qty_delivered_method != "stock_move":
            self.qty_delivered -= min(off, self.qty_delivered)
        elif self.product_uom_id.compare(off, 0) > 0 and not self._write_off_delivered(off):
            # A kit has no transfers of its own.
            self._unlink_credits(lambda credit: credit.rma_line_id)
            return
        if by_order:
            self._set_ordered_quantity(ordered)

    def _set_ordered_quantity(self, quantity):
        """Change the ordered quantity, of locked orders too, and procure nothing for it."""
        locked = self.order_id.locked
        if locked:
            self.order_id.locked = False
        self.with_context(skip_procurement=True).product_uom_qty = max(0.0, quantity)
        if locked:
            self.order_id.locked = True

    def _write_off_delivered(self, quantity):
        """Lower the delivered quantity by a transfer from the customer to where goods are used up.

        :param quantity: in the unit of measure of the line
        :return: whether there was a delivery to write off
        """
        self.ensure_one()
        delivery = self.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.product_id == self.product_id and move.location_dest_usage == "customer"
            )
        )[-1:]
        if not delivery:
            return False
        move = self.env["stock.move"].create(self._prepare_write_off_values(delivery, quantity))
        move._action_confirm(merge=False)
        move.move_line_ids.unlink()
        lots = (self.rma_line_ids.lot_ids or delivery.lot_ids) if self.product_id.tracking != "none" else [False]
        part = quantity / len(lots) if len(lots) else quantity
        move.move_line_ids = [
            Command.create({**move._prepare_move_line_vals(), "lot_id": lot and lot.id, "quantity": part})
            for lot in lots
        ]
        move.picked = True
        move._action_done()
        return move.state == "done"

    def _prepare_write_off_values(self, delivery, quantity):
        """Prepare the transfer that writes off what a customer keeps.

        :param delivery: `stock.move` record that delivered it
        :param quantity: in the unit of measure of the line
        :return: values of `stock.move`
        """
        returns = ", ".join(self.rma_line_ids.order_id.mapped("name"))
        company = self.company_id
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "location_id": delivery.location_dest_id.id,
            "location_dest_id": self.product_id.with_company(company).property_stock_production.id,
            "company_id": company.id,
            "sale_line_id": self.id,
            "to_refund": True,
            "origin": self.env._("Kept by the customer (%s)", returns),
        }

    def _forget_returns(self):
        """Cut the links to returns, whose columns the uninstallation drops, and compute as Odoo does without them."""
        self.env.flush_all()
        for table, column in (
            ("rma_order_line", "sale_line_id"),
            ("account_move_line", "rma_lowering_id"),
            ("account_move", "rma_id"),
            ("sale_order_line", "rma_settlement_id"),
        ):
            name = SQL.identifier(column)
            self.env.cr.execute(SQL("UPDATE %s SET %s = NULL WHERE %s IS NOT NULL", SQL.identifier(table), name, name))
        self.env.invalidate_all()
        self._recompute_invoicing()
