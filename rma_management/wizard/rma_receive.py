from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaReceive(models.TransientModel):
    """Ask what arrived of a return."""

    _name = "rma.receive"
    _inherit = "rma.window.mixin"
    _description = "Receive Return"

    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "rma.receive.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="What arrived.",
    )
    has_lots = fields.Boolean(compute="_compute_has_lots")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id"]

    @api.depends("rma_id")
    def _compute_line_ids(self):
        """Propose all that is expected."""
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create({"rma_line_id": line.id, "quantity": line.qty_expected, "lot_ids": line.lot_ids.ids})
                for line in wizard.rma_id.line_ids
                if line.qty_expected
            ]

    @api.depends("line_ids.tracking")
    def _compute_has_lots(self):
        for wizard in self:
            wizard.has_lots = any(line.tracking in ("lot", "serial") for line in wizard.line_ids)

    def action_receive(self):
        """Receive what the window shows. The rest remains expected.

        :return: action that closes the window
        :raise AccessError: when the user may not receive goods
        :raise UserError: when the quantities or lots cannot be received
        """
        self._receive()
        return {"type": "ir.actions.act_window_close"}

    def action_receive_and_process(self):
        """Receive what the window shows, and open the process screen.

        :return: window action, or one that closes the window if nothing is left to process
        :raise AccessError: when the user may not receive goods
        :raise UserError: when the quantities or lots cannot be received
        """
        self._receive()
        order = self.rma_id
        return order.action_process() if order.can_process else {"type": "ir.actions.act_window_close"}

    def _receive(self):
        self.ensure_one()
        order = self.rma_id
        order.check_access("read")
        order._check_may_receive()
        lines = self.line_ids.filtered(lambda line: line.quantity)
        for line in lines:
            line.rma_line_id._check_received(line.quantity)
        if not lines:
            raise UserError(self.env._("Enter at least one received quantity for %s.", order.name))
        order._receive(
            {line.rma_line_id: line.quantity for line in lines},
            {line.rma_line_id: line.lot_ids for line in lines if line.lot_ids},
        )
