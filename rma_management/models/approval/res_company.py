from odoo import fields, models


class ResCompany(models.Model):
    """Configure who approves returns, and up to which value."""

    _inherit = "res.company"

    rma_approval_group_id = fields.Many2one(
        "res.groups",
        string="Approved by",
        default=lambda self: self.env.ref("rma_management.group_rma_manager", raise_if_not_found=False),
        help="Members approve and reject returns. If empty, returns managers do.",
    )
    rma_approval_amount = fields.Monetary(
        string="Approved by Everyone up to",
        help="Returns up to this value can be approved by anyone who works on them. If 0, none can.",
    )
    rma_second_approval_amount = fields.Monetary(
        string="Second Approval from",
        help="From this value on, a second person must approve too. If 0, never.",
    )
    rma_second_approval_group_id = fields.Many2one(
        "res.groups",
        string="Second Approval by",
        help="Members give the second approval. If empty, returns managers do.",
    )
    rma_self_approval = fields.Boolean(
        string="Approve Own Requests",
        default=True,
        help="Users can approve returns that they requested themselves.",
    )
    rma_auto_approval_amount = fields.Monetary(
        string="Approved Automatically up to",
        help="Returns up to this value are approved automatically when requested, if all their reasons "
        "allow it. If 0, none are.",
    )
    rma_limit_days = fields.Integer(
        string="Limits Count",
        default=30,
        help="Limits apply to everything approved for a customer within this number of days, and to all "
        "returns of an order.",
    )
