from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

OPEN_STATES = ("approved", "processing", "done")


class RmaOrder(models.Model):
    """Approval covers what is given: who decides more than was approved asks again before it is carried out."""

    _inherit = "rma.order"

    extra_amount = fields.Monetary(
        string="Decision to Approve",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        tracking=True,
        help="The value, before taxes, of a decision that gives more than was approved and waits for approval.",
    )
    extra_user_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, help="The user who asks to give more."
    )
    extra_reason = fields.Char(string="Reason to Give More", readonly=True, copy=False, help="As entered by the user.")
    has_extra = fields.Boolean(compute="_compute_has_extra", store=True, help="A decision waits for approval.")
    can_approve_extra = fields.Boolean(compute="_compute_can_approve_extra")

    @api.depends("state", "extra_amount", "approval_ids.is_current", "approval_ids.amount")
    def _compute_has_extra(self):
        for order in self:
            # Users who work on the return may not have access to its approvals.
            waits = order.state in OPEN_STATES and order.extra_amount
            order.has_extra = bool(waits) and not order.sudo()._is_value_covered(order.extra_amount)

    @api.depends("has_extra")
    @api.depends_context("uid")
    def _compute_can_approve_extra(self):
        for order in self:
            order.can_approve_extra = order.has_extra and not order._get_approval_refusal(order.extra_amount)

    def _get_value_covered(self):
        """Return the value that may be given without another approval.

        :return: float, in the currency of the company
        """
        self.ensure_one()
        approved = self._get_value_approved()
        return approved if self._is_value_covered(approved) else self._get_items_value()

    def _get_value_approved(self):
        """Return the highest value that anybody approved, or that of the items where it was approved otherwise.

        :return: float, in the currency of the company
        """
        self.ensure_one()
        amounts = self._get_current_approvals("first").mapped("amount")
        return max([self._get_items_value(), *amounts])

    def _get_shipping_approved(self):
        """Return the shipping that the approvals of this return include.

        :return: float before taxes, in the currency of the return
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return 0.0
        return max(self._get_current_approvals("first").mapped("amount_shipping"), default=0.0)

    def _check_planned_shipping(self, charges_values):
        """Refuse the shipping that a resolution refunds by itself where nobody approved it: the rest of an order came
        back since, or the resolution was changed.

        :param charges_values: list of values of planned `rma.settlement`
        :raise UserError: names the return, and says what to do
        """
        planned = {values["order_id"] for values in charges_values if values["resolution"] == "shipping"}
        for order in self.filtered(lambda order: order.id in planned):
            if not order._is_shipping_covered():
                raise UserError(
                    self.env._(
                        "%(return)s: nobody approved that its resolution refunds the shipping. Process the return in "
                        "its window, where that is approved.",
                        **{"return": order.name},
                    )
                )

    def _is_shipping_covered(self):
        """Return whether approvals cover the items together with the shipping that their resolutions refund.

        :rtype: bool
        """
        self.ensure_one()
        most = sum(
            self._convert_charge(line.price_subtotal, line.currency_id, self.currency_id)
            for line in self._get_shipping_lines()
        )
        # Read at once; what is left of it is computed by credit notes and discounts.
        if self.currency_id.compare_amounts(most, self._get_shipping_approved()) <= 0:
            return True
        shipping = sum(self._get_planned_shipping().values())
        return self._is_value_covered(self._get_items_value() + self._convert_shipping(shipping))

    def _get_value_given(self):
        """Return what credit notes and replacements of this return gave so far, before taxes.

        :return: float, in the currency of the company
        """
        self.ensure_one()
        target = self.company_currency_id
        credited = self.refund_ids.filtered(lambda note: note.state != "cancel").invoice_line_ids
        given = sum(
            self._convert_charge(line.price_subtotal, line.currency_id, target)
            for line in credited
            if line.display_type == "product"
        )
        # What was replaced by another product is credited.
        replaced = self.line_ids.filtered(lambda line: line.qty_replaced and not line.replacement_line_ids)
        given += sum(
            self._convert_charge(line.price_unit * line.qty_replaced, line.currency_id, target) for line in replaced
        )
        return target.round(given)

    def _is_value_covered(self, value):
        """Return whether approvals cover a value.

        :param value: float, in the currency of the company
        :rtype: bool
        """
        self.ensure_one()
        currency = self.company_currency_id
        requested = self.amount_requested
        if self.currency_id != currency:
            today = fields.Date.context_today(self)
            requested = self.currency_id._convert(requested, currency, self.company_id, today)
        # What was requested is read at once; what it would cost to approve is computed by the orders and price lists.
        if currency.compare_amounts(value, requested) <= 0:
            return True
        # Amounts of a credit note are rounded line by line, prices by unit: by half of the smallest coin at most.
        spare = currency.rounding * max(1, sum(max(1.0, line.product_uom_qty / 2) for line in self.line_ids))
        items = max(requested, self._get_items_value()) + spare
        if value <= items or value <= items + self._convert_shipping(self._get_shipping_approved()):
            return True
        is_given = self._get_current_approvals("first", value)
        return bool(is_given) and (
            not self._needs_second_approval(value) or bool(self._get_current_approvals("second", value))
        )

    def _get_extra_refusal(self, value):
        """Return why the current user cannot give this value without asking for approval.

        :param value: float, in the currency of the company, before taxes
        :return: sentence, empty if allowed
        """
        self.ensure_one()
        if self.env.su or self._is_value_covered(value):
            return ""
        return self._get_approval_refusal(value) or (
            self._needs_second_approval(value)
            and not self._get_first_approval(value)
            and self.env._("Because of the value, a second person must approve it.")
        )

    def _check_extra(self, value):
        """Refuse to give more than was approved. If the current user may approve it, that is recorded.

        :param value: float, in the currency of the company, before taxes
        :raise AccessError: when someone else must approve it
        """
        self.ensure_one()
        if self.env.su or self._is_value_covered(value):
            return
        if refusal := self._get_extra_refusal(value):
            raise AccessError(self._get_extra_problem(value, refusal))
        # Only the approval methods write this amount.
        self.sudo().write({"extra_amount": value, "extra_user_id": self.env.uid})
        self._record_approvals(value)

    def _get_extra_problem(self, value, refusal):
        """Return the sentence that explains what has to be approved.

        :param value: float, in the currency of the company, before taxes
        :param refusal: sentence
        :rtype: str
        """
        currency = self.company_currency_id
        return self.env._(
            "This gives %(given)s before taxes, but only %(approved)s was approved. %(refusal)s",
            given=format_amount(self.env, value, currency),
            approved=format_amount(self.env, self._get_value_covered(), currency),
            refusal=refusal,
        )

    def _ask_extra(self, value, reason):
        """Ask for approval of a decision that gives more than was approved. If the current user may give one of two
        approvals, that is recorded.

        :param value: float, in the currency of the company, before taxes
        :param reason: why, for those who approve
        :raise UserError: when the return is not open, or nothing has to be approved
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in OPEN_STATES or self._is_value_covered(value):
            raise UserError(self.env._("%s needs no further approval. Complete it.", self.name))
        # Only these methods write what waits for approval.
        self.sudo().write({"extra_amount": value, "extra_user_id": self.env.uid, "extra_reason": reason})
        self._message_log(
            body=self.env._(
                "Asked to give %(given)s before taxes in place of %(approved)s. %(reason)s",
                given=format_amount(self.env, value, self.company_currency_id),
                approved=format_amount(self.env, self._get_value_covered(), self.company_currency_id),
                reason=reason or "",
            )
        )
        if not self._get_approval_refusal(value):
            self._record_approvals(value)

    def action_approve_extra(self):
        """Approve the decisions that give more than was approved. Whoever asked can complete them then.

        :return: True
        :raise AccessError: when the user may not approve, or has approved already where a second one must
        """
        self.check_access("write")
        for order in self.filtered("has_extra"):
            if refusal := order._get_approval_refusal(order.extra_amount):
                raise AccessError(refusal)
            complete = order._record_approvals(order.extra_amount)
            if complete and order.extra_user_id != self.env.user:
                order._tell_extra(self.env._("Your decision on %s was approved. Process it.", order.name))
        return True

    def action_refuse_extra(self):
        """Refuse the decisions that give more than was approved. What was approved before still is.

        :return: True
        :raise AccessError: when the user may give none of the approvals
        """
        self.check_access("write")
        for order in self.filtered("has_extra"):
            if refusal := order._get_approval_refusal(order.extra_amount):
                raise AccessError(refusal)
            order._tell_extra(self.env._("Your decision on %s was refused. Give less, or ask again.", order.name))
            # What one of two people approved already must not count when it is asked again.
            given = order.sudo().approval_ids.filtered(
                lambda approval, value=order.extra_amount: approval.is_current and approval._covers(value)
            )
            given.is_current = False
            # Only these methods write what waits for approval.
            order.sudo().write({"extra_amount": 0.0, "extra_user_id": False, "extra_reason": False})
        return True

    def _tell_extra(self, sentence):
        """Notify the user who decided.

        :param sentence: subject and text of the notification
        """
        self.ensure_one()
        self.message_notify(partner_ids=self.extra_user_id.partner_id.ids, subject=sentence, body=sentence)
