from odoo import api, models


class LoyaltyProgram(models.Model):
    """Lead from a program to the tickets that its coupons were given for."""

    _inherit = "loyalty.program"

    @api.model
    def _get_ticket_paths(self):
        """Return the field paths from a program to tickets.

        :return: list of field paths, each ending in a field to `helpdesk.ticket`
        """
        return ["coupon_ids.ticket_id", "coupon_ids.rma_id.ticket_ids"]
