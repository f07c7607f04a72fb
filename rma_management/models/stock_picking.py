from odoo import api, models


class StockPicking(models.Model):
    """Create the transfers of returns."""

    _inherit = "stock.picking"

    @api.model
    def _create_rma_transfers(self, values_list):
        """Create transfers in one batch.

        Odoo asks for the defaults of each record by itself. Those of fields that are not stored, as the unit of weight,
        cost a query and change nothing, so they are asked once for all.

        :param values_list: list of values of `stock.picking`
        :return: `stock.picking` records
        """
        unstored = [name for name, field in self._fields.items() if field.default and not field.store]
        defaults = self.default_get(unstored)
        return self.create([{**defaults, **values} for values in values_list])
