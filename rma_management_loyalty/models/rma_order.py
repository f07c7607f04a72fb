from odoo import api, fields, models


class RmaOrder(models.Model):
    """Coupons that are given besides, or instead, of what the operation gives."""

    _inherit = "rma.order"

    loyalty_card_ids = fields.One2many("loyalty.card", "rma_id", string="Cards", readonly=True, copy=False)
    coupon_count = fields.Integer(compute="_compute_coupon_count", compute_sudo=True)
    can_give_coupon = fields.Boolean(compute="_compute_can_give_coupon")

    @api.depends("loyalty_card_ids.active")
    def _compute_coupon_count(self):
        for order in self:
            order.coupon_count = len(order.loyalty_card_ids.filtered("active"))

    @api.depends("state")
    def _compute_can_give_coupon(self):
        for order in self:
            order.can_give_coupon = order.state not in ("draft", "cancel")

    def action_give_coupon(self):
        """Open the window that gives the customer a coupon.

        :return: window action
        :raise UserError: when the return is a draft or cancelled
        """
        self.ensure_one()
        return self.env["rma.coupon.wizard"].create({"rma_id": self.id})._get_window_action()

    def action_view_coupons(self):
        """Open the coupons that were given for this return.

        :return: window action
        """
        coupons = self.env["rma.coupon"].search([("rma_id", "in", self.ids)])
        action = self._get_documents_action(coupons, self.env._("Coupons"))
        if len(coupons) != 1:
            action["views"] = [(False, "list"), (False, "kanban"), (False, "form")]
        return action
