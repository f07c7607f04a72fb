from odoo import models


class SaleOrderLine(models.Model):
    """Tell customers on the page of their order what of it has come back, or is on its way."""

    _inherit = "sale.order.line"

    def _get_portal_returns(self):
        """Return what of this line is being returned.

        :return: list of (`rma.order` record, sentence), the oldest first
        """
        self.ensure_one()
        # Customers who see the order see their returns of it, on pages that are rendered without their own rights.
        lines = self.sudo().rma_line_ids.filtered(
            lambda line: line.state in ("requested", "approved", "processing", "done")
        )
        return [
            (line.order_id, sentence)
            for line in lines.sorted(lambda line: (line.date_requested, line.id))
            for sentence in line._describe_whereabouts()
        ]
