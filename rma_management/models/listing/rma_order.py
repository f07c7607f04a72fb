from odoo import api, fields, models
from odoo.tools import format_list, unique


class RmaOrder(models.Model):
    """What lists, cards, and the calendar tell about a return at a glance."""

    _inherit = "rma.order"

    product_id = fields.Many2one(
        "product.product",
        string="First Product",
        compute="_compute_items_summary",
        compute_sudo=True,
        groups="base.group_user",
    )
    items_summary = fields.Char(
        string="Product",
        compute="_compute_items_summary",
        compute_sudo=True,
        groups="base.group_user",
        help="The first item, and how many more there are.",
    )
    resolution_summary = fields.Char(
        string="Resolution",
        compute="_compute_resolution_summary",
        compute_sudo=True,
        groups="base.group_user",
        help="What the customer is to receive, by item.",
    )
    next_steps = fields.Char(
        string="Next",
        compute="_compute_next_steps",
        groups="base.group_user",
        help="What has to be done next.",
    )
    days_waiting = fields.Integer(
        compute="_compute_days_waiting",
        groups="base.group_user",
        help="Since the return got its present status. 0 when it is closed.",
    )
    date_calendar = fields.Date(
        string="Calendar Date",
        compute="_compute_date_calendar",
        store=True,
        copy=False,
        index=True,
        groups="base.group_user",
        help="When the next step is due, or else when the return got its present status.",
    )

    @api.depends("line_ids.product_id", "line_ids.sequence")
    @api.depends_context("lang")
    def _compute_items_summary(self):
        for order in self:
            products = list(unique(order.line_ids.mapped("product_id")))
            order.product_id = products[0] if products else False
            name = products[0].display_name if products else ""
            if len(products) > 1:
                name = self.env._("%(product)s + %(count)s more", product=name, count=len(products) - 1)
            order.items_summary = name

    @api.depends("line_ids.operation_type_id.name")
    @api.depends_context("lang")
    def _compute_resolution_summary(self):
        for order in self:
            order.resolution_summary = order._join(unique(order.line_ids.operation_type_id.mapped("name")))

    @api.depends(
        "state",
        "next_step",
        "is_to_receive",
        "is_to_settle",
        "has_refund_to_post",
        "has_refund_to_pay",
        "has_goods_left",
    )
    @api.depends_context("lang")
    def _compute_next_steps(self):
        for order in self:
            order.next_steps = order._join(order._get_next_steps())

    @api.model
    def _join(self, words):
        """Return words as a list in the language of the user, which may have a comma of its own.

        :param words: iterable of texts
        :rtype: str
        """
        return format_list(self.env, list(words), style="unit")

    def _get_next_steps(self):
        """Return what has to be done next. Override it to add a step.

        :return: list of names of steps
        """
        self.ensure_one()
        steps = {
            self.env._("Request"): self.state == "draft",
            self.env._("Approve"): self.next_step == "approve",
            self.env._("Receive"): self.is_to_receive,
            self.env._("Settle"): self.is_to_settle,
            self.env._("Post"): self.has_refund_to_post,
            self.env._("Pay"): self.has_refund_to_pay,
            # What is still to settle is moved on with it.
            self.env._("Move Goods"): self.has_goods_left and not self.is_to_settle,
        }
        return [step for step, is_due in steps.items() if is_due]

    @api.depends("state", "date_requested", "date_approved", "date_processing")
    def _compute_days_waiting(self):
        now = fields.Datetime.now()
        for order in self:
            since = order._get_waiting_since()
            order.days_waiting = max(0, (now - since).days) if since else 0

    def _get_waiting_since(self):
        """Return since when an open return has its present status.

        :return: datetime, or False when it is closed
        """
        self.ensure_one()
        return {
            "draft": self.date_requested,
            "requested": self.date_requested,
            "approved": self.date_approved or self.date_requested,
            "processing": self.date_processing or self.date_requested,
        }.get(self.state, False)

    @api.depends("state", "date_due", "date_done", "date_requested", "date_approved", "date_processing")
    def _compute_date_calendar(self):
        for order in self:
            moment = order.date_due or order._get_waiting_since() or order.date_done or order.date_requested
            # Everybody sees the same day: that of the company.
            here = order.with_context(tz=order.company_id.partner_id.tz or "UTC")
            order.date_calendar = moment and fields.Date.context_today(here, moment)

    @api.model
    def _get_list_action(self, domain):
        """Return the action that lists returns.

        :param domain: of the returns
        :return: window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_order_action")
        return {**action, "domain": list(domain), "context": {}}
