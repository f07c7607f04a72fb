from odoo import fields, models


class RmaOrder(models.Model):
    """What was written with the customer, and all that happened to a return."""

    _inherit = "rma.order"

    customer_message_ids = fields.One2many(
        "mail.message",
        "res_id",
        string="Customer Messages",
        domain=[
            ("model", "=", "rma.order"),
            ("message_type", "in", ("comment", "email", "email_outgoing", "auto_comment")),
            ("is_internal", "=", False),
            ("subtype_id.internal", "=", False),
        ],
        # Who sees the return sees what was written about it.
        bypass_search_access=True,
        readonly=True,
        help="What the customer sees: internal notes are not among it.",
    )
    history_ids = fields.One2many("rma.history", "order_id", compute="_compute_history_ids", groups="base.group_user")

    def _compute_history_ids(self):
        """Read all events by their return, at once: by their own ids the database would have to look everywhere."""
        events = self.env["rma.history"].search_fetch(
            [("order_id", "in", self.ids)],
            [name for name, field in self.env["rma.history"]._fields.items() if field.store and name != "id"],
        )
        by_order = events.grouped("order_id")
        for order in self:
            order.history_ids = by_order.get(order._origin, events.browse())

    def action_write_to_customer(self):
        """Open the email composer with the customer as the one who reads it.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %s", self.partner_id.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.env._("Your return %s", self.name),
                "default_subtype_xmlid": "mail.mt_comment",
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
            },
        }
