from odoo import fields, models


class ResCompany(models.Model):
    """Configure how customers are reminded to send the goods."""

    _inherit = "res.company"

    rma_reminder_days = fields.Integer(
        string="Days to Remind Before",
        default=3,
        help="Days before the date by which goods have to be sent, on which customers who have not sent them are "
        "reminded by email. If 0, nobody is reminded.",
    )
    rma_mail_send_template_id = fields.Many2one(
        "mail.template",
        string="Reminder to Send the Goods: Email",
        domain="[('model', '=', 'rma.order')]",
        default=lambda self: self._default_rma_mail_template("send"),
        help="Sent some days before the date by which the customer has to send the goods.",
    )
    _rma_reminder_days_positive = models.Constraint(
        "CHECK(rma_reminder_days >= 0)", "The days of the reminder must be 0 or more."
    )
