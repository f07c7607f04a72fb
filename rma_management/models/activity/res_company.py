from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_accountant_id = fields.Many2one(
        "res.users",
        string="Accountant for Returns",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("account.group_account_invoice").ids)],
        help="Gets an activity for each credit note that a return leaves as a draft. If empty, nobody does.",
    )
