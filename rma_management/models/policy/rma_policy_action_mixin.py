from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaPolicyActionMixin(models.AbstractModel):
    """Hold what a rule of the return policy decides. What is empty is left to reasons, resolutions and settings."""

    _name = "rma.policy.action.mixin"
    _description = "Decision of the Return Policy"

    decision = fields.Selection(
        [("allow", "Allowed"), ("refuse", "Refused")],
        required=True,
        default="allow",
        help="Whether items that match can be returned.",
    )
    refusal_message = fields.Char(
        string="Sentence for the Customer",
        translate=True,
        help="Why items that match cannot be returned, in each language. If empty, a general sentence.",
    )
    window_days = fields.Integer(
        string="Possible for (Days)", help="Days in which returns are possible. If 0, there is no limit."
    )
    window_until = fields.Date(
        string="Fixed Last Day",
        help="Returns are possible until this day. If days are given, too, the later day counts.",
    )
    offered_operation_ids = fields.Many2many(
        "rma.operation.type",
        "rma_policy_rule_offered_operation_rel",
        string="Resolutions Offered",
        ondelete="restrict",
        help="Of the resolutions that the reason allows, only these can be chosen. If empty, all.",
    )
    fee_type = fields.Selection(
        [
            ("reason", "As the reason says"),
            ("none", "None"),
            ("percent", "Percentage of the refund"),
            ("amount", "Amount per unit"),
        ],
        string="Restocking Fee",
        required=True,
        default="reason",
        help="Deducted from the refund, if the resolution charges a fee, instead of the fee of the reason.",
    )
    fee_percent = fields.Float("Fee (%)", digits=(5, 2), help="Restocking fee, as a percentage of the price.")
    fee_amount = fields.Float(
        "Fee per Unit", digits="Product Price", help="In the currency of the company, before taxes."
    )
    shipping = fields.Selection(
        [
            ("operation", "As the resolution says"),
            ("never", "Never"),
            ("whole", "When the whole order is refunded"),
            ("always", "Always"),
        ],
        string="Shipping Refunded",
        required=True,
        default="operation",
        help="Whether the shipping cost of the order is refunded too.",
    )
    approval = fields.Selection(
        [("reason", "As the reasons say"), ("auto", "Yes"), ("manual", "No")],
        string="Approved Automatically",
        required=True,
        default="reason",
        help="Whether returns are approved when requested. The highest value for that remains the one in the settings.",
    )
    approver_group_id = fields.Many2one(
        "res.groups",
        string="Approved by",
        ondelete="restrict",
        help="A member of this group must approve, whatever the value. If empty, as in the settings.",
    )
    photo_required = fields.Boolean(help="Customers must add a photo, whatever the reason.")
    question = fields.Char(translate=True, help="Customers must answer it in their comment on the product.")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Received in",
        ondelete="restrict",
        help="Where the goods are sent. If empty, the warehouse that delivered them.",
    )
    disposition = fields.Selection(
        selection="_get_dispositions",
        string="Goods Go to",
        help="Proposed when the return is settled. If empty, as the resolution says.",
    )
    keep_operation_id = fields.Many2one(
        "rma.operation.type",
        string="Customer Keeps It by",
        domain="[('receipt_policy', '=', 'none')]",
        ondelete="restrict",
        help="The customer keeps the product: a requested return gets this resolution instead of another one that "
        "gives the same. The reason must allow it, too.",
    )
    tag_ids = fields.Many2many("rma.order.tag", string="Tags", ondelete="restrict", help="Given to the return.")

    _fee_in_range = models.Constraint(
        "CHECK(fee_percent BETWEEN 0 AND 100 AND fee_amount >= 0)",
        "The restocking fee must be a percentage from 0 to 100, or an amount of zero or more.",
    )
    _days_positive = models.Constraint(
        "CHECK(window_days BETWEEN 0 AND 36500)", "The days must be from zero to a hundred years."
    )

    @api.model
    def _get_dispositions(self):
        """Return the dispositions that need no inspection.

        :return: list of (value, label)
        """
        return self.env["rma.operation.type"].fields_get(["disposition"])["disposition"]["selection"]

    # Of these, a sentence says what the rule decides, if they are set.
    @api.model
    def _get_decision_names(self):
        """Return the fields that say what this rule decides, besides that.

        :return: list of field names
        """
        return [
            "window_days",
            "window_until",
            "offered_operation_ids",
            "keep_operation_id",
            "fee_type",
            "shipping",
            "approval",
            "approver_group_id",
            "photo_required",
            "question",
            "warehouse_id",
            "disposition",
            "tag_ids",
        ]

    def _format_decisions(self, names=None):
        """Return what this rule decides, as people read it.

        :param names: fields to speak of, all by default
        :return: list of sentences
        """
        self.ensure_one()
        names = names or self._get_decision_names()
        texts = [text for name in names if (text := self._format_decision(name))]
        return [self.refusal_message, *texts] if self.decision == "refuse" and self.refusal_message else texts

    def _format_decision(self, name):
        field, value = self._fields[name], self[name]
        if not value or value in ("reason", "operation"):
            return ""
        label = field._description_string(self.env)
        if name == "window_days":
            return self._format_window()
        if name == "fee_type" and value != "none":
            text = f"{self.fee_percent:g} %" if value == "percent" else f"{self.fee_amount:g}"
        elif field.type == "boolean":
            return label
        elif field.type == "date":
            text = self._format_day(value)
        elif field.relational:
            # What a rule names may be read by whoever may read the rule.
            text = ", ".join(value.sudo().mapped("display_name"))
        elif field.type == "selection":
            text = dict(field._description_selection(self.env)).get(value, "")
        else:
            text = str(value)
        return self.env._("%(label)s: %(value)s", label=label, value=text)

    def _format_window(self):
        sentences = {
            "delivery": self.env._("Possible for %s days after the delivery", self.window_days),
            "order": self.env._("Possible for %s days after the order", self.window_days),
            "invoice": self.env._("Possible for %s days after the invoice", self.window_days),
        }
        return sentences[self.days_from]

    @api.constrains("keep_operation_id", "decision", "offered_operation_ids")
    def _check_keep_operation_id(self):
        for rule in self:
            if rule.keep_operation_id and rule.keep_operation_id.receipt_policy != "none":
                raise ValidationError(
                    self.env._(
                        "With “%s”, the customer sends the product back. Choose a resolution by which they keep it.",
                        rule.keep_operation_id.name,
                    )
                )
