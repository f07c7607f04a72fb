"""Give companies that were there before the mail that reminds customers to send the goods."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].search([("rma_mail_send_template_id", "=", False)])
    companies.rma_mail_send_template_id = env.ref("rma_management.mail_template_rma_send")
