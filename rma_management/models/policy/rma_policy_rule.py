from collections import namedtuple

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, ormcache

from .rma_policy_condition_mixin import PRIVATE

# What is kept of a rule by the server: plain values, so that a thousand rules are looked through in a moment.
Rule = namedtuple(
    "Rule",
    "id on_from on_to date_from date_to conditions refuses days_from window_days window_until every_year operation_ids",
)
# Written by the program only: they say which policy counted when.
VERSION_FIELDS = {"on_from", "on_to", "version_of_id"}
# What customers may know of a decision; the others are for staff.
PUBLIC = [
    "window_days",
    "window_until",
    "offered_operation_ids",
    "keep_operation_id",
    "fee_type",
    "shipping",
    "photo_required",
    "question",
]
SWITCHES = {"active", "is_on"}
# Of no consequence for a decision.
FREE_FIELDS = VERSION_FIELDS | {"name", "customer_text", "on_website"}


class PolicyVerdict:
    """What the return policy decides about an item.

    `rule_id` is the rule that decided (0: none, so reasons, resolutions and settings do), `refusal` the sentence why
    not, `until` the last day, `unknown` the conditions that could not be answered before the decision, and `steps`
    what happened to each rule, where that was asked for.
    """

    __slots__ = ("operation_ids", "refusal", "rule_id", "steps", "unknown", "until")

    def __init__(self):
        self.rule_id = 0
        self.refusal = ""
        self.until = False
        self.operation_ids = frozenset()
        self.unknown = set()
        self.steps = []


