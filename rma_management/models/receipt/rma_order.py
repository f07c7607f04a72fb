from odoo import models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Receive goods by RPC."""

    _inherit = "rma.order"

    def action_receive(self, quantities=None):
        """Receive goods: validate the receipts of a return, in full or in part. The rest remains expected.

        :param quantities: {item ID: received quantity in the unit of the item}; IDs may be strings, as in JSON.
            Other items are not received. If omitted, everything expected is received
        :return: True
        :raise AccessError: when the user may not read the return or has no rights in Inventory
        :raise UserError: when the receipts do not expect these quantities
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env["stock.picking"].has_access("write"):
            raise AccessError(self.env._("Receiving goods requires rights in Inventory."))
        moves = self.line_ids._get_open_receipts()
        if not moves:
            raise UserError(self.env._("%s expects no goods. Approve it first, or create a new receipt.", self.name))
        arrived = self._parse_received(quantities)
        for move in moves:
            move.picked = False
        for line, quantity in arrived.items():
            line._fill_receipts(quantity)
        pickings = moves.filtered("picked").picking_id
        # Backorders are created without asking.
        action = pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if action is not True and action is not None:
            raise UserError(
                self.env._(
                    "Open %s and validate it there: more information is required.", ", ".join(pickings.mapped("name"))
                )
            )
        return True

    def _parse_received(self, quantities):
        """Return the received quantity of each item.

        :param quantities: as of `action_receive`
        :return: {`rma.order.line` record: quantity above zero}
        :raise UserError: when an item or a quantity is not valid
        """
        self.ensure_one()
        lines = self.line_ids
        if quantities is None:
            quantities = {line.id: line.qty_expected for line in lines}
        if not isinstance(quantities, dict):
            raise UserError(self.env._("Enter the received items as {item ID: quantity}."))
        by_id = {str(line.id): line for line in lines}
        arrived = {}
        for line_id, quantity in quantities.items():
            line = by_id.get(str(line_id))
            if line is None:
                raise UserError(
                    self.env._("%(return)s has no item %(id)s.", **{"return": self.name, "id": str(line_id)[:20]})
                )
            line._check_received(quantity)
            if quantity:
                arrived[line] = quantity
        if not arrived:
            raise UserError(self.env._("Enter at least one received quantity for %s.", self.name))
        return arrived
