from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give existing companies and warehouses what new ones are made with."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"]._set_missing_rma_products()
    env["res.company"].search([])._set_rma_mail_templates()
    warehouses = env["stock.warehouse"].with_context(active_test=False)
    warehouses.search([("rma_refurbish_location_id", "=", False)])._create_missing_rma_records()
