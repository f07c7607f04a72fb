from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError

YES_NO = [("yes", "Yes"), ("no", "No")]
CONDITIONS = [
    ("unopened", "Unopened"),
    ("opened", "Opened, not used"),
    ("used", "Used"),
    ("defective", "Damaged or defective"),
]
# What else a condition compares with, besides its own field.
COMPOSED = {
    "days_min": ("days_from",),
    "days_max": ("days_from",),
    "bought_from": ("bought_until", "every_year"),
    "returns_min": ("history_days",),
    "returns_amount_min": ("history_days",),
}
# These tell about a customer what others need not know: rules with them are not shown on the website.
PRIVATE = {"partner_ids", "partner_category_ids", "returns_min", "returns_amount_min", "first_return"}


class RmaPolicyConditionMixin(models.AbstractModel):
    """Hold the conditions of a rule of the return policy.

    A condition is a field and a method `_matches_<field>` that compares its value with the facts of an item (see
    `rma.policy.facts`). It returns None as long as the fact is not known. An empty field matches everything. An addon
    adds a condition by extending `rma.policy.rule` with one of each; nothing else has to list it.
    """

    _name = "rma.policy.condition.mixin"
    _description = "Conditions of the Return Policy"

    # === Product ===

    product_ids = fields.Many2many("product.product", string="Products", ondelete="restrict", help="Any of these.")
    categ_ids = fields.Many2many(
        "product.category", string="Product Categories", ondelete="restrict", help="Any of these, or below one of them."
    )
    product_tag_ids = fields.Many2many(
        "product.tag", string="Product Tags", ondelete="restrict", help="Products with any of these tags."
    )
    attribute_value_ids = fields.Many2many(
        "product.attribute.value", string="Variants", ondelete="restrict", help="Variants with any of these values."
    )
    lot_state = fields.Selection(
        [("named", "Given"), ("unnamed", "Not given")],
        string="Lot/Serial Number",
        help="Of tracked products: whether the return names the lot or serial number.",
    )
    warranty = fields.Selection(
        [("in", "Under warranty"), ("out", "Out of warranty")],
        help="Counted from the delivery, using the warranty term of the product.",
    )

    # === Sale ===

    price_min = fields.Float("Price from", help="Paid per unit, before taxes, in the currency of the company.")
    price_max = fields.Float("Price up to", help="Paid per unit, before taxes. If 0, there is no limit.")
    discount_min = fields.Float("Discount from (%)", help="Discount of the order line. Sale goods are from 0.01.")
    discount_max = fields.Float("Discount up to (%)", help="Discount of the order line. If 0, there is no limit.")
    order_amount_min = fields.Float(
        "Order Total from", help="Total of the order, taxes included, in the currency of the company."
    )
    order_amount_max = fields.Float("Order Total up to", help="Taxes included. If 0, there is no limit.")
    payment_method_ids = fields.Many2many(
        "payment.method", string="Payment Methods", ondelete="restrict", help="The order was paid with any of these."
    )
    website_ids = fields.Many2many(
        "website", string="Websites", ondelete="restrict", help="The website of the order, or of the request."
    )
    team_ids = fields.Many2many(
        "crm.team", string="Sales Teams", ondelete="restrict", help="The sales team of the order."
    )
    bought_from = fields.Date("Ordered", help="First day of the season in which the product was ordered.")
    bought_until = fields.Date(help="Last day of the season.")
    every_year = fields.Boolean(help="The season, and the fixed last day, return each year.")

    # === Customer ===

    partner_ids = fields.Many2many(
        "res.partner", string="Customers", ondelete="restrict", help="Any of these, and their contacts."
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category", string="Customer Tags", ondelete="restrict", help="Any of these, or below one of them."
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", ondelete="restrict", help="Country of the delivery address."
    )
    country_group_ids = fields.Many2many(
        "res.country.group", string="Country Groups", ondelete="restrict", help="The country is in any of these."
    )
    state_ids = fields.Many2many(
        "res.country.state", string="States", ondelete="restrict", help="State of the delivery address."
    )
    lang_ids = fields.Many2many("res.lang", string="Languages", ondelete="restrict", help="Language of the customer.")
    history_days = fields.Integer("Count Returns of", default=365, help="Days before the request. If 0, all returns.")
    returns_min = fields.Integer("Returns from", help="The customer already had at least so many returns.")
    returns_amount_min = fields.Float(
        "Returned Value from", help="Their returns were worth at least so much, in the currency of the company."
    )
    first_return = fields.Selection(YES_NO, help="Whether the customer has returned nothing before.")

    # === Request ===

    reason_ids = fields.Many2many("rma.return.reason", string="Reasons", ondelete="restrict", help="Any of these.")
    wanted_operation_ids = fields.Many2many(
        "rma.operation.type",
        "rma_policy_rule_wanted_operation_rel",
        string="Resolutions Wanted",
        ondelete="restrict",
        help="Any of these.",
    )
    stated_condition = fields.Selection(CONDITIONS, help="In which condition the customer says the product is.")
    photo = fields.Selection(YES_NO, string="Photo Given", help="Whether the request has a photo of the product.")
    days_from = fields.Selection(
        [("delivery", "Delivery"), ("order", "Order"), ("invoice", "Invoice")],
        string="Days Count from",
        required=True,
        default="delivery",
        help="Counts for the conditions on days, and for the days in which returns are possible. The newest delivery "
        "or invoice of the order line counts.",
    )
    days_min = fields.Integer("Days Passed from", help="At least so many days have passed.")
    days_max = fields.Integer("Days Passed up to", help="At most so many days have passed. If 0, there is no limit.")

    @api.constrains("bought_from", "bought_until")
    def _check_season(self):
        for rule in self:
            if bool(rule.bought_from) != bool(rule.bought_until):
                raise ValidationError(self.env._("Enter the first and the last day of the season."))

    # === Which conditions there are ===

    @api.model
    def _get_condition_names(self):
        """Return the fields that are conditions: those with a method that matches them.

        :return: list of field names, in their order
        """
        return [name for name in self._fields if hasattr(type(self), f"_matches_{name}")]

    def _get_conditions(self):
        """Return the conditions that are set, with what they compare with.

        :return: tuple of (field name, value): ids as a frozenset, and a tuple where several fields belong together
        """
        self.ensure_one()
        return tuple((name, self._get_condition_value(name)) for name in self._get_condition_names() if self[name])

    def _get_condition_value(self, name):
        if self._fields[name].type == "many2many":
            return frozenset(self[name].ids)
        more = COMPOSED.get(name)
        return (self[name], *(self[other] for other in more)) if more else self[name]

    def _format_condition(self, name):
        """Return a condition as people read it.

        :param name: field name
        :rtype: str
        """
        self.ensure_one()
        field = self._fields[name]
        value = self[name]
        if field.type == "many2many":
            # What a rule is about may be read by whoever may read the rule.
            text = ", ".join(value.sudo().mapped("display_name"))
        elif field.type == "selection":
            text = dict(field._description_selection(self.env)).get(value, "")
        elif name == "bought_from":
            text = f"{self._format_day(value)} – {self._format_day(self.bought_until)}"
        else:
            text = f"{value:g}" if field.type == "float" else str(value)
        return self.env._("%(label)s: %(value)s", label=field._description_string(self.env), value=text)

    def _format_day(self, day):
        """Return a day of this rule: without the year, where it returns each year."""
        pattern = "d MMMM" if self.every_year else None
        return self.env["ir.qweb.field.date"].value_to_html(day, {"format": pattern} if pattern else {})

    # === Product ===

    def _matches_product_ids(self, facts, ids):
        return facts["product_id"] in ids

    def _matches_categ_ids(self, facts, ids):
        return not ids.isdisjoint(facts["categ_ids"])

    def _matches_product_tag_ids(self, facts, ids):
        return not ids.isdisjoint(facts["product_tag_ids"])

    def _matches_attribute_value_ids(self, facts, ids):
        return not ids.isdisjoint(facts["attribute_value_ids"])

    def _matches_lot_state(self, facts, value):
        if not facts["is_tracked"]:
            return False
        return None if facts["has_lots"] is None else facts["has_lots"] == (value == "named")

    def _matches_warranty(self, facts, value):
        delivered, months = facts["delivery"], facts["warranty_months"]
        is_under = bool(delivered and months and facts["today"] <= delivered + relativedelta(months=months))
        return is_under == (value == "in")

    # === Sale ===

    def _matches_price_min(self, facts, value):
        return facts["price"] is not None and facts["price"] >= value

    def _matches_price_max(self, facts, value):
        return facts["price"] is not None and facts["price"] <= value

    def _matches_discount_min(self, facts, value):
        return facts["discount"] is not None and facts["discount"] >= value

    def _matches_discount_max(self, facts, value):
        return facts["discount"] is not None and facts["discount"] <= value

    def _matches_order_amount_min(self, facts, value):
        return facts["order_amount"] is not None and facts["order_amount"] >= value

    def _matches_order_amount_max(self, facts, value):
        return facts["order_amount"] is not None and facts["order_amount"] <= value

    def _matches_payment_method_ids(self, facts, ids):
        return not ids.isdisjoint(facts["payment_method_ids"])

    def _matches_website_ids(self, facts, ids):
        return facts["website_id"] in ids

    def _matches_team_ids(self, facts, ids):
        return facts["team_id"] in ids

    def _matches_bought_from(self, facts, value):
        first, last, yearly = value
        day = facts["order"]
        if not day:
            return False
        if not yearly:
            return first <= day <= last
        day, first, last = ((date.month, date.day) for date in (day, first, last))
        return first <= day <= last if first <= last else day >= first or day <= last

    # === Customer ===

    def _matches_partner_ids(self, facts, ids):
        return not ids.isdisjoint(facts["partner_ids"])

    def _matches_partner_category_ids(self, facts, ids):
        return not ids.isdisjoint(facts["partner_category_ids"])

    def _matches_country_ids(self, facts, ids):
        return facts["country_id"] in ids

    def _matches_country_group_ids(self, facts, ids):
        return not ids.isdisjoint(facts["country_group_ids"])

    def _matches_state_ids(self, facts, ids):
        return facts["state_id"] in ids

    def _matches_lang_ids(self, facts, ids):
        return facts["lang_id"] in ids

    def _matches_returns_min(self, facts, value):
        return len(self._get_earlier_returns(facts, value[1])) >= value[0]

    def _matches_returns_amount_min(self, facts, value):
        return sum(amount for _order, _date, amount in self._get_earlier_returns(facts, value[1])) >= value[0]

    def _matches_first_return(self, facts, value):
        return bool(self._get_earlier_returns(facts, 0)) == (value == "no")

    def _get_earlier_returns(self, facts, days):
        """Return the returns of the customer before this one.

        :param days: how many days before this one count; all if 0
        :return: list of (id of the return, when it was requested, value)
        """
        asked = facts["asked"]
        return [
            row
            for row in facts["returns"]
            if row[0] != facts["rma_id"] and row[1] <= asked and (not days or (asked - row[1]).days <= days)
        ]

    # === Request ===

    def _matches_reason_ids(self, facts, ids):
        return None if not facts["reason_id"] else facts["reason_id"] in ids

    def _matches_wanted_operation_ids(self, facts, ids):
        return None if not facts["operation_type_id"] else facts["operation_type_id"] in ids

    def _matches_stated_condition(self, facts, value):
        return None if not facts["stated_condition"] else facts["stated_condition"] == value

    def _matches_photo(self, facts, value):
        return None if facts["has_photo"] is None else facts["has_photo"] == (value == "yes")

    def _matches_days_min(self, facts, value):
        begin = facts[value[1]]
        return bool(begin) and (facts["today"] - begin).days >= value[0]

    def _matches_days_max(self, facts, value):
        begin = facts[value[1]]
        return bool(begin) and (facts["today"] - begin).days <= value[0]
