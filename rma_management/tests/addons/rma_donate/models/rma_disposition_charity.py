from odoo import api, fields, models


class RmaDispositionMixin(models.AbstractModel):
    _inherit = "rma.disposition.mixin"

    disposition = fields.Selection(selection_add=[("charity", "To charity")], ondelete={"charity": "set wait"})


class StockMove(models.Model):
    _inherit = "stock.move"

    rma_role = fields.Selection(selection_add=[("charity", "To charity")])


class RmaHistory(models.Model):
    _inherit = "rma.history"

    kind = fields.Selection(selection_add=[("given_to_charity", "Given to charity")])

    @api.model
    def _get_kind_by_role(self):
        return {**super()._get_kind_by_role(), "charity": "given_to_charity"}


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    qty_charity = fields.Float(
        string="Given to Charity",
        compute="_compute_qty_disposed",
        store=True,
        digits="Product Unit",
        help="Quantity moved to the location of goods for charity.",
    )


class RmaDispositionCharity(models.AbstractModel):
    """Charity: the goods wait for a charity to fetch them, in an internal location of their own."""

    _name = "rma.disposition.charity"
    _inherit = "rma.disposition"
    _description = "Disposition: Charity"

    _role = "charity"
    _counts_as = "qty_charity"

    @api.model
    def _move(self, goods_list):
        location = self.env.ref("rma_donate.stock_location_charity")
        return self._put_away(goods_list, lambda goods: location)
