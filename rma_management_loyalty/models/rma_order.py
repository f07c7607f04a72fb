from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """Add store credit and coupons to returns."""

    _inherit = "rma.order"

    loyalty_card_ids = fields.One2many(
        "loyalty.card",
        "rma_id",
        string="Cards",
        readonly=True,
        copy=False,
        help="Coupons and store credit given for this return.",
    )
    coupon_count = fields.Integer(compute="_compute_coupon_count", compute_sudo=True)
    can_give_coupon = fields.Boolean(compute="_compute_can_give_coupon")

    amount_store_credit = fields.Monetary(
        string="Given as Store Credit", compute="_compute_amount_store_credit", compute_sudo=True
    )
    store_credit_card_ids = fields.Many2many(
        "loyalty.card", string="Store Credit", compute="_compute_amount_store_credit", compute_sudo=True
    )

    @api.depends(
        "refund_ids.rma_store_credit_points",
        "refund_ids.invoice_line_ids.rma_card_points",
        "refund_ids.amount_total",
        "currency_id",
    )
    def _compute_amount_store_credit(self):
        """Sum the credit notes. Returns staff see the amount without access to accounting."""
        for order in self:
            given = order.refund_ids.filtered(lambda note: note._get_store_credit_amount())
            order.store_credit_card_ids = given.rma_store_credit_card_id
            order.amount_store_credit = sum(
                refund.currency_id._convert(
                    refund._get_store_credit_amount(), order.currency_id, order.company_id, refund.invoice_date
                )
                for refund in given
            )

    def _give_exchange_rest(self):
        """Give what is left of the credit as store credit, where the operation says so."""
        super()._give_exchange_rest()
        paid = self.filtered(lambda order: not order.amount_exchange_due)
        paid.refund_ids.filtered(
            lambda note: note.state == "posted" and note.rma_rest_program_id and not note.rma_store_credit_entry_id
        )._give_store_credit()

    def _get_money_told(self):
        told = super()._get_money_told()
        if self.currency_id.is_zero(self.amount_store_credit):
            return told
        return [*told, (self.env._("Store credit:"), self.amount_store_credit)]

    def _describe_use_of_credit(self, use, counterpart, amount):
        if use == "amount_store_credit":
            return self.env._("%s given as store credit", amount)
        return super()._describe_use_of_credit(use, counterpart, amount)

    @api.depends("loyalty_card_ids.active")
    def _compute_coupon_count(self):
        for order in self:
            order.coupon_count = len(order.loyalty_card_ids.filtered("active"))

    @api.depends("state", "coupon_count", "line_ids.product_uom_qty")
    @api.depends_context("uid")
    def _compute_can_give_coupon(self):
        for order in self:
            order.can_give_coupon = not order._get_coupon_refusal()

    def _get_coupon_refusal(self):
        """Return why the current user cannot give a coupon for this return.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if self.state in ("draft", "cancel"):
            return self.env._("%s is a draft or canceled. Request it before giving a coupon.", self.name)
        if self._user_is_manager():
            return ""
        if self.state in ("requested", "rejected"):
            return self.env._("%s is not approved. Ask a returns manager for a coupon.", self.name)
        if self.coupon_count >= max(1.0, sum(self.line_ids.mapped("product_uom_qty"))):
            return self.env._("%s already has as many coupons as products. Ask a returns manager for more.", self.name)
        return ""

    def action_give_coupon(self):
        """Open the wizard that gives the customer a coupon.

        :return: window action
        :raise UserError: when the current user cannot give a coupon for the return
        """
        self.ensure_one()
        if refusal := self._get_coupon_refusal():
            raise UserError(refusal)
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

    def action_view_store_credit(self):
        """Open the eWallet or the gift cards that the credit of this return went to.

        :return: window action
        :raise AccessError: when the user may see no cards
        """
        self.env["loyalty.card"].check_access("read")
        return self._get_documents_action(self.store_credit_card_ids, self.env._("Store Credit"))
