from lxml.html import fromstring
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase

TEMPLATES = ("requested", "approved", "rejected", "processing", "done", "exchange", "cancel", "order")


@tagged("post_install", "-at_install")
class RmaMailCardCase(RmaPortalCase):
    """Mails about returns, as their customers get them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["mail.template"].union(
            *(cls.env.ref(f"rma_management.mail_template_rma_{name}") for name in TEMPLATES)
        )
        # A database that was upgraded keeps its own words.
        cls.templates.reset_template()

    def _write(self, rma, name):
        """Return the body of a mail."""
        template = self.env.ref(f"rma_management.mail_template_rma_{name}")
        return fromstring(template._generate_template(rma.ids, ["body_html"])[rma.id]["body_html"])

    def _send(self, rma, name):
        """Mail a template, in its layout.

        :return: what the mail server gets
        """
        template = self.env.ref(f"rma_management.mail_template_rma_{name}")
        message = rma.sudo()._mail_template(template, with_reports=False)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        return mail._prepare_outgoing_list()[0]

    def _buttons(self, mail):
        return mail.xpath("//a[hasclass('o_rma_mail_button')]")
