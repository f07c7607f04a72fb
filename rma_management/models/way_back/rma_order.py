from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..rma_guarded_mixin import NEW

# Until the customer is told what to do, the proposal follows the address.
PROPOSED_STATES = ("draft", "requested")
# Once goods have arrived, how they came is history.
CHANGEABLE_STATES = (NEW, *PROPOSED_STATES, "approved")


class RmaOrder(models.Model):
    """Keep how the goods come back: by which method, and when they are picked up."""

    _inherit = "rma.order"

    return_method_id = fields.Many2one(
        "rma.return.method",
        string="Return Method",
        compute="_compute_return_method_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="How the goods come back. Customers choose it on the website where there are several.",
    )
    return_method_kind = fields.Selection(related="return_method_id.kind", string="Kind of Return Method")
    pickup_date = fields.Date(
        string="Pick-Up Date",
        compute="_compute_pickup_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="When the goods are picked up at the shipping address.",
    )

    @api.depends("company_id", "partner_shipping_id")
    def _compute_return_method_id(self):
        """Propose the first method offered; keep what was chosen while it is still offered."""
        offered = {}
        for order in self:
            method = order.return_method_id
            if order.state in PROPOSED_STATES:
                key = (order.company_id, order.partner_shipping_id.country_id)
                if key not in offered:
                    offered[key] = self.env["rma.return.method"]._get_offered(*key)
                method = method if method in offered[key] else offered[key][:1]
            order.return_method_id = method

    @api.depends("return_method_id")
    def _compute_pickup_date(self):
        for order in self:
            order.pickup_date = order.return_method_id.kind == "pick_up" and order.pickup_date

    @api.constrains("return_method_id", "pickup_date")
    def _check_pickup_date(self):
        for order in self:
            if order.pickup_date and order.return_method_id.kind != "pick_up":
                raise ValidationError(
                    self.env._("Choose a return method with a pick-up before you enter a day for %s.", order.name)
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for order, vals in zip(orders, vals_list, strict=True):
            if vals.get("return_method_id"):
                order._log_chosen_method()
        return orders

    @api.model
    def _get_writable_fields(self, state):
        fields_ = super()._get_writable_fields(state)
        if state in CHANGEABLE_STATES:
            fields_ |= {"pickup_date", "return_method_id"}
        return fields_

    def _log_chosen_method(self):
        """Log a method other than the default: Odoo tracks nothing of a record that is new."""
        self.ensure_one()
        default = self.env["rma.return.method"]._get_offered(self.company_id, self.partner_shipping_id.country_id)[:1]
        if self.return_method_id == default:
            return
        before = {"return_method_id": self.return_method_id.browse()}
        if self.pickup_date:
            before["pickup_date"] = False
        described = self.fields_get(before, attributes=("string", "type", "selection"))
        create_values = self.env["mail.tracking.value"]._create_tracking_values
        self._message_log(
            tracking_value_ids=[
                Command.create(create_values(value, self[name], name, described[name], self))
                for name, value in before.items()
            ]
        )
