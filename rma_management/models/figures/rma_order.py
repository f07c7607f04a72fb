from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RmaOrder(models.Model):
    """Keep when goods arrived, and find the returns that were refunded in a period."""

    _inherit = "rma.order"

    date_received = fields.Datetime(
        string="Received on", compute="_compute_date_received", store=True, help="When the first goods arrived."
    )
    refunded_in = fields.Char(
        string="Refunded in",
        compute="_compute_refunded_in",
        search="_search_refunded_in",
        help="To find returns that were refunded in a period: its first and last day, as in 2026-01-01/2026-12-31.",
    )

    # What the dashboard counts of a period is in the indexes: no return is read for it.
    _requested_index = models.Index("(date_requested) INCLUDE (company_id, state)")
    _done_index = models.Index("(date_done) INCLUDE (company_id, date_requested) WHERE state = 'done'")

    @api.depends("line_ids.date_received")
    def _compute_date_received(self):
        for order in self:
            order.date_received = min(order.line_ids.filtered("date_received").mapped("date_received"), default=False)

    def _compute_refunded_in(self):
        self.refunded_in = False

    @api.model
    def _search_refunded_in(self, operator, value):
        if operator != "in":
            return NotImplemented
        notes = Domain.FALSE
        for period in value:
            try:
                begin, end = map(fields.Date.to_date, str(period).split("/"))
            except ValueError as error:
                raise UserError(
                    self.env._("Enter a first and a last day, as in %s.", "2026-01-01/2026-12-31")
                ) from error
            notes |= Domain("date", ">=", begin) & Domain("date", "<=", end)
        notes &= Domain("parent_state", "=", "posted") & Domain("display_type", "=", "product")
        # Returns staff see when something was refunded without access to accounting; of which returns, their rules say.
        refunded = self.env["account.move.line"].sudo()._search(notes & Domain("rma_line_id", "!=", False))
        lines = self.env["rma.order.line"].sudo()._search([("id", "in", refunded.subselect("rma_line_id"))])
        return [("id", "in", lines.subselect("order_id"))]
