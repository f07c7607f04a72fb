from odoo import models
from odoo.tools import formatLang


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _format_rma_quantity(self, quantity):
        """Return a quantity as sentences show it: in the user's language, without trailing zeros.

        :param quantity: float, in this unit of measure
        :rtype: str
        """
        precision = self.env["decimal.precision"].precision_get("Product Unit")
        _integer, _point, decimals = f"{quantity:.{precision}f}".rstrip("0").partition(".")
        return formatLang(self.env, quantity, digits=len(decimals))
