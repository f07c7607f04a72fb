from odoo import api, fields, models


class RmaOperationType(models.Model):
    _inherit = "rma.operation.type"

    resolution = fields.Selection(selection_add=[("donate", "Donation")], ondelete={"donate": "set return_only"})


class RmaResolutionDonate(models.AbstractModel):
    """Donation: the customer keeps the goods or gives them to charity, and nothing is paid."""

    _name = "rma.resolution.donate"
    _inherit = "rma.resolution"
    _description = "Resolution: Donation"

    @api.model
    def _get_qty_done(self, line, decision=None):
        """No document is made, so a donation is done when it is decided."""
        return self._count_decided(line, decision)

    @api.model
    def _settle(self, quantities):
        """Thank the customer in the thread of the return."""
        for decision in quantities:
            decision.order_id._message_log(body=self.env._("Donated: %s", decision.line_id.product_id.display_name))
