from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .rma_policy_condition_mixin import PRIVATE

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
# These switch a rule on and off, and change nothing of what it says.
SWITCHES = {"active", "is_on"}
# Of no consequence for a decision.
FREE_FIELDS = VERSION_FIELDS | {"name", "customer_text", "on_website"}


class RmaPolicyRule(models.Model):
    """A rule of the return policy: the first one whose conditions match an item decides about it.

    Without a rule that matches, reasons, resolutions and settings decide alone. A change of a rule that is switched on
    leaves its former version behind: returns keep the one that decided about them, and the policy of an earlier day is
    known.
    """

    _name = "rma.policy.rule"
    _inherit = ["rma.policy.condition.mixin", "rma.policy.action.mixin", "rma.policy.engine.mixin"]
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
        help="What the rule said before, with the time in which it decided.",
    )

    conditions_text = fields.Text(string="Conditions", compute="_compute_texts")
    decision_text = fields.Text(string="Decisions", compute="_compute_texts")
    line_count = fields.Integer(string="Items Decided", compute="_compute_line_count")

    # === Computed fields ===

    @api.depends(
        lambda self: [*self._get_condition_names(), "decision", "refusal_message", *self._get_decision_names()]
    )
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
        # No default of the context either.
        rules = super().create([{**dict.fromkeys(VERSION_FIELDS, False), **vals} for vals in vals_list])
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
        # Customers know no internal references.
        rule = self.with_context(display_default_code=False)
        return [rule._format_condition(name) for name in names]

    @api.model
    def _get_public_names(self):
        """Return the fields of a decision that customers may know. An addon adds those of its decisions.

        :return: list of field names
        """
        return PUBLIC

    def _get_public_decisions(self):
        """Return what this rule says, as customers read it.

        :return: list of sentences
        """
        if self.decision == "refuse":
            return [self.refusal_message or self.env._("This cannot be returned.")]
        return self._format_decisions(self._get_public_names()) or [self.env._("This can be returned.")]
