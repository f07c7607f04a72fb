from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

BATCH = 1000
# Of the items that would be decided otherwise, so many are listed.
LISTED = 200
COUNTED_STATES = ("requested", "approved", "processing", "done", "rejected")


class RmaPolicyTry(models.TransientModel):
    """Replay the return policy over past returns, with and without a rule: what would it have changed?"""

    _name = "rma.policy.try"
    _inherit = "rma.window.mixin"
    _description = "Try a Rule of the Return Policy"

    rule_id = fields.Many2one("rma.policy.rule", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        "Requested from",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(years=1),
    )
    date_to = fields.Date("Requested until", required=True, default=fields.Date.context_today)
    line_count = fields.Integer("Items Replayed", readonly=True)
    decided_count = fields.Integer("Decided by the Rule", readonly=True)
    refused_count = fields.Integer("Refused Instead of Allowed", readonly=True)
    refused_amount = fields.Monetary("Value Refused", readonly=True)
    allowed_count = fields.Integer("Allowed Instead of Refused", readonly=True)
    allowed_amount = fields.Monetary("Value Allowed", readonly=True)
    fee_count = fields.Integer("With Another Fee", readonly=True)
    fee_amount = fields.Monetary("Fees More or Less", readonly=True)
    approval_count = fields.Integer("Approved Otherwise", readonly=True)
    line_ids = fields.Many2many("rma.order.line", string="Decided Otherwise", readonly=True)
    is_done = fields.Boolean(readonly=True)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rule_id"]

    @api.depends("rule_id")
    @api.depends_context("company")
    def _compute_company_id(self):
        for window in self:
            window.company_id = window.rule_id.company_id or self.env.company

    def action_run(self):
        """Replay the returns of the time that was entered.

        :return: action that shows the figures
        :raise AccessError: when the user may not change the return policy
        """
        self.ensure_one()
        self.check_access("read")
        self.rule_id.check_access("write")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day must not be after the last day."))
        self.write({**self._replay(), "is_done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try “%s”", self.rule_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _replay(self):
        """Return the figures.

        :return: values of this record
        """
        with_rule, without = self._get_rules()
        figures = dict.fromkeys(
            ("line_count", "decided_count", "refused_count", "allowed_count", "fee_count", "approval_count"), 0
        )
        figures.update(refused_amount=0.0, allowed_amount=0.0, fee_amount=0.0)
        changed = []
        # Managers try a rule on all returns of the company. What they see of them are figures, and the items they may
        # see anyway.
        lines = self.env["rma.order.line"].sudo()
        for ids in split_every(BATCH, lines.search(self._get_domain(), order="id").ids):
            batch = lines.browse(ids)
            items = [
                line.sale_line_id._prepare_policy_item(
                    product=line.product_id, rma_line=line, asked=line.date_requested
                )
                for line in batch
            ]
            verdicts = self._decide_twice(items, with_rule, without)
            for line, after, before in zip(batch, *verdicts, strict=True):
                if self._count(figures, line, after, before):
                    changed.append(line.id)
            self.env.invalidate_all()
        visible = self.env["rma.order.line"].search([("id", "in", changed)], limit=LISTED)
        return {**figures, "line_ids": [(6, 0, visible.ids)]}

    def _get_domain(self):
        return [
            ("state", "in", COUNTED_STATES),
            ("company_id", "=", self.company_id.id),
            ("date_requested", ">=", self.date_from),
            ("date_requested", "<", self.date_to + relativedelta(days=1)),
        ]

    def _get_rules(self):
        """Return the rules of today with and without the one to try.

        :return: two lists of `Rule`
        """
        tried = self.rule_id.sudo()
        rules = tried.search([("is_on", "=", True), ("company_id", "in", (self.company_id.id, False))])
        return (
            [rule._compile() for rule in (rules | tried).sorted(lambda rule: (rule.sequence, rule.id))],
            [rule._compile() for rule in rules - tried],
        )

    def _decide_twice(self, items, with_rule, without):
        """Return what the policy decides about items with the rule, and without it.

        :return: two lists of `PolicyVerdict`
        """
        rules = self.env["rma.policy.rule"]
        needs = {name for rule in with_rule for name, _value in rule.conditions}
        gathered = self.env["rma.policy.facts"]._gather(items, needs)
        matchers = rules._get_matchers(needs)
        return [
            [rules._decide_item(facts, facts["today"], some, matchers) for facts in gathered]
            for some in (with_rule, without)
        ]

    def _count(self, figures, line, after, before):
        """Count an item.

        :return: whether it would be decided otherwise
        :rtype: bool
        """
        rules = self.rule_id.sudo()
        figures["line_count"] += 1
        if after.rule_id != self.rule_id.id:
            return False
        figures["decided_count"] += 1
        amount = self._convert(line, line.price_unit * line.product_uom_qty)
        if bool(after.refusal) != bool(before.refusal):
            kind = "refused" if after.refusal else "allowed"
            figures[f"{kind}_count"] += 1
            figures[f"{kind}_amount"] += amount
            return True
        if after.refusal:
            return False
        after_rule, before_rule = rules.browse(after.rule_id), rules.browse(before.rule_id)
        fee = self._get_fee(line, after_rule, amount) - self._get_fee(line, before_rule, amount)
        has_fee = not self.currency_id.is_zero(fee)
        has_approval = line._allows_auto_approval(after_rule) != line._allows_auto_approval(before_rule)
        figures["fee_count"] += has_fee
        figures["fee_amount"] += fee
        figures["approval_count"] += has_approval
        return has_fee or has_approval

    def _get_fee(self, line, rule, amount):
        """Return the restocking fee of an item by a rule, in the currency of the company."""
        terms = line._get_fee_terms(rule)
        if not line.operation_type_id.charge_fee:
            return 0.0
        if terms.fee_type == "percent":
            return amount * terms.fee_percent / 100
        return terms.fee_amount * line.product_uom_qty if terms.fee_type == "amount" else 0.0

    def _convert(self, line, amount):
        source, target = line.currency_id, self.currency_id
        if source == target or not source:
            return amount
        return source._convert(amount, target, self.company_id, line.date_requested.date())
