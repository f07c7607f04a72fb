from odoo import models


class MailTemplate(models.Model):
    """Send cards without their PDF where it cannot be rendered."""

    _inherit = "mail.template"

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        if self.env.context.get("rma_without_pdf"):
            render_fields = set(render_fields) - {"report_template_ids"}
        return super()._generate_template_attachments(res_ids, render_fields, render_results=render_results)
