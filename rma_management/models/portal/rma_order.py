import uuid
from datetime import timedelta

from odoo import api, fields, models

PORTAL_COLORS = {
    "draft": "secondary",
    "requested": "info",
    "approved": "primary",
    "processing": "primary",
    "done": "success",
    "rejected": "danger",
    "cancel": "secondary",
}
CLOSED_STATES = ("done", "rejected", "cancel")


class RmaOrder(models.Model):
    """Provide what customers see of a return on the website, and do with it."""

    _inherit = "rma.order"

    # Set now, so that read-only pages do not need to write it.
    access_token = fields.Char(
        default=lambda self: str(uuid.uuid4()),
        groups=fields.NO_ACCESS,
        help="Key of the customer's link. Not readable or writable by users.",
    )
    date_closed = fields.Datetime(
        string="Closed on",
        compute="_compute_date_closed",
        store=True,
        help="When the return was done, rejected, or canceled. The retention of links and photos counts from it.",
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        string="Customer Photos",
        compute="_compute_photo_ids",
        help="Photos sent with the request.",
    )
    portal_can_cancel = fields.Boolean(compute="_compute_portal_can_cancel", compute_sudo=True)

    @api.depends("line_ids.attachment_ids")
    def _compute_photo_ids(self):
        for order in self:
            order.photo_ids = order.line_ids.attachment_ids

    @api.depends("state", "date_done")
    def _compute_date_closed(self):
        now = fields.Datetime.now()
        for order in self:
            closed = order.state in CLOSED_STATES and (order.date_done or order.date_closed or now)
            order.date_closed = closed

    @api.depends("can_cancel")
    def _compute_portal_can_cancel(self):
        for order in self:
            order.portal_can_cancel = order.can_cancel and order.state != "draft"

    def _get_access_action(self, access_uid=None, force_website=False):
        """Open the customer's page for customers, and the return itself for staff."""
        self.ensure_one()
        # Users who may not read users need to know whether someone is a customer.
        user = self.env["res.users"].sudo().browse(access_uid) if access_uid else self.env.user
        if self.state != "draft" and (force_website or user.share):
            return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "self", "res_id": self.id}
        return super()._get_access_action(access_uid=access_uid, force_website=force_website)

    # === The customer's link ===

    def action_revoke_link(self):
        """Invalidate the links sent so far. Emails sent from now on contain a new link.

        :return: True
        :raise AccessError: when the user may not work on the return
        """
        self.check_access("write")
        for order in self:
            # Users cannot write the key, but those who work on the return may replace it.
            order.sudo().access_token = str(uuid.uuid4())
            order._message_log(body=self.env._("The customer's link was revoked."))
        return True

    def _is_link_ended(self):
        """Return whether the return was closed so long ago that its link has expired.

        :rtype: bool
        """
        now = fields.Datetime.now()
        return any(
            order.date_closed
            and order.company_id.rma_link_days
            and order.date_closed + timedelta(days=order.company_id.rma_link_days) < now
            for order in self
        )

    # The address contains the key, which must not be readable by RPC.
    @api.private
    def get_portal_url(self, *args, **kwargs):
        return super().get_portal_url(*args, **kwargs)

    def _portal_ensure_token(self):
        # Users cannot read the key; it only goes into emails and addresses.
        return super(RmaOrder, self.sudo())._portal_ensure_token()

    def _get_share_url(self, **kwargs):
        self.check_access("read")
        # As above.
        return super(RmaOrder, self.sudo())._get_share_url(**kwargs)

    def _sign_token(self, pid):
        # The signature does not reveal the key.
        return super(RmaOrder, self.sudo())._sign_token(pid)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Refuse the key of an expired link, as the page of the return does."""
        # The visitor may have no rights on the return.
        if self.sudo().browse(thread_id).exists()._is_link_ended():
            kwargs = {name: value for name, value in kwargs.items() if name not in ("hash", "pid", "token")}
        return super()._get_thread_with_access(thread_id, **kwargs)

    # === The page ===

    def _expects_goods(self):
        """Return whether the customer still has to send goods.

        :rtype: bool
        """
        self.ensure_one()
        return any(line.qty_expected or line.qty_without_receipt for line in self.line_ids)

    def _get_portal_color(self):
        """Return the Bootstrap color of the status on the website.

        :rtype: str
        """
        self.ensure_one()
        return PORTAL_COLORS[self.state]

    def _get_portal_status(self):
        """Return what happened and what is next, for the customer.

        :return: dict with `title` and `text`
        """
        self.ensure_one()
        return getattr(self, f"_get_portal_status_{self.state}")()

    def _get_portal_status_requested(self):
        return {
            "title": self.env._("We have your request"),
            "text": self.env._("We will review it and write to you. Please keep the goods until then."),
        }

    def _get_portal_status_approved(self):
        return {
            "title": self.env._("Your return is approved"),
            "text": self._get_method_sentence()
            if self._expects_goods()
            else self.env._("You do not need to send anything."),
        }

    def _get_method_sentence(self):
        """Return what the customer has to do so that the goods come back, for the page, the slip, and messages.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "Print the return slip, put it in the parcel, and send the parcel to the address on the slip."
        )

    def _get_portal_status_processing(self):
        if self.amount_exchange_due:
            return {
                "title": self.env._("Your exchange is almost done"),
                "text": self.env._("Please pay the difference. We ship the replacement once it is paid.")
                if self.wait_note
                else self.env._("Please pay the difference for the replacement."),
            }
        return {
            "title": self.env._("Your goods have arrived"),
            "text": self.env._("We are checking what has arrived, and waiting for the rest.")
            if self._expects_goods()
            else self.env._("We are checking them and will settle your return. You do not need to do anything."),
        }

    def _get_portal_status_done(self):
        return {
            "title": self.env._("Your return is settled"),
            "text": self.env._("The related documents are listed below."),
        }

    def _get_portal_status_rejected(self):
        return {
            "title": self.env._("We cannot accept this return"),
            "text": self.reject_reason or "",
        }

    def _get_portal_status_cancel(self):
        return {
            "title": self.env._("This return is canceled"),
            "text": self.env._("No further action will be taken. You can request a new return."),
        }

    def _get_portal_documents(self):
        """Return the documents of a return that its customer may see.

        :return: dict of records: `refunds`, `deliveries`, `replacements`, `invoices`, `repairs`, `labels`
        """
        self.ensure_one()
        moves = self.picking_ids.move_ids
        roles = self._get_shipping_roles()
        shipped = moves.filtered(lambda move: move.rma_role in roles and move._reaches_final_location()).picking_id
        deliveries = self.picking_ids.filtered(lambda picking: picking in shipped and picking.state != "cancel")
        receipts = moves.filtered(lambda move: move.rma_role == "receipt").picking_id
        return {
            "refunds": self.refund_ids.filtered(lambda refund: refund.state == "posted"),
            "deliveries": deliveries,
            "replacements": self.replacement_sale_order_ids.filtered(lambda order: order.state in ("sent", "sale")),
            "invoices": self.replacement_invoice_ids.filtered(lambda invoice: invoice.state == "posted"),
            "repairs": self.repair_ids.filtered(lambda repair: repair.state != "cancel"),
            "labels": self._get_return_labels(receipts) if self.state == "approved" else self.env["ir.attachment"],
        }

    @api.model
    def _get_shipping_roles(self):
        """Return the roles of moves that deliver to the customer.

        :return: list of values of `stock.move.rma_role`
        """
        return ["replacement", "repaired", "sent_back"]

    def _get_return_labels(self, receipts):
        """Return the return labels of carriers.

        :param receipts: `stock.picking` records that wait for the goods
        :return: `ir.attachment` records
        """
        origins = receipts | receipts.move_ids.origin_returned_move_id.picking_id
        return origins.filtered("carrier_id.get_return_label_from_portal").return_label_ids
