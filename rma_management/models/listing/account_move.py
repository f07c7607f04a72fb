from odoo import api, fields, models
from odoo.fields import Domain


class AccountMove(models.Model):
    """Count the returns of an invoice."""

    _inherit = "account.move"

    rma_count = fields.Integer(string="Returns", compute="_compute_rma_count", groups="rma_management.group_rma_user")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_rma_count(self):
        for move in self:
            move.rma_count = len(move._get_billed_rma_orders()) if move.move_type == "out_invoice" else 0

    def _get_billed_rma_orders(self):
        """Return the returns of what these invoices billed, that the current user sees.

        :return: `rma.order` records
        """
        # Whoever sees the return and the invoice may know that they belong together.
        billed = Domain("invoice_lines", "any!", Domain("move_id", "in", self.ids))
        return self.env["rma.order"].search(Domain("line_ids", "any", Domain("sale_line_id", "any!", billed)))

    def action_view_billed_rma(self):
        """Open the returns of what these invoices billed.

        :return: window action
        """
        return self.env["rma.order"]._get_list_action([("id", "in", self._get_billed_rma_orders().ids)])
