from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Receive goods on the return itself, or by RPC."""

    _inherit = "rma.order"

    may_receive = fields.Boolean(compute="_compute_may_receive", help="Goods are expected that you may receive.")

    @api.depends("line_ids.qty_expected")
    @api.depends_context("uid")
    def _compute_may_receive(self):
        for order in self:
            order.may_receive = any(order.line_ids.mapped("qty_expected")) and order._user_may_receive()

    def action_open_receive(self):
        """Open the window that asks what arrived.

        :return: window action
        :raise AccessError: when the user may not receive goods
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_receive()
        window = self.env["rma.receive"].create({"rma_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive"),
            "res_model": window._name,
            "res_id": window.id,
            "view_mode": "form",
            "target": "new",
        }

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
        self._check_may_receive()
        return self._receive(self._parse_received(quantities))

    def _check_may_receive(self):
        """Check that goods are expected, and that the current user may receive them.

        :raise AccessError: when the current user may not receive goods
        :raise UserError: when no goods are expected
        """
        self.ensure_one()
        if not self._user_may_receive():
            raise AccessError(self.env._("Receiving goods requires rights in Inventory."))
        if not any(self.line_ids.mapped("qty_expected")):
            raise UserError(self.env._("%s expects no goods. Approve it first, or create a new receipt.", self.name))

    def _user_may_receive(self):
        """Return whether the current user may receive the goods of this return: with rights in Inventory, or where the
        company lets those receive who work on the return.

        :rtype: bool
        """
        self.ensure_one()
        if self.env["stock.picking"].has_access("write"):
            return True
        # Company settings apply even if the user may not read them.
        return self.company_id.sudo().rma_staff_receives and self.has_access("write")

    def _receive(self, arrived, lots=None):
        """Validate the receipts of what arrived; the rest remains expected. Who may receive was checked before.

        :param arrived: {`rma.order.line` record: quantity in the unit of the item}
        :param lots: {`rma.order.line` record: `stock.lot` records that arrived}, where they were entered
        :return: True
        :raise UserError: when the receipts do not expect these quantities
        """
        self.ensure_one()
        # Where the company lets returns staff receive, they need no access to Inventory.
        order = self if self.env["stock.picking"].has_access("write") else self.sudo()
        moves = order.line_ids._get_open_receipts()
        for move in moves:
            move.picked = False
        for line, quantity in arrived.items():
            line.with_env(order.env)._fill_receipts(quantity, (lots or {}).get(line))
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
