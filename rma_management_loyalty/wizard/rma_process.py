from odoo import api, models


class RmaProcess(models.TransientModel):
    _inherit = "rma.process"

    @api.model
    def _prepare_line_values(self, line):
        return {**super()._prepare_line_values(line), "qty_store_credit": line._due_store_credit()}

    @api.depends("line_ids.qty_store_credit")
    def _compute_refund_fee(self):
        return super()._compute_refund_fee()

    @api.depends("line_ids.qty_store_credit")
    def _compute_amounts(self):
        return super()._compute_amounts()

    @api.depends("line_ids.qty_store_credit")
    def _compute_warning(self):
        return super()._compute_warning()

    def _get_options(self):
        """Put fee, shipping and adjustment on one credit note: that of the refund, unless all is store credit."""
        options = super()._get_options()
        if not any(self.line_ids.mapped("qty_store_credit")):
            return options
        order = self.rma_id
        options["store_credit"] = {"charges": {order: order._get_no_charge()}}
        if not any(line._get_qty_credit() > line.qty_store_credit for line in self.line_ids):
            options["refund"], options["store_credit"] = options["store_credit"], options["refund"]
        return options
