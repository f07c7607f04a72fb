from odoo import models


class RmaOperationType(models.Model):
    """Say which resolutions are for whoever received a product as a gift."""

    _inherit = "rma.operation.type"

    def _get_for_gifts(self):
        """Return what of these resolutions the receiver of a gift may get. Where the buyer would get the money, they
        get its value in another way, if an addon has one.

        :return: `rma.operation.type` records
        """
        suited = self.filtered(lambda operation: operation._suits_gifts())
        if "refund" in self.mapped("resolution"):
            resolutions = self.env["rma.resolution"]._get_values()
            values = [value for value in resolutions if self.env[f"rma.resolution.{value}"]._gives_value]
            suited |= self.search([("resolution", "in", values)])
        return suited.sorted()

    def _suits_gifts(self):
        """Return whether the receiver of a gift may get this.

        :rtype: bool
        """
        resolution = self._get_resolution()
        return resolution is not None and resolution._suits_gifts
