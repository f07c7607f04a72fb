from odoo import api, fields, models


class RmaReport(models.Model):
    _inherit = "rma.report"
    _depends = {"rma.order.line": ["qty_store_credit"]}

    qty_store_credit = fields.Float(string="Given as Store Credit", digits="Product Unit", readonly=True)

    @api.model
    def _get_returned_quantities(self):
        return {**super()._get_returned_quantities(), "qty_store_credit": "qty_store_credit"}
