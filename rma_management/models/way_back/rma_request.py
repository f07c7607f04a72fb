from odoo import fields, models
from odoo.exceptions import UserError


class RmaRequest(models.TransientModel):
    """Ask the customer how the goods come back, and check what they answer."""

    _inherit = "rma.request"

    return_method_id = fields.Many2one("rma.return.method", readonly=True, ondelete="cascade")
    pickup_date = fields.Date(string="Pick-Up Date", readonly=True)

    def _get_methods(self):
        """Return the methods by which the goods of this request may come back.

        :return: `rma.return.method` records, the default first; empty where the customer keeps the goods
        """
        self.ensure_one()
        methods = self.env["rma.return.method"]
        if all(line.operation_type_id.receipt_policy == "none" for line in self.line_ids):
            return methods
        order = self.sale_order_ids[:1]
        # Where the buyer lives is not where a gift is sent from.
        country = self.gift_country_id if self.gift_email else order.partner_shipping_id.country_id
        offered = methods._get_offered(order.company_id, country)
        # Whoever gave no address, as the receiver of a gift need not, cannot be called at.
        has_address = not self.gift_email or bool(self.gift_street)
        return offered.filtered(
            lambda method: method.kind != "pick_up" or (has_address and self._get_pickup_days(method))
        )

    def _get_pickup_days(self, method):
        """Return the days on which a method picks the goods up.

        :param method: `rma.return.method` record
        :return: list of dates
        """
        return method._get_pickup_days(self.sale_order_ids[:1].company_id)

    def _get_chosen_method(self, methods):
        """Return the method that is marked.

        :param methods: as given by `_get_methods`
        :return: `rma.return.method` record, by default the first one
        """
        return self.return_method_id & methods or methods[:1]

    def _asks_for_method(self, methods):
        """Return whether there is anything to choose.

        :param methods: as given by `_get_methods`
        :rtype: bool
        """
        return len(methods) > 1 or methods.kind == "pick_up"

    def _set_method(self, method, day):
        """Keep what the customer chose.

        :param method: `rma.return.method` record, one of `_get_methods`
        :param day: date of the pick-up, or False
        """
        self.write({"return_method_id": method.id, "pickup_date": method.kind == "pick_up" and day})

    def _prepare_rma_values(self):
        """Take over how the goods come back.

        :raise UserError: when that is no longer offered, or the day of the pick-up is missing
        """
        values = super()._prepare_rma_values()
        methods = self._get_methods()
        method = self._get_chosen_method(methods)
        if self.return_method_id and self.return_method_id != method and methods:
            raise UserError(self._get_method_refusal())
        if method.kind == "pick_up" and self.pickup_date not in self._get_pickup_days(method):
            raise UserError(self.env._("Choose a day on which we can pick up the items."))
        # By default the return finds the first method itself.
        if method and method == self.return_method_id:
            values.update(return_method_id=method.id, pickup_date=method.kind == "pick_up" and self.pickup_date)
        return values

    def _get_method_refusal(self):
        """Return what a customer reads who chose what is not offered.

        :rtype: str
        """
        return self.env._("This way to send the items back is not available. Choose another one.")
