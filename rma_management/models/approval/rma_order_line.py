from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rma_order_line import ITEM_FIELDS

# States in which a refusal of the return policy can be overridden.
OVERRIDE_STATES = ("draft", "requested")
OVERRIDE_FIELDS = ("refusal_override_reason", "refusal_override_user_id", "refusal_override_date")


class RmaOrderLine(models.Model):
    """Ensure that what was approved is carried out: changes require a new approval.

    A returns manager may accept what the return policy refuses, with a reason that is kept.
    """

    _inherit = "rma.order.line"

    policy_refusal = fields.Char(
        string="Refused by Policy",
        compute="_compute_policy_refusal",
        compute_sudo=True,
        help="Why the return policy refuses this item.",
    )
    refusal_override_reason = fields.Char(
        string="Override Reason",
        compute="_compute_refusal_override",
        store=True,
        copy=False,
        help="Why a returns manager accepts this item although the return policy refuses it.",
    )
    refusal_override_user_id = fields.Many2one(
        "res.users",
        string="Overridden by",
        compute="_compute_refusal_override",
        store=True,
        copy=False,
        help="Who overrode the refusal by the return policy.",
    )
    refusal_override_date = fields.Datetime(
        string="Overridden on",
        compute="_compute_refusal_override",
        store=True,
        copy=False,
        help="When the refusal by the return policy was overridden.",
    )

    @api.depends("state", *ITEM_FIELDS)
    def _compute_policy_refusal(self):
        asked = self.filtered(lambda line: line.state in OVERRIDE_STATES and line.product_id)
        (self - asked).policy_refusal = False
        for line in asked._with_policy_facts():
            line.policy_refusal = line._get_policy_refusal()

    @api.depends(*ITEM_FIELDS)
    def _compute_refusal_override(self):
        """Reset the override when the item changes, because it was given for the item as it was. New ones have none."""
        self._reset_decision(OVERRIDE_FIELDS)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._lapse_waiting_approvals()
        return lines

    def write(self, vals):
        self._check_override_fields(vals)
        frozen = self._get_frozen_fields() & set(vals)
        # A line may move from one return to another: both have changed.
        orders = self.order_id if frozen else self.order_id.browse()
        res = super().write(vals)
        if frozen:
            (orders | self.order_id)._lapse_waiting_approvals()
        return res

    def unlink(self):
        orders = self.order_id
        res = super().unlink()
        orders.exists()._lapse_waiting_approvals()
        return res

    def _get_approval_price(self):
        """Return the price used for approval: the price paid, or a higher one if entered or if a more expensive product
        is sent. Entering a lower price must not avoid the approval of the full refund.

        :return: float, per unit of the line, in its currency
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        sale_line = self.sale_line_id.sudo()
        paid = sale_line and sale_line.product_uom_id._compute_price(
            sale_line._get_price_paid()[sale_line], self.product_uom_id
        )
        return max(self.price_unit, paid or 0.0, self._get_exchange_price())

    def _get_exchange_price(self):
        """Return the sales price of the product that is sent for the returned one, zero where it is the same one.

        :return: float, per unit of the line, in its currency
        """
        self.ensure_one()
        product = self.replacement_product_id
        if not product or product == self.product_id or not self.operation_type_id.has_product:
            return 0.0
        # A returned dozen is replaced by a dozen, as far as the other product is counted in dozens.
        price = product.lst_price
        if product.uom_id._has_common_reference(self.product_uom_id):
            price = product.uom_id._compute_price(price, self.product_uom_id)
        return product.currency_id._convert(
            price, self.currency_id or product.currency_id, self.company_id or self.env.company
        )

    def action_override_refusal(self, reason=None):
        """Override the refusal of the return policy. Quantity limits still apply.

        :param reason: why; it is kept with the item, in the thread and in the history
        :return: True
        :raise AccessError: when the user is not a returns manager
        :raise UserError: when no reason is given, or the return is no longer to be approved
        """
        self.check_access("write")
        if not self.order_id._user_is_manager():
            raise AccessError(self.env._("Only a returns manager can override a refusal. Ask one of them."))
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Enter why the item is accepted although the return policy refuses it."))
        for line in self:
            if line.state not in OVERRIDE_STATES:
                raise UserError(self.env._("%s is no longer waiting for approval.", line.order_id.name))
        lines = self.filtered("policy_refusal")
        for line in lines:
            line.order_id._message_log(
                body=self.env._(
                    "Accepted although the return policy refuses it: %(product)s. Refusal: %(refusal)s Reason: "
                    "%(reason)s",
                    product=line.product_id.display_name,
                    refusal=line.policy_refusal,
                    reason=reason,
                )
            )
        # This method is the only one that writes these fields, see `_check_override_fields`.
        lines.sudo().write(
            {
                "refusal_override_reason": reason,
                "refusal_override_user_id": self.env.uid,
                "refusal_override_date": fields.Datetime.now(),
            }
        )
        return True

    def _check_override_fields(self, names):
        """Restrict overrides to `action_override_refusal`, which records who and why.

        :param names: of fields that are written
        :raise AccessError: when a user writes them directly
        """
        if not self.env.su and not set(OVERRIDE_FIELDS).isdisjoint(names):
            raise AccessError(self.env._("Use the “Override Refusal” button of the return to override a refusal."))

    def _get_standing_refusal(self):
        """Return why the return policy refuses this line, unless a returns manager overrode it.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        refusal = "" if self.refusal_override_reason else self._get_policy_refusal()
        if refusal and self.env.user._is_internal():
            refusal = self.env._("%s A returns manager can override this with a reason.", refusal)
        return refusal
