from odoo import fields, models


class RmaApproval(models.Model):
    """Record who approved which return, and when. Only `rma.order.action_approve` writes it."""

    _name = "rma.approval"
    _description = "Return Approval"
    _order = "date desc, id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "rma.order",
        string="Return",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The approved return.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Approved by",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Who gave this approval. Automatic approvals are given by the system.",
    )
    date = fields.Datetime(
        string="Approved on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the approval was given.",
    )
    level = fields.Selection(
        [("first", "First approval"), ("second", "Second approval")],
        required=True,
        readonly=True,
        default="first",
        help="A second approval is needed from the value in the settings.",
    )
    currency_id = fields.Many2one(related="order_id.company_id.currency_id")
    amount = fields.Monetary(
        string="Approved Value", readonly=True, help="Up to this value, before taxes, the return may cost the company."
    )
    order_currency_id = fields.Many2one(related="order_id.currency_id", string="Currency of the Return")
    amount_shipping = fields.Monetary(
        string="Shipping Included",
        currency_field="order_currency_id",
        readonly=True,
        help="The refunded shipping, before taxes, that the approved value includes.",
    )
    is_current = fields.Boolean(
        string="Counts",
        readonly=True,
        default=True,
        help="Unset when the return was reset to draft or changed afterwards and needs approval again.",
    )

    def _covers(self, value=None):
        """Return whether this approval covers a value. Every approval covers the request that it was given for.

        :param value: float, in the currency of the company
        :rtype: bool
        """
        self.ensure_one()
        return value is None or self.currency_id.compare_amounts(self.amount, value) >= 0
