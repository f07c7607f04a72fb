from datetime import datetime, time

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from pytz import timezone, utc

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

    def write(self, vals):
        result = super().write(vals)
        if {"pickup_date", "return_method_id"} & vals.keys():
            self._sync_step_activities_later()
            for line in self.line_ids:
                # Returns staff need no rights in Inventory to move a receipt to another day.
                line.sudo()._get_open_receipts().date = line.order_id._get_receipt_moment()
        return result

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

    # === What is to be done ===

    def _get_method(self):
        """Return the method by which the goods come back.

        :return: `rma.return.method` record, possibly empty
        """
        self.ensure_one()
        # Whoever sees the return, as an agent or its customer, reads how the goods come back.
        return self.sudo().return_method_id

    def _get_method_kind(self):
        """Return what kind of method that is: without one, customers send the parcel.

        :return: value of `rma.return.method.kind`
        """
        return self._get_method().kind or "own"

    def _has_pickup_to_come(self):
        """Return whether there is a day for the pick-up that is not over.

        :rtype: bool
        """
        return bool(self.pickup_date) and self.pickup_date >= self._get_method()._get_today(self.company_id)

    def _get_method_sentence(self):
        kind = self._get_method_kind()
        if kind == "drop_off":
            return self.env._(
                "Pack the items, take them to a drop-off point, and show the code of your return there. You do not "
                "need to print anything."
            )
        if kind == "store":
            return self.env._(
                "Bring the items to %s, and show the code of your return there.", self._get_return_address().name
            )
        if kind != "pick_up":
            return super()._get_method_sentence()
        if not self._has_pickup_to_come():
            return self.env._("Please have the items packed. We will write to you on which day we pick them up.")
        day = format_date(self.env, self.pickup_date, date_format="full")
        return self.env._("Be at home on %s and have the items packed: we pick them up.", day)

    def _get_slip_sentence(self):
        if self._get_method_kind() == "own" or not any(line.qty_expected for line in self.line_ids):
            return super()._get_slip_sentence()
        # The code is on the page.
        return f"{self._get_method_sentence()} {self.get_base_url()}{self.get_portal_url()}"

    def _get_return_address(self):
        return self._get_method().address_id if self._get_method_kind() == "store" else super()._get_return_address()

    def _describe_sending(self, has_arrived, is_tracked):
        kind = self._get_method_kind()
        if kind == "store":
            return self.env._("You brought the items") if has_arrived else self.env._("You bring the items")
        if kind == "pick_up" and has_arrived:
            return self.env._("We picked up the items")
        if kind == "pick_up" and not is_tracked and self._has_pickup_to_come():
            return self.env._("We pick up the items on %s", format_date(self.env, self.pickup_date))
        return super()._describe_sending(has_arrived, is_tracked)

    def _get_receipt_moment(self):
        """Return when the goods are expected: at noon of the day of the pick-up, where the company is.

        :return: datetime in UTC
        """
        self.ensure_one()
        if not self._has_pickup_to_come():
            return fields.Datetime.now()
        # Its time zone is no secret.
        zone = timezone(self.company_id.sudo().partner_id.tz or "UTC")
        noon = zone.localize(datetime.combine(self.pickup_date, time(12)))
        return max(noon.astimezone(utc).replace(tzinfo=None), fields.Datetime.now())

    # === Ordering the pick-up ===

    def _update_step_activities(self, touched):
        super()._update_step_activities(touched)
        self._update_pickup_activities(touched)

    def _update_pickup_activities(self, touched):
        """Ask the responsible to order what is to be picked up, until the goods have arrived.

        :param touched: as of `_update_step_activities`
        """
        # Without its external id the shop wants none.
        kind_id = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.mail_activity_type_pick_up")
        if not kind_id:
            return
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("activity_type_id", "=", kind_id) & Domain("automated", "=", True)
        # Those that are done are archived: they were ordered for that day.
        found = self.env["mail.activity"].with_context(active_test=False).search(domain)
        due = {order.id: order._get_pickup_deadline() for order in self}
        over = found.filtered(lambda activity: activity.active and activity.date_deadline != due[activity.res_id])
        kept = found.filtered(lambda activity: activity.date_deadline == due[activity.res_id])
        over.unlink()
        for activity in kept.filtered(lambda activity: activity.active and touched[activity.res_id]):
            activity.user_id = self.browse(activity.res_id)._get_person_in_charge()
        missing = self.filtered(lambda order: due[order.id]) - self.browse(kept.mapped("res_id"))
        kind = self.env["mail.activity.type"].browse(kind_id)
        self.env["mail.activity"].create(
            [
                order._prepare_automatic_activity_values(kind, order._get_person_in_charge(), due[order.id])
                for order in missing
            ]
        )

    def _get_pickup_deadline(self):
        """Return until when the pick-up has to be ordered: the day before, or at once where no day is known.

        :return: date, or False where nothing is to be ordered
        """
        self.ensure_one()
        if self.state != "approved" or self._get_method_kind() != "pick_up" or not self._expects_goods():
            return False
        if self.pickup_date:
            return fields.Date.subtract(self.pickup_date, days=1)
        return self.date_approved.date()