class RmaPolicyRule(models.Model):
    """A rule of the return policy: the first one whose conditions match an item decides about it.

    Without a rule that matches, reasons, resolutions and settings decide alone. A change of a rule that is switched on
    leaves its former version behind: returns keep the one that decided about them, and the policy of an earlier day is
    known.
    """

    _name = "rma.policy.rule"
    _inherit = ["rma.policy.condition.mixin", "rma.policy.action.mixin"]
    _description = "Return Policy Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="Shown to staff, and as a heading on the website.")
    sequence = fields.Integer(default=10, help="Rules are looked through in this order.")
    active = fields.Boolean(default=True, help="If unchecked, the rule is hidden, and decides nothing.")
    is_on = fields.Boolean(string="Switched On", copy=False, help="Only rules that are switched on decide.")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, help="If empty, the rule is for all companies."
    )
    warehouse_id = fields.Many2one(check_company=True)
    date_from = fields.Date("Valid from", help="First day of the rule. If empty, it is valid as soon as switched on.")
    date_to = fields.Date("Valid until", help="Last day of the rule.")
    on_website = fields.Boolean(
        string="On the Website",
        default=True,
        help="Customers read the rule on the page of the return policy. Rules about single customers, their tags or "
        "their earlier returns are never shown.",
    )
    customer_text = fields.Text(
        string="Text on the Website", translate=True, help="If empty, it is made from conditions and decisions."
    )
    on_from = fields.Datetime("In Force from", readonly=True, copy=False, help="Since when this version decides.")
    on_to = fields.Datetime("In Force until", readonly=True, copy=False, help="When this version stopped deciding.")
    version_of_id = fields.Many2one(
        "rma.policy.rule",
        string="Former Version of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The rule of which this is a former version.",
    )
    version_ids = fields.One2many(
        "rma.policy.rule",
        "version_of_id",
        string="Former Versions",
        readonly=True,
        context={"active_test": False},
    )

    conditions_text = fields.Text(string="Conditions", compute="_compute_texts")
    decision_text = fields.Text(string="Decisions", compute="_compute_texts")
    line_count = fields.Integer(string="Items Decided", compute="_compute_line_count")

    # === Computed fields ===

    @api.depends(lambda self: [*self._get_condition_names(), *self._get_decision_names()])
    @api.depends_context("lang")
    def _compute_texts(self):
        """Show what a rule says: also those who may not see all that it names read it."""
        for rule in self:
            rule.conditions_text = "; ".join(
                rule._format_condition(name) for name in rule._get_condition_names() if rule[name]
            )
            rule.decision_text = "; ".join(rule._format_decisions())

    def _compute_line_count(self):
        counts = dict(
            self.env["rma.order.line"]._read_group(
                [("policy_rule_id", "in", self.ids)], ["policy_rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.line_count = counts.get(rule, 0)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_version_fields(vals)
        rules = super().create(vals_list)
        rules.filtered(lambda rule: rule._is_in_force() and not rule.on_from)._set_version(
            on_from=fields.Datetime.now()
        )
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        self._check_version_fields(vals)
        before = self.filtered(lambda rule: rule._is_in_force())
        is_switch = any(vals.get(name) for name in SWITCHES)
        if vals.keys() - FREE_FIELDS - SWITCHES:
            self._keep_version()
        elif is_switch:
            # Of a rule that was off, the former time remains.
            (self - before)._keep_version()
        result = super().write(vals)
        now = fields.Datetime.now()
        after = self.filtered(lambda rule: rule._is_in_force())
        if not VERSION_FIELDS & vals.keys():
            (before - after)._set_version(on_to=now)
            (after - before)._set_version(on_from=now, on_to=False)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        for rule in self:
            if rule.on_from:
                raise UserError(self.env._("“%s” has been in force. Archive it instead.", rule.name))

    def _check_version_fields(self, names):
        """:raise AccessError: when a user writes which policy counted when"""
        if not self.env.su and self.version_of_id:
            raise AccessError(self.env._("This is a former version, kept for the returns it decided about."))
        if not self.env.su and not VERSION_FIELDS.isdisjoint(names):
            raise AccessError(self.env._("The versions of a rule are kept by the program. Switch the rule on or off."))

    def _is_in_force(self):
        """Return whether this rule decides from now on."""
        self.ensure_one()
        return self.active and self.is_on

    def _set_version(self, **values):
        if self:
            # Only this class writes these fields.
            self.sudo().write(values)

    def _keep_version(self):
        """Leave behind these rules as they are until now, with the returns that they decided about."""
        now = fields.Datetime.now()
        # Only this class writes versions; whoever changes a rule need not see all returns it decided about.
        for rule in self.sudo():
            begin, end = rule.on_from, rule.on_to or now
            if not begin:
                continue
            if begin < end:
                version = rule.copy({"active": False, "on_from": begin, "on_to": end, "version_of_id": rule.id})
                decided = self.env["rma.order.line"].sudo().search([("policy_rule_id", "=", rule.id)])
                decided.policy_rule_id = version
            rule._set_version(on_from=rule._is_in_force() and now, on_to=False)

    # === Actions ===

    def action_try(self):
        """Open the window that replays the rule over past returns.

        :return: window action
        :raise AccessError: when the user may not change the return policy
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try “%s”", self.name),
            "res_model": "rma.policy.try",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id},
        }

    def action_view_lines(self):
        """Open the items that this rule decided about, as far as the user may see them.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_order_line_action")
        return {
            **action,
            "views": [(False, "list")],
            "domain": [("policy_rule_id", "=", self.id)],
            "context": {},
        }

    # === What customers read ===

    @api.model
    def _get_public_rules(self, website):
        """Return the rules that customers of a website may read, in their order.

        :param website: `website` record
        :return: `rma.policy.rule` records
        """
        rules = self.search(
            [
                ("is_on", "=", True),
                ("on_website", "=", True),
                ("company_id", "in", (website.company_id.id, False)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", fields.Date.context_today(self)),
                "|",
                ("website_ids", "=", False),
                ("website_ids", "in", website.ids),
            ]
        )
        return rules.filtered(lambda rule: not any(rule[name] for name in PRIVATE))

    def _get_public_conditions(self):
        """Return for what this rule is, as customers read it.

        :return: list of sentences
        """
        names = [name for name in self._get_condition_names() if self[name] and name != "website_ids"]
        return [self._format_condition(name) for name in names]

    def _get_public_decisions(self):
        """Return what this rule says, as customers read it.

        :return: list of sentences
        """
        if self.decision == "refuse":
            return [self.refusal_message or self.env._("This cannot be returned.")]
        return self._format_decisions(PUBLIC) or [self.env._("This can be returned.")]

    # === Deciding ===

    @api.model
    @ormcache("company_id")
    def _get_rules(self, company_id):
        """Return the rules that are or were in force in a company, in their order.

        :param company_id: id of a `res.company`
        :return: tuple of `Rule`
        """
        rules = self.sudo().with_context(active_test=False).search(
            [("company_id", "in", (company_id, False)), ("on_from", "!=", False)]
        )
        rules = rules.filtered(lambda rule: rule.on_to or rule._is_in_force())
        # A former version stands where its rule stands.
        rules = rules.sorted(lambda rule: (rule.sequence, rule.version_of_id.id or rule.id, rule.id))
        return tuple(rule._compile() for rule in rules)

    def _compile(self):
        """Return the plain values of this rule.

        :return: `Rule`
        """
        self.ensure_one()
        return Rule(
            self.id,
            self.on_from,
            self.on_to,
            self.date_from,
            self.date_to,
            self._get_conditions(),
            self.decision == "refuse",
            self.days_from,
            self.window_days,
            self.window_until,
            self.every_year,
            frozenset(self.offered_operation_ids.ids),
        )

    @api.model
    def _decide(self, items, known=None, rules=None, explain=False):
        """Return what the return policy decides about items. Every door asks this method.

        :param items: list of items, see `sale.order.line._prepare_policy_item`
        :param known: `PolicyFacts` that were gathered before
        :param rules: list of `Rule` to look through instead of those of the companies
        :param explain: note what happened to each rule
        :return: list of `PolicyVerdict`
        """
        by_company = {
            company: self._get_rules(company.id) if rules is None else rules
            for company in {item["company"] for item in items}
        }
        needs = {name for some in by_company.values() for rule in some for name, _value in rule.conditions}
        if not any(by_company.values()):
            return [PolicyVerdict() for _item in items]
        gathered = self.env["rma.policy.facts"]._gather(items, needs, known)
        return [
            self._decide_item(item["company"], facts, by_company[item["company"]], explain, rules is not None)
            for item, facts in zip(items, gathered, strict=True)
        ]

    @api.model
    def _decide_item(self, company, facts, rules, explain, is_trial):
        """Look through the rules for one item.

        :return: `PolicyVerdict`
        """
        verdict = PolicyVerdict()
        moment, day = facts["asked"], facts["today"]
        # The setting binds whoever asks, whatever their access to companies.
        if company.sudo().rma_policy_date == "delivery" and facts["delivered"]:
            moment, day = facts["delivered"], facts["delivery"]
        for rule in rules:
            if not is_trial and not (rule.on_from <= moment and (not rule.on_to or moment < rule.on_to)):
                continue
            if (rule.date_from and day < rule.date_from) or (rule.date_to and day > rule.date_to):
                result, names = False, ("date_from",)
            else:
                result, names = self._match(rule, facts)
            if explain:
                verdict.steps.append((rule.id, result, names))
            if result is False:
                continue
            until = self._get_last_day(rule, facts)
            refuses = rule.refuses or bool(until and facts["today"] > until)
            if result is None:
                verdict.unknown.update(names)
                if refuses:
                    # Perhaps; what is known once the customer has answered decides.
                    continue
            self._conclude(verdict, rule, facts, until, result)
            break
        return verdict

    @api.model
    def _match(self, rule, facts):
        """Compare the conditions of a rule with the facts of an item.

        :return: True, False, or None as long as that depends on what is not known; and the conditions it fails on, or
            depends on
        """
        unknown = []
        for name, value in rule.conditions:
            result = getattr(self, f"_matches_{name}")(facts, value)
            if result is None:
                unknown.append(name)
            elif not result:
                return False, (name,)
        return (None, tuple(unknown)) if unknown else (True, ())

    @api.model
    def _get_last_day(self, rule, facts):
        """Return the last day on which an item can be returned by a rule.

        :return: date, False where there is no limit
        """
        if rule.refuses:
            return False
        days = []
        begin = facts[rule.days_from]
        if rule.window_days and begin:
            days.append(begin + relativedelta(days=rule.window_days))
        if rule.window_until:
            last = rule.window_until
            if rule.every_year and facts["order"]:
                last += relativedelta(year=facts["order"].year)
                last += relativedelta(years=last < facts["order"])
            days.append(last)
        return max(days, default=False)

    @api.model
    def _conclude(self, verdict, rule, facts, until, result):
        """Note what the rule that matches says."""
        verdict.until = until
        verdict.operation_ids = rule.operation_ids if result else frozenset()
        if not result:
            # It may be another rule that decides in the end.
            return
        verdict.rule_id = rule.id
        # What a rule says is for everybody to read.
        record = self.sudo().browse(rule.id)
        operation_id = facts["operation_type_id"]
        if rule.refuses:
            verdict.refusal = record.refusal_message or self.env._("Our return policy does not cover this item.")
        elif until and facts["today"] > until:
            verdict.refusal = self.env._("It could be returned until %s.", format_date(self.env, until))
        elif rule.operation_ids and operation_id and operation_id not in rule.operation_ids:
            kept = record.keep_operation_id
            if operation_id != kept.id:
                verdict.refusal = self.env._(
                    "For this item, you can choose: %s.", ", ".join(record.offered_operation_ids.mapped("name"))
                )
