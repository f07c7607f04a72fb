from odoo import models


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    def _get_booked_cost(self, booked):
        """Return the cost of goods that credit notes of this line have booked.

        :param booked: `account.move.line` records
        :return: float, in the currency of the company
        """
        costs = self.env["account.move.line"].search(
            [("cogs_origin_id", "in", booked.ids), ("balance", ">", 0), ("parent_state", "=", "posted")]
        )
        return sum(costs.mapped("balance"))
