"""Compute what is to be invoiced by the formulas of today, once all addons that take part are loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["sale.order.line"]._search_changed_by_returns()._recompute_invoicing()
