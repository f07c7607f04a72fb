from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_mail_exchange_template_id = fields.Many2one(
        "mail.template",
        string="Exchange to Pay: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self.env.ref("rma_management.mail_template_rma_exchange", raise_if_not_found=False),
        help="Sent when the customer must pay the difference for a more expensive product.",
    )
