from collections import namedtuple

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import format_date, ormcache

# What is kept of a rule by the server: plain values, so that a thousand rules are looked through in a moment.
Rule = namedtuple(
    "Rule",
    "id on_from on_to date_from date_to conditions refuses days_from window_days window_until every_year operation_ids",
)


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


class RmaPolicyEngineMixin(models.AbstractModel):
    """Look through the rules of the return policy: the first one whose conditions match an item decides about it."""

    _name = "rma.policy.engine.mixin"
    _description = "Decisions by the Return Policy"

    @api.model
    @ormcache("company_id")
    def _get_rules(self, company_id):
        """Return the rules that are in force in a company, or were and may count still, in their order.

        :param company_id: id of a `res.company`
        :return: tuple of `Rule`
        """
        rules = (
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", (company_id, False)), ("on_from", "!=", False)])
        )
        # Only where the day of the delivery counts, what is over matters.
        is_past_needed = self.env["res.company"].sudo().browse(company_id).rma_policy_date == "delivery"
        rules = rules.filtered(lambda rule: is_past_needed if rule.on_to else rule._is_in_force())
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
    def _gather_facts(self, items, known):
        """Gather what the rules look at, for code that asks about one item after the other.

        :param items: list of items, see `sale.order.line._prepare_policy_item`
        :param known: `PolicyFacts` to be filled
        """
        needs = self._get_needs({item["company"] for item in items})
        if needs is not None:
            self.env["rma.policy.facts"]._gather(items, needs, known)

    @api.model
    def _get_needs(self, companies):
        """Return the conditions that the rules of companies have.

        :param companies: set of `res.company` records
        :return: set of field names, None if there is no rule at all
        """
        if not any(self._get_rules(company.id) for company in companies):
            return None
        return {name for company in companies for name in self._get_company_needs(company.id)}

    @api.model
    @ormcache("company_id")
    def _get_company_needs(self, company_id):
        return {name for rule in self._get_rules(company_id) for name, _value in rule.conditions}

    @api.model
    def _get_matchers(self, needs):
        """Return the methods that match conditions.

        :param needs: set of field names
        :return: {field name: method}
        """
        return {name: getattr(self, f"_matches_{name}") for name in needs}

    @api.model
    def _decide(self, items, known=None, explain=False):
        """Return what the return policy decides about items. Every door asks this method.

        :param items: list of items, see `sale.order.line._prepare_policy_item`
        :param known: `PolicyFacts` that were gathered before
        :param explain: note what happened to each rule
        :return: list of `PolicyVerdict`
        """
        needs = self._get_needs({item["company"] for item in items})
        if needs is None:
            return [PolicyVerdict() for _item in items]
        matchers = self._get_matchers(needs)
        verdicts = []
        for item, facts in zip(items, self.env["rma.policy.facts"]._gather(items, needs, known), strict=True):
            moment, day = facts["asked"], facts["today"]
            # The setting binds whoever asks, whatever their access to companies.
            if item["company"].sudo().rma_policy_date == "delivery" and facts["delivered"]:
                moment, day = facts["delivered"], facts["delivery"]
            rules = self._filter_in_force(self._get_rules(item["company"].id), moment)
            verdicts.append(self._decide_item(facts, day, rules, matchers, explain))
        return verdicts

    @api.model
    def _filter_in_force(self, rules, moment):
        return [rule for rule in rules if rule.on_from <= moment and (not rule.on_to or moment < rule.on_to)]

    @api.model
    def _decide_item(self, facts, day, rules, matchers, explain=False):
        """Look through rules for one item.

        :param facts: as of `rma.policy.facts`
        :param day: date whose rules count
        :param rules: list of `Rule`
        :param matchers: as of `_get_matchers`
        :param explain: note what happened to each rule
        :return: `PolicyVerdict`
        """
        verdict = PolicyVerdict()
        for rule in rules:
            result, names = self._match(rule, facts, day, matchers)
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
    def _match(self, rule, facts, day, matchers):
        """Compare the conditions of a rule with the facts of an item.

        :return: True, False, or None as long as that depends on what is not known; and the conditions it fails on, or
            depends on
        """
        if (rule.date_from and day < rule.date_from) or (rule.date_to and day > rule.date_to):
            return False, ("date_from",)
        unknown = ()
        for name, value in rule.conditions:
            result = matchers[name](facts, value)
            if result is None:
                unknown += (name,)
            elif not result:
                return False, (name,)
        return (None, unknown) if unknown else (True, ())

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
