from odoo import api, fields, models


class ResCompany(models.Model):
    """Who is told what about returns: the customer by mail and SMS, staff by message and activity."""

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
        string="Cancelled: Email",
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
        "sms.template", string="Cancelled: SMS", domain="[('model', '=', 'rma.order')]"
    )
    rma_notify_user_ids = fields.Many2many(
        "res.users",
        "res_company_rma_notify_user_rel",
        string="Returns Administrators",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Told of every new return and every change of status, in the inbox or by email as each of them prefers.",
    )
    rma_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Unassigned Returns",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Has the activities of the returns that nobody has taken. Empty: those have none.",
    )
    rma_approval_days = fields.Integer(
        string="Days to Approve", default=2, help="0: no activity, and no request is ever late."
    )
    rma_process_days = fields.Integer(
        string="Days to Process", default=3, help="0: no activity, and nothing that arrived is ever late."
    )

    _rma_days_positive = models.Constraint(
        "CHECK(rma_approval_days >= 0 AND rma_process_days >= 0)", "Days must be zero or more."
    )

    @api.model
    def _get_rma_states_told(self):
        """Give the statuses that have a mail.

        :return: list of the values of `rma.order.state`
        """
        return ["requested", "approved", "rejected", "processing", "done", "cancel"]

    def _set_rma_mail_templates(self):
        """Give companies that were there before this addon the mails that new ones have."""
        for state in [*self._get_rma_states_told(), "exchange"]:
            self.write({f"rma_mail_{state}_template_id": self._default_rma_mail_template(state).id})
