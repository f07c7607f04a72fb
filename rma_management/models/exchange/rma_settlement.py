from odoo import fields, models


class RmaSettlement(models.Model):
    """On which terms a decision exchanges the product."""

    _inherit = "rma.settlement"

    exchange_delivery = fields.Selection(
        selection=lambda self: (
            self.env["rma.operation.type"]._fields["exchange_delivery"]._description_selection(self.env)
        ),
        string="Ship Another Product",
        readonly=True,
        help="When the replacement may leave the warehouse. Empty for decisions made before exchanges were invoiced.",
    )

    def _set_exchange_terms(self):
        """Write down the terms of decisions that have none yet: those of the operation."""
        for decision in self.filtered(lambda decision: not decision.exchange_delivery):
            decision.sudo().exchange_delivery = decision.line_id.operation_type_id.exchange_delivery
