"""Approvals include the shipping that the resolutions of open returns refund: nobody is asked again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    orders = env["rma.order"].search([("state", "in", ("requested", "approved", "processing"))])
    for approval in orders.approval_ids.filtered("is_current"):
        shipping = sum(approval.order_id._get_planned_shipping().values())
        if shipping:
            approval.amount_shipping = shipping
