from odoo import models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Receiving by a program, as by hand in the warehouse."""

    _inherit = "rma.order"

    def action_receive(self, quantities=None):
        """Receive goods: validate the receipts of a return, whole or in part. The rest is expected on.

        :param quantities: {id of an item: quantity that arrived, in the unit of the item}; ids may be text, as in JSON.
            Items that are not named have not arrived. Without it all that is expected has
        :return: True
        :raise AccessError: when the user may not see the return, or has no rights in the warehouse
        :raise UserError: when the receipts do not expect that much
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env["stock.picking"].has_access("write"):
            raise AccessError(
                self.env._("Goods are received by the warehouse: ask somebody who has rights in Inventory.")
            )
        moves = self.line_ids._get_open_receipts()
        if not moves:
            raise UserError(self.env._("%s expects no goods: approve it first, or make a new receipt.", self.name))
        arrived = self._parse_received(quantities)
        for move in moves:
            move.picked = False
        for line, quantity in arrived.items():
            line._fill_receipts(quantity)
        pickings = moves.filtered("picked").picking_id
        # What has not arrived is expected on: nobody is asked.
        action = pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if action is not True and action is not None:
            raise UserError(
                self.env._("Open %s and validate it there: Odoo has a question.", ", ".join(pickings.mapped("name")))
            )
        return True

    def _parse_received(self, quantities):
        """Read how much of each item arrived.

        :param quantities: as of `action_receive`
        :return: {`rma.order.line` record: quantity above zero}
        :raise UserError: says what is wrong with it
        """
        self.ensure_one()
        lines = self.line_ids
        if quantities is None:
            quantities = {line.id: line.qty_expected for line in lines}
        if not isinstance(quantities, dict):
            raise UserError(self.env._("Name the items that arrived: {id of an item: quantity}."))
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
            raise UserError(self.env._("Say how much of which item of %s has arrived.", self.name))
        return arrived
