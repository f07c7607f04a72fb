"""Fill what the analysis reads of each returned product."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    api.Environment(cr, SUPERUSER_ID, {})["rma.order.line"]._rebuild_figures()
