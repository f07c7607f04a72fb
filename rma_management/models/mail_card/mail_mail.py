import re

from odoo import models
from odoo.tools import html2plaintext

LAYOUT_MARK = "o_rma_mail_page"
PICTURES = re.compile(r"<img\b[^>]*>")
# Odoo makes lines and emphasis of these, where they have no attributes.
PLAIN_TAGS = re.compile(r"<(h1|strong|tr)\b[^>]*>")


class MailMail(models.Model):
    """Give the mails in our layout a plain text that can be read."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        emails = super()._prepare_outgoing_list(*args, **kwargs)
        for email in emails:
            if LAYOUT_MARK in email["body"]:
                # Pictures show what the words beside them say; as text each one would be a footnote.
                body = PICTURES.sub("", email["body"])
                email["body_alternative"] = html2plaintext(PLAIN_TAGS.sub(r"<\1>", body))
        return emails
