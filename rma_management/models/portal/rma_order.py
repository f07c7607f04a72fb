import uuid

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


class RmaOrder(models.Model):
    """What customers see of a return on the website, and do with it."""

    _inherit = "rma.order"

    # Given at once, so that no page that is only read has to write it.
    access_token = fields.Char(default=lambda self: str(uuid.uuid4()))
    photo_ids = fields.Many2many(
        "ir.attachment",
        string="Photos of the Customer",
        compute="_compute_photo_ids",
        help="They came with the request.",
    )
    portal_can_cancel = fields.Boolean(compute="_compute_portal_can_cancel", compute_sudo=True)

    @api.depends("line_ids.attachment_ids")
    def _compute_photo_ids(self):
        for order in self:
            order.photo_ids = order.line_ids.attachment_ids

    @api.depends("can_cancel")
    def _compute_portal_can_cancel(self):
        for order in self:
            order.portal_can_cancel = order.can_cancel and order.state != "draft"

    def _get_access_action(self, access_uid=None, force_website=False):
        """Open the customer's page for customers, and the return itself for staff."""
        self.ensure_one()
        # Whether somebody is a customer is asked by people who may not read users.
        user = self.env["res.users"].sudo().browse(access_uid) if access_uid else self.env.user
        if self.state != "draft" and (force_website or user.share):
            return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "self", "res_id": self.id}
        return super()._get_access_action(access_uid=access_uid, force_website=force_website)

    def _expects_goods(self):
        """Tell whether the customer has still to send something.

        :rtype: bool
        """
        self.ensure_one()
        return any(line.qty_expected or line.qty_without_receipt for line in self.line_ids)

    def _get_portal_color(self):
        """Give the colour of Bootstrap that the status has on the website.

        :rtype: str
        """
        self.ensure_one()
        return PORTAL_COLORS[self.state]

    def _get_portal_status(self):
        """Tell the customer what happened, and what is next.

        :return: dict with `title` and `text`
        """
        self.ensure_one()
        return getattr(self, f"_get_portal_status_{self.state}")()

    def _get_portal_status_requested(self):
        return {
            "title": self.env._("We have your request"),
            "text": self.env._("We look at it and write to you. Please keep the goods until then."),
        }

    def _get_portal_status_approved(self):
        expects = self._expects_goods()
        return {
            "title": self.env._("Your return is approved"),
            "text": self.env._(
                "Print the slip, put it into the parcel, and send the parcel to the address on the slip."
            )
            if expects
            else self.env._("You need not send anything."),
        }

    def _get_portal_status_processing(self):
        if self.amount_exchange_due:
            return {
                "title": self.env._("Your exchange is almost done"),
                "text": self.env._("Please pay the difference. What you get instead is sent when it is paid.")
                if self.wait_note
                else self.env._("Please pay the difference to what you get instead."),
            }
        return {
            "title": self.env._("Your goods have arrived"),
            "text": self.env._("We wait for the rest of them. What has arrived is being looked at.")
            if self._expects_goods()
            else self.env._("We look at them and settle your return. You have nothing to do."),
        }

    def _get_portal_status_done(self):
        return {
            "title": self.env._("Your return is settled"),
            "text": self.env._("What we made for it is listed below."),
        }

    def _get_portal_status_rejected(self):
        return {
            "title": self.env._("We cannot accept this return"),
            "text": self.reject_reason or "",
        }

    def _get_portal_status_cancel(self):
        return {
            "title": self.env._("This return is cancelled"),
            "text": self.env._("Nothing will happen with it. You can ask for a new one."),
        }

    def _get_portal_steps(self):
        """Give the way of a return, for the line of steps on its page.

        :return: list of dicts with `label` and `done`
        """
        self.ensure_one()
        states = ["requested", "approved", "processing", "done"]
        if self.state not in states:
            return []
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {"label": labels[state], "done": states.index(state) <= states.index(self.state), "state": state}
            for state in states
        ]

    def _get_portal_documents(self):
        """Give the documents of a return that its customer may see.

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
        """Return what a move of a return is that takes something to the customer.

        :return: list of values of `stock.move.rma_role`
        """
        return ["replacement", "repaired", "sent_back"]

    def _get_return_labels(self, receipts):
        """Find the labels that carriers gave for the way back.

        :param receipts: `stock.picking` records that wait for the goods
        :return: `ir.attachment` records
        """
        origins = receipts | receipts.move_ids.origin_returned_move_id.picking_id
        return origins.filtered("carrier_id.get_return_label_from_portal").return_label_ids
