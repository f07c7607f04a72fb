import secrets

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..withdrawal_outcome.rma_withdrawal import OPEN_STATES

NOTHING = "…"


class RmaWithdrawal(models.Model):
    """Anonymize declarations that are settled. That one was made, when, and what came of it is kept."""

    _name = "rma.withdrawal"
    _inherit = ["rma.withdrawal", "rma.anonymous.mixin"]

    @api.depends("state")
    def _compute_can_anonymize(self):
        super()._compute_can_anonymize()

    def _get_open_refusal(self):
        if self.state in OPEN_STATES:
            return self.env._("%s is not settled. Refund or refuse it before anonymizing it.", self.name)
        return super()._get_open_refusal()

    def _anonymize(self):
        super()._anonymize()
        people = self.sale_order_id.partner_id | self.sale_order_id.partner_id.commercial_partner_id
        self.env["rma.guest.access"].search([("email", "=", email_normalize(self.email) or self.email)]).unlink()
        self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "=", self.id)]).unlink()
        self.message_unsubscribe(people.filtered("partner_share").ids)
        self._anonymize_messages(people)
        # The removed values must not be logged.
        self.with_context(tracking_disable=True).write(self._prepare_anonymous_values())

    def _prepare_anonymous_values(self):
        """Prepare the values that replace personal data. Override this to clear more fields.

        :return: values of `rma.withdrawal`
        """
        values = {
            "date_anonymized": fields.Datetime.now(),
            "customer_name": self.env.ref("rma_management.res_partner_anonymous").name,
            "order_reference": self.sale_order_id.name or NOTHING,
            "email": NOTHING,
            "internal_note": False,
            "ip": False,
            # The receipt in the customer's mailbox opens no more.
            "token": secrets.token_urlsafe(32),
        }
        if self.scope and not self.chose_items:
            # Whether a part of the order was meant is kept, and the customer's words are not.
            values["scope"] = NOTHING
        return values
