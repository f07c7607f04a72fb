from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Configure notifications about returns."""

    _inherit = "res.config.settings"

    rma_mail_requested_template_id = fields.Many2one(
        related="company_id.rma_mail_requested_template_id", readonly=False
    )
    rma_mail_approved_template_id = fields.Many2one(related="company_id.rma_mail_approved_template_id", readonly=False)
    rma_mail_rejected_template_id = fields.Many2one(related="company_id.rma_mail_rejected_template_id", readonly=False)
    rma_mail_processing_template_id = fields.Many2one(
        related="company_id.rma_mail_processing_template_id", readonly=False
    )
    rma_mail_done_template_id = fields.Many2one(related="company_id.rma_mail_done_template_id", readonly=False)
    rma_mail_cancel_template_id = fields.Many2one(related="company_id.rma_mail_cancel_template_id", readonly=False)
    rma_sms_requested_template_id = fields.Many2one(related="company_id.rma_sms_requested_template_id", readonly=False)
    rma_sms_approved_template_id = fields.Many2one(related="company_id.rma_sms_approved_template_id", readonly=False)
    rma_sms_rejected_template_id = fields.Many2one(related="company_id.rma_sms_rejected_template_id", readonly=False)
    rma_sms_processing_template_id = fields.Many2one(
        related="company_id.rma_sms_processing_template_id", readonly=False
    )
    rma_sms_done_template_id = fields.Many2one(related="company_id.rma_sms_done_template_id", readonly=False)
    rma_sms_cancel_template_id = fields.Many2one(related="company_id.rma_sms_cancel_template_id", readonly=False)
    rma_notify_user_ids = fields.Many2many(related="company_id.rma_notify_user_ids", readonly=False)
    rma_responsible_id = fields.Many2one(related="company_id.rma_responsible_id", readonly=False)
    rma_approval_days = fields.Integer(related="company_id.rma_approval_days", readonly=False)
    rma_process_days = fields.Integer(related="company_id.rma_process_days", readonly=False)
