"""Approvals include the shipping that the resolutions refund: nobody is asked again, nor once a return is reopened."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    orders = (
        env["rma.order"]
        .with_context(active_test=False)
        .search(
            [
                ("state", "in", ("requested", "approved", "processing", "done")),
                ("line_ids.operation_type_id.refund_shipping", "in", ("always", "whole")),
            ]
        )
    )
    for approval in orders.approval_ids.filtered("is_current"):
        shipping = sum(approval.order_id._get_planned_shipping().values())
        if shipping:
            approval.amount_shipping = shipping
