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
        help="Agents make credit notes of the customer's invoices, draft or posted, without rights in accounting.",
    )
    refund_limit = fields.Monetary(
        string="Agents Post up to",
        currency_field="refund_currency_id",
        help="Up to this amount for one customer, within the days of the settings of returns, agents post credit "
        "notes. Above it a draft is left to accounting. 0: all of them.",
    )
    refund_currency_id = fields.Many2one("res.currency", compute="_compute_refund_currency_id")
    refund_reviewer_id = fields.Many2one(
        "res.users",
        string="Refunds Reviewed by",
        domain="[('share', '=', False)]",
        help="Gets an activity for each credit note above the amount. Empty: who made the invoice.",
    )
    use_coupons = fields.Boolean(
        string="Coupons", help="Agents give the customer a coupon for the next order, and send it by email."
    )
    use_returns = fields.Boolean(
        string="Returns", help="Agents take back what was delivered, never more than can still be returned."
    )
    use_repairs = fields.Boolean(
        string="Repairs", help="Agents have a product repaired, and follow the repair without rights in the warehouse."
    )
    use_field_service = fields.Boolean(
        string="Field Service",
        help="Agents plan a visit as a task of a project. The customer follows it on the portal.",
    )
    return_kind = fields.Selection(
        [("rma", "A return (RMA)"), ("picking", "A reverse transfer only")],
        string="Returns Are Made As",
        required=True,
        default="rma",
        help="A return has a reason and an operation, and ends in a refund, a replacement or a repair. "
        "A reverse transfer only brings the goods back.",
    )
    approve_returns = fields.Boolean(
        string="Approve Returns at Once",
        default=True,
        help="The customer can send the goods at once. Where the settings of returns ask for a second person, "
        "that person is still asked.",
    )
    repair_quotation = fields.Selection(
        REPAIR_QUOTATIONS,
        string="Quotations of Repairs",
        required=True,
        default="none",
        help="Proposed for a repair that is made from a ticket. The agent may choose otherwise.",
    )
    field_service_project_id = fields.Many2one(
        "project.project",
        check_company=True,
        compute="_compute_field_service_project_id",
        store=True,
        readonly=False,
        ondelete="set null",
        help="Where visits are planned. Customers see them on the portal where the project is visible to them.",
    )

    @api.depends("company_id")
    def _compute_refund_currency_id(self):
        for team in self:
            team.refund_currency_id = (team.company_id or self.env.company).currency_id

    @api.depends("use_field_service")
    def _compute_field_service_project_id(self):
        """Forget the project of a service that is switched off."""
        for team in self:
            if not team.use_field_service:
                team.field_service_project_id = False
