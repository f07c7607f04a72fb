from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class StockPicking(models.Model):
    """The delivery of another product waits until the customer has paid the difference."""

    _inherit = "stock.picking"

    rma_wait_note = fields.Char(
        string="Waits for Payment",
        compute="_compute_rma_wait_note",
        compute_sudo=True,
        help="Why the delivery of a replacement waits.",
    )

    def _compute_rma_wait_note(self):
        for picking in self:
            picking.rma_wait_note = picking._get_wait_note()

    def write(self, vals):
        leaving = self.env["stock.move"]
        # Moves follow their transfer without being written.
        if not self.env.su and {"location_dest_id", "picking_type_id"} & set(vals):
            leaving = self.move_ids._filter_leaving_unpaid()
        res = super().write(vals)
        leaving._check_still_leaves()
        return res

    def button_validate(self):
        self._check_replacement_paid()
        return super().button_validate()

    def _action_done(self):
        self._check_replacement_paid()
        return super()._action_done()

    def _check_replacement_paid(self):
        """Refuse to ship a dearer product before it is paid.

        :raise UserError: names the transfer, the return and what is still to pay
        """
        # Whoever ships need see neither the return nor the invoice. Looked up for all at once: hardly any waits.
        orders = (self.sale_id | self.move_ids.sale_line_id.sudo().order_id).sudo()
        if orders._filter_waiting_for_payment():
            for picking in self.sudo():
                note = picking._get_wait_note()
                if note:
                    raise UserError(note)

    def _reaches_customer(self):
        """Return whether something of this transfer goes to the customer, whatever its own destination says.

        :rtype: bool
        """
        self.ensure_one()
        moves = self.move_ids
        locations = self.location_dest_id | moves.location_dest_id | moves.move_line_ids.location_dest_id
        return "customer" in locations.mapped("usage")

    def _get_wait_note(self):
        """Return why this transfer may not leave yet.

        :return: sentence, empty where nothing stands against it
        """
        self.ensure_one()
        if not self._reaches_customer() or self.state in ("done", "cancel"):
            return ""
        waiting = (self.sale_id | self.move_ids.sale_line_id.order_id)._filter_waiting_for_payment()
        rma = waiting.order_line.rma_line_id.order_id[:1]
        if not rma:
            return ""
        return self.env._(
            "%(transfer)s waits: the customer still has to pay %(amount)s for the replacement of "
            "%(return)s. It can be shipped once that is paid, or when a returns manager releases it.",
            **{
                "transfer": self.name,
                "amount": format_amount(self.env, rma.amount_exchange_due, rma.currency_id),
                "return": rma.name,
            },
        )
