from odoo import models


class AccountMoveLine(models.Model):
    """Find the refunds of a period."""

    _inherit = "account.move.line"

    # Of refunds only, and with all that is summed of them: other entries pay nothing for it.
    _rma_refunded_index = models.Index(
        "(date) INCLUDE (rma_line_id, company_id, display_type, balance)"
        " WHERE rma_line_id IS NOT NULL AND parent_state = 'posted'"
    )
