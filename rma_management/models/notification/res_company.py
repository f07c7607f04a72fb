from odoo import api, fields, models


class ResCompany(models.Model):
    """Configure notifications: customers by email and SMS, staff by message and activity."""

    _inherit = "res.company"

    def _default_rma_mail_template(self, state):
        template = self.env.ref(f"rma_management.mail_template_rma_{state}", raise_if_not_found=False)
        return template or self.env["mail.template"]

    rma_mail_requested_template_id = fields.Many2one(
        "mail.template",
        string="Requested: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("requested"),
    )
    rma_mail_approved_template_id = fields.Many2one(
        "mail.template",
        string="Approved: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("approved"),
    )
    rma_mail_rejected_template_id = fields.Many2one(
        "mail.template",
        string="Rejected: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("rejected"),
    )
    rma_mail_processing_template_id = fields.Many2one(
        "mail.template",
        string="Processing: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("processing"),
    )
    rma_mail_done_template_id = fields.Many2one(
        "mail.template",
        string="Done: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("done"),
    )
    rma_mail_cancel_template_id = fields.Many2one(
        "mail.template",
        string="Canceled: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("cancel"),
    )
    rma_sms_requested_template_id = fields.Many2one(
        "sms.template", string="Requested: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_sms_approved_template_id = fields.Many2one(
        "sms.template", string="Approved: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_sms_rejected_template_id = fields.Many2one(
        "sms.template", string="Rejected: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_sms_processing_template_id = fields.Many2one(
        "sms.template", string="Processing: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_sms_done_template_id = fields.Many2one(
        "sms.template", string="Done: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_sms_cancel_template_id = fields.Many2one(
        "sms.template", string="Canceled: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_notify_user_ids = fields.Many2many(
        "res.users",
        "res_company_rma_notify_user_rel",
        string="Returns Administrators",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Notified of every new return and every status change, by email or in Odoo according to "
        "their preferences.",
    )
    rma_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Unassigned Returns",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Gets the activities of unassigned returns. If empty, those returns have no activities.",
    )
    rma_approval_days = fields.Integer(
        string="Days to Approve", default=2, help="If 0, no activity is created and requests are never late."
    )
    rma_process_days = fields.Integer(
        string="Days to Process", default=3, help="If 0, no activity is created and received returns are never late."
    )

    _rma_days_positive = models.Constraint(
        "CHECK(rma_approval_days >= 0 AND rma_process_days >= 0)", "Days must be zero or more."
    )

    @api.model
    def _get_rma_states_told(self):
        """Return the statuses that have an email template.

        :return: list of the values of `rma.order.state`
        """
        return ["requested", "approved", "rejected", "processing", "done", "cancel"]

    def _set_rma_mail_templates(self):
        """Set the default email templates on companies that existed before this addon."""
        for state in [*self._get_rma_states_told(), "exchange", "send"]:
            self.write({f"rma_mail_{state}_template_id": self._default_rma_mail_template(state).id})
