from odoo import api, fields, models

REPAIR_QUOTATIONS = [
    ("none", "No quotation"),
    ("before", "Quotation before the repair"),
    ("after", "Quotation after the repair"),
]


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    use_refunds = fields.Boolean(
        string="Refunds",
        help="Agents create draft or posted credit notes for the customer's invoices, without access "
        "rights in Accounting.",
    )
    refund_limit = fields.Monetary(
        string="Agents Post up to",
        currency_field="refund_currency_id",
        help="Agents post credit notes up to this amount per ticket, and per customer within the number of days in the "
        "Returns settings. Above it, a draft is left for accounting. If 0, all credit notes are left as drafts.",
    )
    refund_currency_id = fields.Many2one("res.currency", compute="_compute_refund_currency_id")
    refund_reviewer_id = fields.Many2one(
        "res.users",
        string="Refunds Reviewed by",
        domain="[('share', '=', False)]",
        help="Gets an activity for each credit note above the amount. If empty, the accountant for returns does, or "
        "else the person who created the invoice.",
    )
    use_coupons = fields.Boolean(
        string="Coupons", help="Agents give the customer a coupon for the next order and send it by email."
    )
    coupon_limit = fields.Integer(
        string="Coupons per Customer",
        default=3,
        help="Agents give a customer up to this number of coupons, within the number of days in the Returns settings. "
        "Help desk managers give more. If 0, only they give coupons.",
    )
    use_returns = fields.Boolean(
        string="Returns", help="Agents take back delivered products, never more than can still be returned."
    )
    use_repairs = fields.Boolean(
        string="Repairs", help="Agents create repair orders and follow them, without access rights in Inventory."
    )
    use_field_service = fields.Boolean(
        string="Field Service",
        help="Agents plan a visit as a task of a project. The customer follows it on the portal.",
    )
    return_kind = fields.Selection(
        [("rma", "A return"), ("picking", "A reverse transfer only")],
        string="Create Returns As",
        required=True,
        default="rma",
        help="A return has a reason and a resolution, and leads to a refund, a replacement or a repair. A reverse "
        "transfer only brings the goods back.",
    )
    approve_returns = fields.Boolean(
        string="Approve Returns Immediately",
        default=True,
        help="The customer can send the goods immediately. If the Returns settings require a second approval, it is "
        "still needed.",
    )
    repair_quotation = fields.Selection(
        REPAIR_QUOTATIONS,
        string="Repair Quotations",
        required=True,
        default="none",
        help="Default for repairs created from a ticket. The agent can change it.",
    )
    field_service_project_id = fields.Many2one(
        "project.project",
        check_company=True,
        compute="_compute_field_service_project_id",
        store=True,
        readonly=False,
        ondelete="set null",
        help="Where visits are planned. Customers see them on the portal if the project is visible to them.",
    )

    _check_limits = models.Constraint(
        "CHECK(refund_limit >= 0 AND coupon_limit >= 0)", "Limits of a team cannot be negative."
    )

    @api.depends("company_id")
    def _compute_refund_currency_id(self):
        for team in self:
            team.refund_currency_id = (team.company_id or self.env.company).currency_id

    @api.depends("use_field_service")
    def _compute_field_service_project_id(self):
        """Remove the project if the service is disabled."""
        for team in self:
            if not team.use_field_service:
                team.field_service_project_id = False
