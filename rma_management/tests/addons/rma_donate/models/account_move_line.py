from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    donate_reason_id = fields.Many2one("rma.return.reason", string="Return Reason", help="Why the goods came back.")
