from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..portal.rma_order import CLOSED_STATES

PHOTO_BATCH = 100


class RmaOrder(models.Model):
    """Anonymize returns and delete their photos. Amounts, decisions, and documents are kept."""

    _name = "rma.order"
    _inherit = ["rma.order", "rma.anonymous.mixin"]

    @api.depends("state")
    def _compute_can_anonymize(self):
        super()._compute_can_anonymize()

    def _get_open_refusal(self):
        if self.state not in CLOSED_STATES:
            return self.env._("%s is not closed. Complete or cancel it before anonymizing it.", self.name)
        return super()._get_open_refusal()

    def _get_reopen_refusal(self):
        if self.date_anonymized:
            return self.env._("%s was anonymized and cannot be reopened. Create a new return.", self.name)
        return super()._get_reopen_refusal()

    # === Forgetting a customer ===

    def _anonymize(self):
        """Remove personal data: first the records found by it, then that of the return itself."""
        self.ensure_one()
        people = self.partner_id | self.partner_id.commercial_partner_id | self.partner_shipping_id
        addresses = [address for address in (*people.mapped("email_normalized"), self.email) if address]
        for access in ("rma.guest.access", "rma.gift.access"):
            self.env[access].search([("email", "in", addresses)]).unlink()
        self.env["rma.request"].search([("rma_id", "=", self.id)])._forget()
        self._get_files().unlink()
        self.message_unsubscribe(people.filtered("partner_share").ids)
        self._anonymize_messages(people)
        # The removed values must not be logged.
        self.with_context(tracking_disable=True).write(self._prepare_anonymous_values())
        self.line_ids.write({"comment": False})
        for declared in self.withdrawal_id:
            if not declared.date_anonymized and not declared._get_open_refusal():
                declared._anonymize()

    def _prepare_anonymous_values(self):
        """Prepare the values that replace personal data. Override this to clear more fields.

        :return: values of `rma.order`
        """
        nobody = self.env.ref("rma_management.res_partner_anonymous")
        return {
            "date_anonymized": fields.Datetime.now(),
            "partner_id": nobody.id,
            "partner_shipping_id": nobody.id,
            "email": False,
            "customer_reference": False,
            "customer_note": False,
            "internal_note": False,
            "access_token": False,
        }

    def _get_photos(self):
        """Return the photos of the customer and of the inspection.

        :return: `ir.attachment` records
        """
        return self.line_ids.attachment_ids | self.inspection_ids.attachment_ids

    def _get_files(self):
        """Return the files of the return: photos, slips, and other attachments.

        :return: `ir.attachment` records
        """
        self.ensure_one()
        filed = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        filed |= Domain("res_model", "=", "rma.order.line") & Domain("res_id", "in", self.line_ids.ids)
        filed |= Domain("res_model", "=", "rma.inspection") & Domain("res_id", "in", self.inspection_ids.ids)
        return self._get_photos() | self.env["ir.attachment"].search(filed)

    # === Photos ===

    @api.model
    def _cron_forget_photos(self):
        """Delete the photos of returns closed longer ago than their company keeps photos."""
        now = fields.Datetime.now()
        due = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_closed", "<", now - timedelta(days=company.rma_photo_days))
            for company in self.env["res.company"].search([("rma_photo_days", ">", 0)])
        )
        due &= Domain("line_ids.attachment_ids", "!=", False) | Domain("inspection_ids.attachment_ids", "!=", False)
        orders = self.with_context(active_test=False).search(due)
        remaining_time = self.env["ir.cron"]._commit_progress(remaining=len(orders))
        for batch in split_every(PHOTO_BATCH, orders.ids, orders.browse):
            if not remaining_time:
                break
            batch._get_photos().unlink()
            for order in batch:
                order._message_log(body=self.env._("The photos were deleted after the retention period."))
            remaining_time = self.env["ir.cron"]._commit_progress(len(batch))
