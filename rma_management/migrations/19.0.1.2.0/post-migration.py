from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Keep operations away from the website that only staff should choose."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    operations = env["rma.operation.type"].with_context(active_test=False)
    operations.search(["|", ("resolution", "=", "return_only"), ("receipt_policy", "!=", "before")]).portal_ok = False
