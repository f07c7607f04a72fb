from odoo import Command, api, fields, models

from ..rma_order_line import ITEM_FIELDS
from .rma_policy_condition_mixin import CONDITIONS

VERDICT_FIELDS = ("policy_rule_id", "policy_verdict", "policy_date")


class RmaOrderLine(models.Model):
    """Keep what the return policy decided about an item, and answer for it: fee, shipping, place of the goods."""

    _inherit = "rma.order.line"

    stated_condition = fields.Selection(
        CONDITIONS, help="In which condition the customer says the product is. Asked where the return policy needs it."
    )
    policy_rule_id = fields.Many2one(
        "rma.policy.rule",
        compute="_compute_policy_verdict",
        store=True,
        copy=False,
        groups="base.group_user",
        index="btree_not_null",
        ondelete="restrict",
        help="The rule of the return policy that decided when the return was requested. If empty, no rule matched.",
    )
    policy_verdict = fields.Char(
        compute="_compute_policy_verdict",
        store=True,
        copy=False,
        groups="base.group_user",
        help="What the return policy decided when the return was requested.",
    )
    policy_date = fields.Datetime(
        string="Decided on",
        compute="_compute_policy_verdict",
        store=True,
        copy=False,
        groups="base.group_user",
        help="When the return policy decided about the item.",
    )

    @api.depends(*ITEM_FIELDS)
    def _compute_policy_verdict(self):
        """Forget the decision when the item changes, because it was about the item as it was. New ones have none."""
        self._reset_decision(VERDICT_FIELDS)

    def _reset_decision(self, names):
        """Clear what was decided about items that can still change.

        :param names: names of the fields that hold the decision
        """
        for line in self:
            is_kept = line.state in ("approved", "processing", "done", "rejected")
            for name in names:
                line[name] = is_kept and line[name]

    # === Requesting ===

    def _with_policy_facts(self):
        """Return these items with what the policy looks at gathered for all of them at once.

        :return: `rma.order.line` records
        """
        facts = self.env["sale.order.line"].sudo()._gather_policy_facts(self)
        return self.with_context(rma_policy_facts=facts)

    def _get_policy_verdict(self):
        """Return what the rules of the return policy decide about this item.

        :return: `PolicyVerdict`
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        return self.sale_line_id.sudo()._get_policy_verdict(product=self.product_id, rma_line=self)

    def _apply_policy(self):
        """Keep what the policy decides about requested items, and do what it says about them."""
        now = fields.Datetime.now()
        for line in self._with_policy_facts():
            verdict = line._get_policy_verdict()
            # Only this method writes the decision; who requests need not see the rules.
            line = line.sudo().with_context(rma_policy_facts=None)
            rule = self.env["rma.policy.rule"].sudo().browse(verdict.rule_id)
            if not verdict.refusal:
                line._keep_product(rule.keep_operation_id)
            line.write(
                {"policy_rule_id": rule.id, "policy_verdict": line._get_verdict_text(verdict, rule), "policy_date": now}
            )
            if rule.tag_ids:
                line.order_id.tag_ids = [Command.link(tag.id) for tag in rule.tag_ids]

    def _keep_product(self, kept):
        """Let the customer keep the product, where they asked for what this resolution gives.

        :param kept: `rma.operation.type` by which customers keep products, possibly empty
        """
        operation = self.operation_type_id
        if kept and operation != kept and operation.resolution == kept.resolution and self.reason_id._allows(kept):
            self.operation_type_id = kept

    def _apply_policy_to_changed(self):
        """Decide about items that were changed or added since the request, once they are complete.

        :return: whether there are any
        :rtype: bool
        """
        changed = self.filtered(lambda line: not line.policy_date)
        changed._apply_policy()
        return bool(changed)

    def _get_verdict_text(self, verdict, rule):
        """Return what staff read about a decision, in the language of the company's staff.

        :param verdict: `PolicyVerdict`
        :param rule: `rma.policy.rule` that decided, empty if none
        :rtype: str
        """
        if not rule:
            return self.env._("No rule matches: reasons and resolutions decide.")
        if verdict.refusal:
            return self.env._("%(rule)s: refused. %(refusal)s", rule=rule.name, refusal=verdict.refusal)
        if verdict.until:
            return self.env._("%(rule)s: allowed until %(day)s.", rule=rule.name, day=verdict.until)
        return self.env._("%s: allowed.", rule.name)

    def action_explain_policy(self):
        """Open the window that explains what the return policy decides about this item as it is now.

        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        # Returns staff may not have access to every order; the window checks that they do.
        action = self.sale_line_id.action_explain_policy()
        action["context"].update(
            default_reason_id=self.reason_id.id,
            default_operation_type_id=self.operation_type_id.id,
            default_stated_condition=self.stated_condition,
        )
        return action

    # === What the rule says ===

    def _get_policy_rule(self):
        """Return the rule that decided about this item, for whoever works on it.

        :return: `rma.policy.rule` record, empty if none did
        """
        # Charges are of no item.
        self and self.ensure_one()
        # Whoever works on the return carries out its rule, whatever their access to rules.
        return self.sudo().policy_rule_id

    def _get_fee_terms(self, rule=None):
        """Return the restocking fee of this item: of its rule, or else of its reason.

        :param rule: `rma.policy.rule` record, that of the item by default
        :return: `rma.policy.rule` or `rma.return.reason` record with `fee_type`, `fee_percent` and `fee_amount`
        """
        rule = self._get_policy_rule() if rule is None else rule
        return self.reason_id if rule.fee_type in (False, "reason") else rule

    def _allows_auto_approval(self, rule=None):
        """Return whether a return with this item may be approved automatically: by its rule, or else by its reason.

        :param rule: `rma.policy.rule` record, that of the item by default
        :rtype: bool
        """
        rule = self._get_policy_rule() if rule is None else rule
        if rule.approver_group_id or rule.approval == "manual":
            return False
        return rule.approval == "auto" or self.reason_id.auto_approve

    def _get_shipping_terms(self):
        """Return whether the shipping of the order is refunded with this item: by its rule, or else by its resolution.

        :return: value of `rma.operation.type.refund_shipping`
        """
        rule = self._get_policy_rule()
        return self.operation_type_id.refund_shipping if rule.shipping in (False, "operation") else rule.shipping

    def _get_planned_disposition(self):
        """Return where the goods go that are not inspected: by the rule of this item, or else by its resolution.

        :return: value of `rma.operation.type.disposition`
        """
        return self._get_policy_rule().disposition or self.operation_type_id.disposition
