from odoo import fields, models


class ResCompany(models.Model):
    """Who approves returns, and up to which value."""

    _inherit = "res.company"

    rma_approval_group_id = fields.Many2one(
        "res.groups",
        string="Approved by",
        default=lambda self: self.env.ref("rma_management.group_rma_manager", raise_if_not_found=False),
        help="Members approve and reject returns. Empty: the returns managers.",
    )
    rma_approval_amount = fields.Monetary(
        string="Approved by Everyone up to",
        help="Returns up to this value may be approved by everybody who works on them. 0: none.",
    )
    rma_second_approval_amount = fields.Monetary(
        string="Second Approval from",
        help="From this value on, a second person has to approve too. 0: never.",
    )
    rma_second_approval_group_id = fields.Many2one(
        "res.groups",
        string="Second Approval by",
        help="Members give the second approval. Empty: the returns managers.",
    )
    rma_self_approval = fields.Boolean(
        string="Approve Own Requests",
        default=True,
        help="People may approve returns that they requested themselves.",
    )
    rma_auto_approval_amount = fields.Monetary(
        string="Approved Automatically up to",
        help="Returns up to this value are approved when they are requested, if all their reasons allow it. 0: none.",
    )
    rma_limit_days = fields.Integer(
        string="Limits Count",
        default=30,
        help="A limit holds for all that was approved for a customer in so many days, and for all returns of an order.",
    )
