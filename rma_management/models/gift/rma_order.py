from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """A return of a gift: its customer is the receiver, who sees no price; the credit note is made out to the buyer.

    Only the website makes one, for whoever has the gift code and has verified their own email address.
    """

    _inherit = "rma.order"

    is_gift = fields.Boolean(
        string="Gift",
        readonly=True,
        copy=False,
        help="Returned by whoever received it as a gift: they see no prices, and the buyer's payment is not refunded.",
    )
    gift_buyer_id = fields.Many2one(
        "res.partner",
        string="Buyer of the Gift",
        compute="_compute_gift_buyer_id",
        # Returns staff may not have access to every order.
        compute_sudo=True,
        groups="base.group_user",
        help="Who bought the gift. They are not told of the return.",
    )

    @api.depends("is_gift", "sale_order_id")
    def _compute_gift_buyer_id(self):
        for order in self:
            order.gift_buyer_id = order.is_gift and order.sale_order_id.partner_id

    def _get_buyer(self):
        # Returns staff may not have access to every order.
        return self.sudo().sale_order_id.partner_id if self.is_gift else super()._get_buyer()

    def write(self, vals):
        if not self.env.su and {"partner_id", "sale_order_id"} & set(vals):
            self._check_gift_kept(vals)
        return super().write(vals)

    def _check_gift_kept(self, vals):
        """Keep the receiver and the order of gifts: the code and the address were verified for these.

        :raise UserError: names the return
        """
        for order in self.filtered("is_gift"):
            # Users who cannot read the order may still save the form.
            known = order.sudo()
            if any(known[name].id != (vals[name] or False) for name in ("partner_id", "sale_order_id") if name in vals):
                raise UserError(
                    self.env._(
                        "%s was requested with a gift code: its customer and its order stay. Create a new return "
                        "instead.",
                        order.name,
                    )
                )

    # === Money ===

    def _is_shipping_refunded(self, allocations):
        """Refund no shipping for gifts: the buyer paid it."""
        return not self.is_gift and super()._is_shipping_refunded(allocations)

    def _ask_for_difference(self):
        """Ask no receiver of a gift to pay."""
        return super(RmaOrder, self.filtered(lambda order: not order.is_gift))._ask_for_difference()

    # === What the receiver sees ===

    def _get_difference_url(self):
        return "" if self.is_gift else super()._get_difference_url()

    def _get_money_told(self):
        """Tell the receiver of a gift no amount of the buyer's documents."""
        return [] if self.is_gift else super()._get_money_told()

    def _get_money_events(self):
        return [] if self.is_gift else super()._get_money_events()

    def _describe_credit_to_come(self):
        if self.is_gift:
            return self.env._("We prepare what you get for it")
        return super()._describe_credit_to_come()

    def _get_portal_documents(self):
        """Show the receiver of a gift no document of the buyer."""
        documents = super()._get_portal_documents()
        if self.is_gift:
            documents.update({kind: documents[kind].browse() for kind in ("refunds", "replacements", "invoices")})
            # A label that was made with the sale names where that was sent.
            documents["labels"] -= self.picking_ids.move_ids.origin_returned_move_id.picking_id.return_label_ids
        return documents
