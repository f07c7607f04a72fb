from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_store_credit_account_id = fields.Many2one(
        "account.account",
        string="Store Credit Account",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
        help="Holds what customers have as store credit. Empty: the income account of the product by which the eWallet "
        "or the gift card is spent.",
    )
